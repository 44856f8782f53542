#include "io/appliance/retry_after.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace jobwatch;

namespace
{
const wall_time now{std::chrono::seconds(784'111'777)}; // 1994-11-06 08:49:37 UTC
}

TEST_CASE("Retry-After in seconds")
{
    CHECK(parse_retry_after("0", now) == milliseconds(0));
    CHECK(parse_retry_after("120", now) == milliseconds(120'000));
    CHECK(parse_retry_after(" 120\t", now) == milliseconds(120'000));
    const auto longest = milliseconds(std::chrono::hours(10 * 365 * 24));
    CHECK(parse_retry_after("999999999999", now) == longest);
    CHECK(parse_retry_after(std::string(500, '9'), now) == longest);
}

TEST_CASE("Retry-After as a date, in all three forms of HTTP")
{
    CHECK(parse_retry_after("Sun, 06 Nov 1994 08:50:37 GMT", now) == milliseconds(60'000));
    CHECK(parse_retry_after("Sunday, 06-Nov-94 08:50:37 GMT", now) == milliseconds(60'000));
    CHECK(parse_retry_after("Sun Nov  6 08:50:37 1994", now) == milliseconds(60'000));
    CHECK(parse_retry_after("Sun, 06 Nov 1994 08:49:00 GMT", now) == milliseconds(0)); // past
}

TEST_CASE("a Retry-After that is neither is none")
{
    for (const std::string text :
         {"", "soon", "-1", "1.5", "12 seconds", "Sun, 06 Nov 1994 08:50:37",
          "Sun, 06 Nov 1994 08:50:37 GMT and", "Sun, 06 Nov 0001 08:50:37 GMT"})
        CHECK_FALSE(parse_retry_after(text, now).has_value());
    CHECK_FALSE(parse_retry_after(std::string(5'000, ' ') + "Sun", now).has_value());
}
