#include "io/appliance/without_secret.hpp"

#include <doctest/doctest.h>

using namespace jobwatch;

TEST_CASE("a secret is cut out, even when only its beginning is left of it")
{
    const std::string secret(100, 's');
    CHECK(without_secret("before " + secret + " after", secret) == "before [secret]");
    CHECK(without_secret("before " + secret.substr(0, 20), secret) == "before [secret]");
    CHECK(without_secret("before and after", secret) == "before and after");
    CHECK(without_secret("abc", "") == "abc");
    CHECK(without_secret("wrong password hush!", "hush") == "wrong password [secret]");
}
