#include "core/poll_reason.hpp"

#include <doctest/doctest.h>

using namespace jobwatch;
using namespace std::chrono_literals;

TEST_CASE("a watch that is polled by its age is told what decided: its age, or one of the two limits")
{
    const poll_schedule schedule;
    for (const milliseconds age : {milliseconds{0ms}, milliseconds{4s}, milliseconds{8s}})
        CHECK(pace_reason(schedule, poll_interval(schedule, age)) == poll_reason::min_interval);
    for (const milliseconds age : {milliseconds{9s}, milliseconds{1min}, milliseconds{3min}})
        CHECK(pace_reason(schedule, poll_interval(schedule, age)) == poll_reason::age);
    for (const milliseconds age : {milliseconds{4min}, milliseconds{24h}})
        CHECK(pace_reason(schedule, poll_interval(schedule, age)) == poll_reason::max_interval);
}

TEST_CASE("of several reasons to poll a watch slowly that one is told about which most can be done")
{
    watch_progress progress;
    CHECK(slow_reason(progress) == poll_reason::not_stored);
    progress.overdue = true;
    CHECK(slow_reason(progress) == poll_reason::overdue);
    progress.unrecognised = true;
    CHECK(slow_reason(progress) == poll_reason::unrecognised);
    progress.not_found = true;
    CHECK(slow_reason(progress) == poll_reason::unrecognised); // never shown: that slows nothing
    progress.seen = true;
    CHECK(slow_reason(progress) == poll_reason::missing);
    progress.said = telling::refused;
    CHECK(slow_reason(progress) == poll_reason::refused);
    progress.blocked = true;
    CHECK(slow_reason(progress) == poll_reason::blocked);
}
