#include "core/trouble_memory.hpp"

#include <doctest/doctest.h>

using namespace jobwatch;
using namespace std::chrono_literals;

TEST_CASE("a class of trouble is news once, until it has been away for a while")
{
    trouble_memory known;
    boot_time now{1h};
    CHECK(known.is_news(trouble::server_error, now));
    for (int poll = 0; poll < 1'000; ++poll)
    {
        now += 61s;
        CHECK_FALSE(known.is_news(trouble::server_error, now));
    }
    CHECK(known.is_news(trouble::timed_out, now));          // another class
    CHECK_FALSE(known.is_news(trouble::server_error, now)); // which takes nothing from the first
    CHECK(known.is_news(trouble::server_error, now + trouble_forgotten_after + 1ms));
}
