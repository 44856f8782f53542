// The two kinds of time. Core never asks for the time: every function gets it as an argument.
#pragma once

#include <chrono>

namespace jobwatch
{

using std::chrono::milliseconds;

// Time that no administrator sets (CLOCK_BOOTTIME): ages, intervals, deadlines. It has no now() on purpose.
// Microseconds, so that a budget of thousands of requests a second can be kept to the letter; spans that people set
// are milliseconds, and span_between() gives those.
struct boot_clock
{
    using duration = std::chrono::microseconds;
    using rep = duration::rep;
    using period = duration::period;
    using time_point = std::chrono::time_point<boot_clock, duration>;
    static constexpr bool is_steady = true;
};
using boot_time = boot_clock::time_point;

// Rounded down.
constexpr milliseconds span_between(boot_time from, boot_time to)
{
    return std::chrono::floor<milliseconds>(to - from);
}

// UTC for people, records and comparison with the appliance's time stamps. Nanoseconds, because appliances
// write up to nine fraction digits; hence years 1678 to 2261.
using wall_time = std::chrono::sys_time<std::chrono::nanoseconds>;

} // namespace jobwatch
