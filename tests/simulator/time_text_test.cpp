#include "time_text.hpp"

#include <doctest/doctest.h>

using namespace jobwatch::simulator;
using namespace std::chrono_literals;

TEST_CASE("times have as many fraction digits as they need")
{
    const time_point whole{1'764'000'000s};
    CHECK(appliance_time(whole) == "2025-11-24T16:00:00Z");
    CHECK(appliance_time(whole + 1us) == "2025-11-24T16:00:00.000001Z");
    CHECK(appliance_time(whole + 120ms) == "2025-11-24T16:00:00.12Z");
    CHECK(appliance_time(whole + 999999us) == "2025-11-24T16:00:00.999999Z");
    CHECK(http_date(time_point{784111777s}) == "Sun, 06 Nov 1994 08:49:37 GMT");
}

TEST_CASE("the age of a token is written as the appliance's runtime writes it")
{
    CHECK(age_text(0s) == "0s");
    CHECK(age_text(50s) == "50s");
    CHECK(age_text(90s) == "1m30s");
    CHECK(age_text(2h + 5s) == "2h0m5s");
}

TEST_CASE("durations are read with their unit and not without")
{
    CHECK(parse_duration("250ms") == 250ms);
    CHECK(parse_duration("0.2s") == 200ms);
    CHECK(parse_duration("300s") == 300s);
    CHECK(parse_duration("5m") == 5min);
    CHECK(parse_duration("1h") == 1h);
    CHECK(parse_duration("7us") == 7us);
    for (const char* bad : {"", "5", "s", "-1s", "1.2.3s", "1 s", "1e3s", "5d", "999999999999999h", "."})
        CHECK_FALSE(parse_duration(bad));
}

TEST_CASE("a range is two durations, or one twice, never descending")
{
    const auto range = parse_span("0.2s..2s");
    REQUIRE(range);
    CHECK(range->low == 200ms);
    CHECK(range->high == 2s);
    CHECK(parse_span("3s")->high == 3s);
    CHECK_FALSE(parse_span("2s..1s"));
    CHECK_FALSE(parse_span("..1s"));
    CHECK_FALSE(parse_span("1s.."));
}

TEST_CASE("the appliance's times are read again, and nothing else is")
{
    for (const char* text :
         {"2025-11-24T16:00:00Z", "2025-11-24T16:00:00.5Z", "1969-12-31T23:59:59.999999Z",
          "0001-01-01T00:00:00Z"})
        CHECK(appliance_time(parse_appliance_time(text).value()) == text);
    CHECK(
        parse_appliance_time("2025-11-24T16:00:00.123456789Z")
        == parse_appliance_time("2025-11-24T16:00:00.123456Z"));
    for (const char* text :
         {"", "2025-11-24", "2025-11-24T16:00:00", "2025-13-24T16:00:00Z", "2025-11-24T16:00:00.Z",
          "2025-11-24T16:00:00.5x", "2025-11-24T16:00:00.5xZ", "2025-11-24 16:00:00Z"})
        CHECK_FALSE(parse_appliance_time(text));
}
