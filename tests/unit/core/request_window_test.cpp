// Halved when the appliance has too much to do, once for all that were under way, and slowly regained.
#include "core/request_window.hpp"

#include <doctest/doctest.h>

using namespace jobwatch;

TEST_CASE("a window begins at its full size, and good answers open it no further")
{
    request_window window(8);
    CHECK(window.size() == 8);
    for (int answers = 0; answers < 100; ++answers)
        window.answered(window.asked());
    CHECK(window.size() == 8);
}

TEST_CASE("all requests that were under way when it was halved are heard once")
{
    request_window window(8);
    const auto first = window.asked();
    for (int refused = 0; refused < 8; ++refused)
        window.throttled(first);
    CHECK(window.size() == 4);
    window.throttled(window.asked());
    CHECK(window.size() == 2);
    window.throttled(first);
    CHECK(window.size() == 2);
}

TEST_CASE("it never closes")
{
    request_window window(3);
    for (int rounds = 0; rounds < 10; ++rounds)
        window.throttled(window.asked());
    CHECK(window.size() == 1);
    request_window none(0); // no configuration allows it
    CHECK(none.size() == 1);
}

TEST_CASE("a window of good answers regains one place, up to what is configured")
{
    request_window window(4);
    window.throttled(window.asked());
    window.throttled(window.asked());
    REQUIRE(window.size() == 1);
    std::uint32_t answers = 0;
    for (std::uint32_t size = 1; size < 4; ++size)
    {
        CHECK(window.size() == size);
        for (std::uint32_t good = 0; good < size; ++good, ++answers)
            window.answered(window.asked());
    }
    CHECK(answers == 1 + 2 + 3);
    CHECK(window.size() == 4);
    window.answered(window.asked());
    CHECK(window.size() == 4);
}

TEST_CASE("answers to requests from before the halving regain nothing")
{
    request_window window(8);
    const auto before = window.asked();
    window.throttled(before);
    for (int late = 0; late < 7; ++late)
        window.answered(before);
    CHECK(window.size() == 4);
}
