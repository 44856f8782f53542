#include "wire/first_line.hpp"
#include "wire/json_text.hpp"

#include <doctest/doctest.h>

using namespace jobwatch;

TEST_CASE("a first line says tail, begin, or after which event")
{
    for (const std::string_view line : {"tail", "tail\r", "", "\r"})
        CHECK(std::holds_alternative<from_tail>(parse_first_line(line).value()));
    for (const std::string_view line : {"begin", "begin\r"})
        CHECK(std::holds_alternative<from_begin>(parse_first_line(line).value()));
    const auto number = std::get<cursor>(parse_first_line("after 1042\r").value());
    CHECK(number.log.empty());
    CHECK(number.seq == 1042);
    const auto place = std::get<cursor>(parse_first_line("after 5e1c-0001 0").value());
    CHECK(place.log == "5e1c-0001");
    CHECK(place.seq == 0);
    const auto greatest = std::get<cursor>(parse_first_line("after 9223372036854775807").value());
    CHECK(greatest.seq == 9'223'372'036'854'775'807U);
}

TEST_CASE("anything else is refused with what is allowed")
{
    using namespace std::string_view_literals;
    for (const std::string_view line :
         {"Tail"sv, " tail"sv, "tail "sv, "after"sv, "after "sv, "after x"sv, "after -1"sv, "after +1"sv,
          "after 1.5"sv, "after 1 "sv, "after a b 1"sv, "after  1"sv, "after 9223372036854775808"sv,
          "after 0x1"sv, "\0"sv, "tail\0"sv, "after 1\0"sv, "\xff"sv, "{\"from\":\"begin\"}"sv})
    {
        CAPTURE(line);
        const auto wish = parse_first_line(line);
        REQUIRE_FALSE(wish.has_value());
        CHECK(wish.error().code == refusal_code::invalid_request);
        CHECK(
            wish.error().message
            == "the first line is " + quoted(line)
                + "; allowed: tail, begin, after SEQ, or after LOG SEQ (at most 128 bytes)");
    }
}

TEST_CASE("a gap is one line of JSON that no reader takes for an event")
{
    CHECK(
        gap_event_line(3, 99, "retention")
        == R"({"event":"gap","from":3,"to":99,"why":"retention"})"
           "\n");
}
