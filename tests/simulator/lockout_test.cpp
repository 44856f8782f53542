#include "lockout.hpp"

#include <doctest/doctest.h>

using namespace jobwatch::simulator;
using namespace std::chrono_literals;

namespace
{
const time_point start{1'764'000'000s};
}

TEST_CASE("after so many failures in a row the door stays shut for its time")
{
    lockout guard({3, 5min});
    guard.failed(start);
    guard.failed(start);
    CHECK_FALSE(guard.locked(start));
    guard.failed(start);
    CHECK(guard.locked(start));
    CHECK(guard.locked(start + 5min - 1us));
    CHECK_FALSE(guard.locked(start + 5min));
    CHECK(guard.page(start).at("times") == 1);
}

TEST_CASE("a success begins the count anew, a release opens at once")
{
    lockout guard({2, 5min});
    guard.failed(start);
    guard.succeeded();
    guard.failed(start);
    CHECK_FALSE(guard.locked(start));
    guard.failed(start);
    CHECK(guard.locked(start));
    guard.release();
    CHECK_FALSE(guard.locked(start));
}

TEST_CASE("without a rule nobody is locked out")
{
    lockout guard;
    for (int attempt = 0; attempt < 100; ++attempt)
        guard.failed(start);
    CHECK_FALSE(guard.locked(start));
}

TEST_CASE("a rule is a number of failures and a time")
{
    const auto rule = parse_lockout("3:5m");
    REQUIRE(rule);
    CHECK(rule->failures == 3);
    CHECK(rule->length == 5min);
    for (const char* wrong : {"", "3", "3:", ":5m", "three:5m", "3x:5m", "3:0s", "-1:5m"})
        CHECK_FALSE(parse_lockout(wrong));
}
