// What goes wrong, or only slowly, between a fair answer and the one who asked. Every answer of the appliance
// passes through `weathered` once. Faults are of three sorts: something else is said, a delay, another delivery. Of
// each sort the first that befalls a request counts, but delays add up.
#pragma once

#include "fault.hpp"

#include <boost/json/array.hpp>

#include <vector>

namespace jobwatch::simulator
{

// So many faults can be known at once; those that are over make room for new ones.
constexpr std::size_t fault_limit = 1000;

struct weather
{
    duration latency{};    // added to every answer
    duration login_time{}; // and this to logins and refreshes: a password takes time to check
    std::vector<fault> faults;
    std::uint64_t named = 0; // faults that were given a name so far
};

answer weathered(weather& sky, const request& asked, answer fair, time_point now);

// Answers what is wrong, else nothing. One of a known name replaces that one.
std::optional<complaint> add_fault(weather& sky, fault one, time_point now);

// "all", or a fault's name. Answers how many there were.
std::size_t clear_faults(weather& sky, std::string_view name);

boost::json::array fault_list(const weather& sky, time_point now);

} // namespace jobwatch::simulator
