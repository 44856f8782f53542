#include "io/appliance/printable.hpp"

#include <doctest/doctest.h>

using namespace jobwatch;

TEST_CASE("control characters and broken UTF-8 are shown as their bytes")
{
    CHECK(printable("plain text", 100) == "plain text");
    CHECK(printable("a\r\nb\x1b[31m\x7f", 100) == R"(a\x0d\x0ab\x1b[31m\x7f)");
    CHECK(
        printable("d\xc3\xa9j\xc3\xa0 \xe2\x82\xac \xf0\x9f\x98\x80", 100)
        == "d\xc3\xa9j\xc3\xa0 \xe2\x82\xac \xf0\x9f\x98\x80");
    CHECK(printable("\xc3", 100) == R"(\xc3)");
    CHECK(printable("\xc3x\x80\xff\xf8", 100) == R"(\xc3x\x80\xff\xf8)");
}

TEST_CASE("long text is cut")
{
    CHECK(printable(std::string(50, 'x'), 50) == std::string(50, 'x'));
    CHECK(printable(std::string(51, 'x'), 50) == std::string(50, 'x') + "...");
}

TEST_CASE("a secret is cut out, even when only its beginning is left of it")
{
    const std::string secret(100, 's');
    CHECK(without_secret("before " + secret + " after", secret) == "before [secret]");
    CHECK(without_secret("before " + secret.substr(0, 20), secret) == "before [secret]");
    CHECK(without_secret("before and after", secret) == "before and after");
    CHECK(without_secret("abc", "") == "abc");
    CHECK(without_secret("wrong password hush!", "hush") == "wrong password [secret]");
}
