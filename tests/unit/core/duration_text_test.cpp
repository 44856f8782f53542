#include "core/duration_text.hpp"

#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

using namespace jobwatch;

TEST_CASE("a duration is a whole number and one unit")
{
    CHECK(parse_duration("200ms").value() == milliseconds(200));
    CHECK(parse_duration("90s").value() == milliseconds(90'000));
    CHECK(parse_duration("5m").value() == milliseconds(300'000));
    CHECK(parse_duration("24h").value() == milliseconds(86'400'000));
    CHECK(parse_duration("7d").value() == milliseconds(7LL * 86'400'000));
    CHECK(parse_duration("0s").value() == milliseconds(0));
}

TEST_CASE("anything else is no duration, and the error says what is allowed")
{
    for (const std::string text :
         {"", " ", "5", "s", "5 m", " 5m", "5m ", "-5s", "+5s", "1.5h", "5M", "5S", "5min", "5mss", "0x5s",
          "5e3s", "never", "--5s", "5s5s"})
    {
        INFO("text: " << text);
        CHECK(parse_duration(text).error() == errc::bad_duration);
    }
    CHECK(parse_duration(std::string("5\0s", 3)).error() == errc::bad_duration);
    CHECK(parse_duration({}).error() == errc::bad_duration);
}

TEST_CASE("3650 days is the longest duration in every unit, and more never overflows")
{
    CHECK(parse_duration("3650d").value() == milliseconds(3650LL * 86'400'000));
    CHECK(parse_duration("87600h").has_value());
    CHECK(parse_duration("315360000000ms").has_value());
    for (const auto* const text :
         {"3651d", "87601h", "5256001m", "315360001s", "315360000001ms", "9223372036854775807d",
          "9223372036854775807ms", "9223372036854775808ms", "99999999999999999999999999s"})
    {
        INFO("text: " << text);
        CHECK(parse_duration(text).error() == errc::bad_duration);
    }
}

TEST_CASE("a time limit may also be never")
{
    CHECK_FALSE(parse_time_limit("never").value().has_value());
    CHECK(parse_time_limit("2h").value() == time_limit{milliseconds(7'200'000)});
    CHECK(parse_time_limit("Never").error() == errc::bad_duration);
    CHECK(parse_time_limit("").error() == errc::bad_duration);
    CHECK(format_time_limit({}) == "never");
    CHECK(format_time_limit(milliseconds(7'200'000)) == "2h");
}

TEST_CASE("a duration is written in the longest unit that is exact")
{
    CHECK(format_duration(milliseconds(200)) == "200ms");
    CHECK(format_duration(milliseconds(90'000)) == "90s");
    CHECK(format_duration(milliseconds(300'000)) == "5m");
    CHECK(format_duration(milliseconds(86'400'000)) == "1d");
    CHECK(format_duration(milliseconds(90'001)) == "90001ms");
    CHECK(format_duration(milliseconds(0)) == "0s");
    CHECK(format_duration(milliseconds(-1)) == "0s");
    CHECK_FALSE(format_duration(milliseconds::max()).empty());
}

TEST_CASE("what was written is read back unchanged")
{
    for (std::int64_t value = 0; value <= 3650LL * 86'400'000; value = value * 3 + 7)
        CHECK(parse_duration(format_duration(milliseconds(value))).value() == milliseconds(value));
}

TEST_CASE("for people a duration is rounded and never shows sixty of a unit")
{
    const std::vector<std::pair<std::int64_t, std::string>> samples{
        {-5, "0.0 s"},
        {0, "0.0 s"},
        {49, "0.0 s"},
        {50, "0.1 s"},
        {812, "0.8 s"},
        {9'949, "9.9 s"},
        {9'950, "10 s"},
        {12'000, "12 s"},
        {59'499, "59 s"},
        {59'500, "1 min"},
        {200'000, "3 min 20 s"},
        {3'599'499, "59 min 59 s"},
        {3'599'500, "1 h"},
        {7'500'000, "2 h 5 min"},
        {86'369'999, "23 h 59 min"},
        {86'370'000, "1 d"},
        {4LL * 86'400'000 + 3LL * 3'600'000, "4 d 3 h"},
    };
    for (const auto& [value, text] : samples)
        CHECK(describe_duration(milliseconds(value)) == text);
    CHECK_FALSE(describe_duration(milliseconds::max()).empty());
    CHECK(describe_duration(milliseconds::min()) == "0.0 s");
}
