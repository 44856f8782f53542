#include "core/one_line.hpp"
#include "support/seed.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

using namespace jobwatch;

TEST_CASE("plain text and letters of any script pass unchanged")
{
    for (const std::string text :
         {"", "in progress", "a\\b \"c\"", "caf\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x94\x91"})
        CHECK(one_line(text) == text);
}

TEST_CASE("control characters are shown and not obeyed")
{
    CHECK(one_line("a\nb\r\tc") == "a\\x0ab\\x0d\\x09c");
    CHECK(one_line("\x1b[31mred\x7f") == "\\x1b[31mred\\x7f");
    CHECK(one_line(std::string("\0", 1)) == "\\x00");
    CHECK(one_line("\xc2\x9b") == "\\xc2\\x9b");          // U+009B, CSI in one character
    CHECK(one_line("\xe2\x80\xa8") == "\\xe2\\x80\\xa8"); // U+2028, a line separator
    CHECK(one_line("\xe2\x80\xae") == "\\xe2\\x80\\xae"); // U+202E, right to left from here on
}

TEST_CASE("bytes that are not UTF-8 are shown as what they are")
{
    CHECK(one_line("\xff") == "\\xff");
    CHECK(one_line("a\xc3") == "a\\xc3");                          // cut in the middle
    CHECK(one_line("\xc0\x8a") == "\\xc0\\x8a");                   // an overlong line feed
    CHECK(one_line("\xe0\x80\x8a") == "\\xe0\\x80\\x8a");          // and another
    CHECK(one_line("\xed\xa0\x80") == "\\xed\\xa0\\x80");          // a surrogate
    CHECK(one_line("\xf4\x90\x80\x80") == "\\xf4\\x90\\x80\\x80"); // beyond Unicode
    CHECK(one_line("\xc3z") == "\\xc3z");
}

TEST_CASE("a text longer than the limit is cut, and says so")
{
    CHECK(one_line(std::string(max_line_text, 'x')) == std::string(max_line_text, 'x'));
    CHECK(one_line(std::string(max_line_text + 1, 'x')) == std::string(max_line_text, 'x') + "...");
    CHECK(one_line(std::string(10'000'000, '\n')).size() <= max_line_text + 8);
}

TEST_CASE("no bytes whatever give more than one line or a control character")
{
    const auto seed = test::chosen_seed();
    INFO(test::how_to_repeat(seed));
    test::random_source chance(seed);
    for (int round = 0; round < 5'000; ++round)
    {
        std::string text(chance.below(40), ' ');
        for (auto& each : text)
            each = static_cast<char>(chance.next());
        const auto line = one_line(text);
        const auto is_control = [](char each)
        { return static_cast<unsigned char>(each) < 0x20 || each == 0x7F; };
        CHECK(std::ranges::none_of(line, is_control));
        CHECK(one_line(line) == line); // what it gives is good text itself
    }
}
