#include "wire/line_splitter.hpp"

#include <doctest/doctest.h>

using jobwatch::line_splitter;

TEST_CASE("bytes that come in any portions give the same lines")
{
    const std::string text = "first\n\nthird line\n";
    for (std::size_t portion = 1; portion <= text.size(); ++portion)
    {
        line_splitter lines(64);
        std::string seen;
        for (std::size_t at = 0; at < text.size(); at += portion)
        {
            lines.feed(std::string_view(text).substr(at, portion));
            while (const auto piece = lines.next())
            {
                CHECK_FALSE(piece->too_long);
                seen += piece->line + "|";
            }
        }
        CHECK(seen == "first||third line|");
        CHECK_FALSE(lines.has_rest());
    }
}

TEST_CASE("a line at the limit passes, one byte more is reported once and skipped, and the next line is read")
{
    for (const std::size_t portion : {1U, 3U, 100U})
    {
        CAPTURE(portion);
        const std::string text = "123456789\n1234567890\n" + std::string(50, 'x') + "\nnext\n";
        line_splitter lines(10);
        std::string seen;
        for (std::size_t at = 0; at < text.size(); at += portion)
        {
            lines.feed(std::string_view(text).substr(at, portion));
            while (const auto piece = lines.next())
                seen += piece->too_long ? "TOO LONG|" : piece->line + "|";
        }
        CHECK(seen == "123456789|TOO LONG|TOO LONG|next|");
    }
}

TEST_CASE("what nobody finished is known to be there")
{
    line_splitter lines(10);
    lines.feed("whole\nhal");
    CHECK(lines.next()->line == "whole");
    CHECK_FALSE(lines.next());
    CHECK(lines.has_rest());

    lines.feed(std::string(100, 'x'));
    CHECK(lines.next()->too_long);
    CHECK_FALSE(lines.next());
    CHECK(lines.has_rest()); // the rest of an over-long line
}
