#include "wire/json_text.hpp"

#include <boost/json/parse.hpp>
#include <doctest/doctest.h>

#include <limits>

using namespace jobwatch;

TEST_CASE("a string from outside becomes a JSON string, whatever bytes it holds")
{
    CHECK(json_string("") == "\"\"");
    CHECK(json_string("plain") == "\"plain\"");
    CHECK(json_string("a\"b\\c\n\t\r\x01\x7f") == R"("a\"b\\c\n\t\r\u0001\u007f")");
    CHECK(json_string(std::string_view("\0", 1)) == R"("\u0000")");
    CHECK(json_string("\xc3\xa4\xf0\x9f\x98\x80") == "\"\xc3\xa4\xf0\x9f\x98\x80\"");
    CHECK(json_string("a\xff\xc3") == "\"a\xEF\xBF\xBD\xEF\xBF\xBD\"");
}

TEST_CASE("every single byte and every pair of bytes gives a JSON string that a parser accepts")
{
    for (int first = 0; first < 256; ++first)
        for (int second = 0; second < 256; ++second)
        {
            const std::string text{static_cast<char>(first), static_cast<char>(second)};
            boost::system::error_code failed;
            const auto parsed = boost::json::parse(json_string(text), failed);
            REQUIRE_FALSE(failed);
            if (first < 0x80 && second < 0x80)
                REQUIRE(parsed.get_string() == text);
        }
}

TEST_CASE("UTF-8 sequences are told from over-long forms, surrogates and what is beyond the last character")
{
    CHECK(utf8_length("a") == 1);
    CHECK(utf8_length("\xc3\xa4") == 2);
    CHECK(utf8_length("\xe2\x82\xac") == 3);
    CHECK(utf8_length("\xf0\x9f\x98\x80") == 4);
    for (const auto* bad :
         {"\x80", "\xc0\x80", "\xc1\xbf", "\xc3", "\xe0\x80\x80", "\xed\xa0\x80", "\xe2\x82",
          "\xf0\x80\x80\x80", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff", "\xf0\x9f\x98"})
        CHECK_MESSAGE(utf8_length(bad) == 0, printable(bad));
    CHECK(utf8_length("") == 0);
}

TEST_CASE("text is cut before a character, not within it")
{
    CHECK(cut_utf8("abc", 3) == "abc");
    CHECK(cut_utf8("abc", 2) == "ab");
    CHECK(cut_utf8("a\xc3\xa4", 2) == "a");
    CHECK(cut_utf8("\xf0\x9f\x98\x80", 3).empty());
    CHECK(cut_utf8("\xbf\xbf\xbf\xbf\xbf\xbf\xbf\xbf", 6).size() == 6);
    CHECK(cut_utf8("abc", 0).empty());
}

TEST_CASE("what people are shown is on one line, without control characters, and short")
{
    CHECK(printable("a\nb\x1b[31m\x7f") == "a\\x0ab\\x1b[31m\\x7f");
    CHECK(printable("\xc2\x9b") == "\\xc2\\x9b");
    CHECK(printable("\xc3\xa4\xff") == "\xc3\xa4\\xff");
    CHECK(printable("12345678", 5) == "12345...");
    CHECK(quoted("a") == "\"a\"");
}

TEST_CASE("an object is written field by field")
{
    std::string text;
    object_writer to(text);
    to.text("a", "\"");
    to.number("b", -1);
    to.flag("c", true);
    to.real("d", 1.5);
    to.real("e", std::numeric_limits<double>::infinity());
    to.raw("f", "[]");
    to.end();
    CHECK(text == R"({"a":"\"","b":-1,"c":true,"d":1.5,"e":null,"f":[]})");
}
