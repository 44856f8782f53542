// What goes wrong, or only slowly, between a fair answer and the one who asked. Every answer of the appliance
// passes through `weathered` once; faults by switch belong here, and in `answer` the ways to deliver them.
#pragma once

#include "exchange.hpp"

namespace jobwatch::simulator
{

struct weather
{
    duration latency{};    // added to every answer
    duration login_time{}; // and this to logins and refreshes: a password takes time to check
};

answer weathered(const weather& now, answer fair);

} // namespace jobwatch::simulator
