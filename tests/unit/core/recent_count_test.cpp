#include "core/recent_count.hpp"

#include <doctest/doctest.h>

using namespace jobwatch;
using namespace std::chrono_literals;

TEST_CASE("what happened counts while it is recent, at most a sixtieth of the window less")
{
    recent_count count(1h);
    const boot_time start{25h + 30s};
    count.add(start);
    count.add(start);
    count.add(start + 30min);
    CHECK(count.within(1h, start + 30min) == 3);
    CHECK(count.within(1h, start + 59min) == 3);
    CHECK(count.within(1h, start + 60min + 1s) == 1); // never longer than the window
    CHECK(count.within(10min, start + 30min) == 1);
    CHECK(count.within(10min, start + 40min + 1s) == 0);
    CHECK(count.within(48h, start + 2h) == 0); // the window is the most that is kept
    count.add(start + 240h);
    CHECK(count.within(1h, start + 240h) == 1);
}

TEST_CASE("windows and moments of any size do no harm")
{
    for (const milliseconds window :
         {milliseconds{-5}, milliseconds{0}, milliseconds{1}, milliseconds::max()})
    {
        recent_count count(window);
        count.add(boot_time{});
        count.add(boot_time{1h});
        count.add(boot_time{876'000h});
        CHECK(count.within(milliseconds::max(), boot_time{876'000h}) >= 0);
    }
}
