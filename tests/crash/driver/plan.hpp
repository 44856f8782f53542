// How each life of the daemon ends, drawn from one seed: the same seed gives the same plan.
#pragma once

#include "shim/kill_point.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace jobwatch::crash
{

struct life
{
    enum class end
    {
        kill, // SIGKILL
        stop, // SIGTERM, and it ends in order
        stop_then_kill
    };
    end how = end::kill;
    std::optional<kill_point> point;     // the shim kills here; else, or when it never comes there:
    std::chrono::milliseconds limit{};   // the driver ends it after so long
    std::chrono::milliseconds respite{}; // between SIGTERM and SIGKILL
    bool cut = false;                    // and the power goes
    std::uint64_t seed = 0;              // of the cut
};

// So many violent ends, of which `cuts` are power cuts; every twelfth life more ends in order.
std::vector<life> make_plan(std::uint64_t seed, std::size_t kills, std::size_t cuts);

std::string text_of(const life& one);
std::string text_of(const kill_point& point); // for kill_variable

} // namespace jobwatch::crash
