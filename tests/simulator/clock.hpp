// The simulator's one idea of time: wall-clock microseconds, handed to every decision as an argument, so that
// a test can play hours in no time. Only the transport asks the real clock.
#pragma once

#include <chrono>

namespace jobwatch::simulator
{

using duration = std::chrono::microseconds;
using time_point = std::chrono::time_point<std::chrono::system_clock, duration>;

// A job that never ends has this life; far from overflow when added to any time_point.
constexpr duration endless_life = std::chrono::hours{24 * 365 * 100};

} // namespace jobwatch::simulator
