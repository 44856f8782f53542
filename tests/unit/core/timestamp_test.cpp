#include "core/timestamp.hpp"
#include "support/seed.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace jobwatch;
using namespace std::chrono;

namespace
{

wall_time at(year_month_day date, nanoseconds time_of_day)
{
    return wall_time{sys_days{date}} + time_of_day;
}

constexpr year_month_day day_of_samples{2024y / 2 / 7};

} // namespace

TEST_CASE("fractions of every length that appliances write are read to the nanosecond")
{
    const auto second = hours{11} + minutes{2} + seconds{3};
    const auto read = [](const std::string& text) { return parse_timestamp(text).value(); };
    CHECK(read("2024-02-07T11:02:03Z") == at(day_of_samples, second));
    CHECK(read("2024-02-07T11:02:03.5Z") == at(day_of_samples, second + 500ms));
    CHECK(read("2024-02-07T11:02:03.67012Z") == at(day_of_samples, second + 670'120us));
    CHECK(read("2024-02-07T11:02:03.670123Z") == at(day_of_samples, second + 670'123us));
    CHECK(read("2024-02-07T11:02:03.000000001Z") == at(day_of_samples, second + 1ns));
    CHECK(read("2024-02-07T11:02:03.999999999Z") == at(day_of_samples, second + 999'999'999ns));
}

TEST_CASE("numeric offsets, lower-case letters and a space are read")
{
    const auto noon = at(day_of_samples, 12h);
    for (const auto* const text :
         {"2024-02-07T12:00:00+00:00", "2024-02-07T12:00:00-00:00", "2024-02-07T14:00:00+02:00",
          "2024-02-07T06:30:00-05:30", "2024-02-08T11:59:00+23:59", "2024-02-07t12:00:00z",
          "2024-02-07 12:00:00Z"})
    {
        INFO("text: " << text);
        CHECK(parse_timestamp(text).value() == noon);
    }
}

TEST_CASE("a leap second is the last moment before the next minute")
{
    const auto next_year = at(2017y / 1 / 1, 0ns);
    CHECK(parse_timestamp("2016-12-31T23:59:60Z").value() == next_year - 1ns);
    CHECK(parse_timestamp("2016-12-31T23:59:60.7Z").value() == next_year - 1ns);
    CHECK(parse_timestamp("2016-12-31T23:59:61Z").error() == errc::bad_timestamp);
}

TEST_CASE("what is no time, or means never, is refused")
{
    for (const std::string text :
         {"",
          "null",
          "0001-01-01T00:00:00Z",
          "1677-12-31T23:59:59Z",
          "2262-01-01T00:00:00Z",
          "2024-02-07",
          "2024-02-07T11:02:03",
          "2024-02-07T11:02Z",
          "2024-02-07T11:02:03.Z",
          "2024-02-07T11:02:03.1234567890Z",
          "2024-02-07T11:02:03,5Z",
          "2024-02-07T11:02:03+0200",
          "2024-02-07T11:02:03+24:00",
          "2024-02-07T11:02:03+02:60",
          "2024-02-07T11:02:03Z ",
          " 2024-02-07T11:02:03Z",
          "2024-02-07T24:00:00Z",
          "2024-02-07T11:60:03Z",
          "2024-02-30T11:02:03Z",
          "2023-02-29T11:02:03Z",
          "2024-13-07T11:02:03Z",
          "2024-00-07T11:02:03Z",
          "2024-02-00T11:02:03Z",
          "2024-2-7T11:02:03Z",
          "+024-02-07T11:02:03Z",
          "2024-02-07T-1:02:03Z",
          "2024-02-07T11:02:03ZZ"})
    {
        INFO("text: " << text);
        CHECK(parse_timestamp(text).error() == errc::bad_timestamp);
    }
    CHECK(parse_timestamp(std::string("2024-02-07T11:02:03Z\0", 21)).error() == errc::bad_timestamp);
}

TEST_CASE("the ends of the range are read and written, with any offset")
{
    CHECK(
        format_timestamp(parse_timestamp("1678-01-01T00:00:00+23:59").value()) == "1677-12-31T00:01:00.000Z");
    CHECK(
        format_timestamp(parse_timestamp("2261-12-31T23:59:59.9999-23:59").value())
        == "2262-01-01T23:58:59.999Z");
    CHECK(format_timestamp(wall_time::min()) == "1677-09-21T00:12:43.145Z");
    CHECK(format_timestamp(wall_time::max()) == "2262-04-11T23:47:16.854Z");
}

TEST_CASE("a time is written in UTC with milliseconds, rounded down")
{
    CHECK(
        format_timestamp(at(2026y / 11 / 23, 14h + 2min + 11s + 482'999'999ns))
        == "2026-11-23T14:02:11.482Z");
    CHECK(format_timestamp(wall_time{}) == "1970-01-01T00:00:00.000Z");
    CHECK(format_timestamp(wall_time{-1ns}) == "1969-12-31T23:59:59.999Z");
    CHECK(parse_timestamp("1969-12-31T23:59:59.999Z").value() == wall_time{-1ms});
}

TEST_CASE("no garbage is read as anything but a time of the years allowed")
{
    const auto seed = test::chosen_seed();
    INFO(test::how_to_repeat(seed));
    test::random_source chance(seed);
    constexpr std::string_view letters = "0123456789-:.TtZz+ \xff\x00";
    for (int round = 0; round < 50'000; ++round)
    {
        // A good time with some characters replaced, removed or doubled.
        std::string text = "2024-02-07T11:02:03.670123+02:00";
        for (auto changes = chance.below(6); changes > 0; --changes)
        {
            const auto where = chance.below(text.size());
            text.replace(where, chance.below(3), chance.below(3), letters[chance.below(letters.size())]);
        }
        const auto read = parse_timestamp(text);
        if (!read)
            continue;
        INFO("text: " << text);
        const auto written = format_timestamp(*read);
        CHECK(parse_timestamp(written).value() == floor<milliseconds>(*read));
    }
}

TEST_CASE("for people a moment is told to the second, in UTC")
{
    CHECK(
        describe_timestamp(parse_timestamp("2026-11-23T14:02:11.999Z").value()) == "2026-11-23 14:02:11 UTC");
    CHECK(
        describe_timestamp(parse_timestamp("2026-11-23T23:30:00-01:00").value())
        == "2026-11-24 00:30:00 UTC");
}
