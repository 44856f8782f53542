// One change of the weather, as it is written in a scenario file, on the command line, or in the body of
// POST /simulator/weather: a flat JSON object. What it does happens in the order of the members below.
#pragma once

#include "fault.hpp"

#include <boost/json/object.hpp>
#include <boost/system/result.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace jobwatch::simulator
{

struct appliance;

struct weather_step
{
    std::string written; // the JSON object it was read from
    duration at{};       // from when it was given: from the start, for a file
    // "all" faults, a fault's name, or "scenario": the steps that are still to come.
    std::optional<std::string> clear;
    std::optional<duration> latency;
    std::optional<duration> login_time;
    std::optional<duration> token_life;
    std::optional<duration> appears_after;
    std::optional<fault> add;
    // Whatever else a POST to a control path can do.
    std::optional<std::string> post;
    std::string body;
};

boost::system::result<weather_step, complaint> read_step(const boost::json::object& text);

// An object, or an array of at most `step_limit` objects.
constexpr std::size_t step_limit = 10'000; // also of those to come
boost::system::result<std::vector<weather_step>, complaint> read_steps(std::string_view text);

// Takes the steps of a JSON text, an object or an array of them; those with a time wait in the appliance's scenario.
// What is written wrong changes nothing; a step that cannot be taken (such as clearing what is not there) ends it there.
// Answers what is wrong, else nothing.
std::optional<complaint> change_weather(appliance& of, std::string_view text, time_point now);

std::optional<complaint> take_step(appliance& of, const weather_step& step, time_point now);

} // namespace jobwatch::simulator
