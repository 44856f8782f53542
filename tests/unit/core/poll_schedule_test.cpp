#include "core/poll_schedule.hpp"

#include <doctest/doctest.h>

#include <limits>

using namespace jobwatch;

TEST_CASE("the next interval is a fraction of the age, within its limits")
{
    const poll_schedule schedule;
    CHECK(poll_interval(schedule, milliseconds(0)) == milliseconds(2'000));
    CHECK(poll_interval(schedule, milliseconds(8'000)) == milliseconds(2'000));
    CHECK(poll_interval(schedule, milliseconds(8'004)) == milliseconds(2'001));
    CHECK(poll_interval(schedule, milliseconds(100'000)) == milliseconds(25'000));
    CHECK(poll_interval(schedule, milliseconds(240'000)) == milliseconds(60'000));
    CHECK(poll_interval(schedule, milliseconds(3'600'000)) == milliseconds(60'000));
}

TEST_CASE("a negative age counts as zero")
{
    CHECK(poll_interval({}, milliseconds(-1)) == milliseconds(2'000));
    CHECK(poll_interval({}, milliseconds::min()) == milliseconds(2'000));
}

TEST_CASE("no age and no backoff overflows")
{
    const auto longest = milliseconds::max();
    CHECK(poll_interval({}, longest) == milliseconds(60'000));
    poll_schedule strange{.backoff = 1e300, .min_interval = milliseconds(1), .max_interval = longest};
    CHECK(poll_interval(strange, longest) == longest);
    strange.backoff = std::numeric_limits<double>::infinity();
    CHECK(poll_interval(strange, longest) == longest);
    CHECK(poll_interval(strange, milliseconds(0)) == longest); // infinity x 0 is a NaN
    strange.backoff = -1;
    CHECK(poll_interval(strange, milliseconds(5'000)) == milliseconds(1));
}

TEST_CASE("min_interval wins over a smaller max_interval")
{
    const poll_schedule schedule{.min_interval = milliseconds(5'000), .max_interval = milliseconds(1'000)};
    CHECK(poll_interval(schedule, milliseconds(0)) == milliseconds(5'000));
    CHECK(poll_interval(schedule, milliseconds(3'600'000)) == milliseconds(5'000));
}

TEST_CASE("jitter spreads an interval evenly over a fifth to both sides")
{
    CHECK(jittered(milliseconds(10'000), 0) == milliseconds(8'000));
    CHECK(jittered(milliseconds(10'000), 0.25) == milliseconds(9'000));
    CHECK(jittered(milliseconds(10'000), 0.5) == milliseconds(10'000));
    CHECK(jittered(milliseconds(10'000), 0.75) == milliseconds(11'000));
    CHECK(jittered(milliseconds(10'000), 0.999999) <= milliseconds(12'000));
    CHECK(jittered(milliseconds(0), 0.3) == milliseconds(0));
}

TEST_CASE("a chance outside its range and an endless interval do no harm")
{
    CHECK(jittered(milliseconds(10'000), -7) == milliseconds(8'000));
    CHECK(jittered(milliseconds(10'000), 7) == milliseconds(12'000));
    CHECK(jittered(milliseconds(10'000), std::numeric_limits<double>::quiet_NaN()) == milliseconds(8'000));
    CHECK(jittered(milliseconds::max(), 0.9) == milliseconds::max());
}
