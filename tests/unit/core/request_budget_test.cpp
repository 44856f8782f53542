#include "core/request_budget.hpp"
#include "support/seed.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

using namespace jobwatch;

namespace
{

constexpr boot_time start{milliseconds(5'000)};

// The earliest requests that the budget lets pass until `end`, found through ready_at alone.
std::vector<boot_time> as_fast_as_allowed(request_budget& budget, boot_time end)
{
    std::vector<boot_time> passed;
    for (auto now = budget.ready_at(start); now < end; now = budget.ready_at(now))
    {
        REQUIRE(budget.take(now));
        passed.push_back(now);
    }
    return passed;
}

// The most requests over any window beyond rate x window. Times in milliseconds, with fractions. Holding each
// request against the lowest point before it covers all windows at once.
double most_over_rate(const std::vector<double>& moments, double rate)
{
    double worst = 0;
    double lowest = std::numeric_limits<double>::infinity();
    double count = 0;
    for (const double moment : moments)
    {
        const double allowed = rate / 1'000 * moment;
        lowest = std::min(lowest, count - allowed); // a window may begin with this request
        count += 1;
        worst = std::max(worst, count - allowed - lowest);
    }
    return worst;
}

} // namespace

TEST_CASE("a burst passes at once, and the next request waits for its turn")
{
    request_budget budget(10, 3, start);
    CHECK(budget.take(start));
    CHECK(budget.take(start));
    CHECK(budget.take(start));
    CHECK_FALSE(budget.take(start));
    const auto next = budget.ready_at(start);
    // 100 ms, and a tick more because all three may have left at the end of theirs.
    constexpr std::chrono::microseconds tick(1);
    CHECK(next == start + milliseconds(100) + tick);
    CHECK_FALSE(budget.take(next - tick));
    CHECK(budget.take(next));
}

TEST_CASE("the allowance does not grow beyond the burst, however long nothing is asked")
{
    request_budget budget(1'000'000, 2, start);
    const auto later = start + milliseconds(100LL * 365 * 86'400'000);
    CHECK(budget.take(later));
    CHECK(budget.take(later));
    CHECK_FALSE(budget.take(later));
}

TEST_CASE("refused requests cost nothing")
{
    request_budget budget(10, 1, start);
    CHECK(budget.take(start));
    const auto next = budget.ready_at(start);
    for (auto now = start; now < next; now += milliseconds(1))
        CHECK_FALSE(budget.take(now));
    CHECK(budget.take(next));
}

TEST_CASE("fractions of a request are kept: nothing drifts away over an hour")
{
    for (const double rate : {0.7, 3.0, 49.9, 333.3})
    {
        request_budget budget(rate, 2, start);
        const auto passed = as_fast_as_allowed(budget, start + milliseconds(3'600'000));
        INFO("rate: " << rate);
        CHECK(static_cast<double>(passed.size()) >= std::floor(rate * 3'600));
        CHECK(static_cast<double>(passed.size()) <= rate * 3'600 + 2);
    }
}

TEST_CASE("with a burst of one the price of whole milliseconds is at most one a request")
{
    request_budget budget(50, 1, start);
    const auto passed = as_fast_as_allowed(budget, start + milliseconds(100'000));
    CHECK(passed.size() >= 100'000 / 21);
    CHECK(passed.size() <= 5'001);
}

TEST_CASE("a pause holds everything back, and the longer pause wins")
{
    request_budget budget(1'000, 5, start);
    budget.pause_until(start + milliseconds(500));
    budget.pause_until(start + milliseconds(200));
    CHECK_FALSE(budget.take(start + milliseconds(499)));
    CHECK(budget.ready_at(start) == start + milliseconds(500));
    CHECK(budget.take(start + milliseconds(500)));
    budget.pause_until(boot_time::max());
    CHECK(budget.ready_at(start) == boot_time::max());
    CHECK_FALSE(budget.take(start + milliseconds(1'000'000'000)));
}

TEST_CASE("a clock that steps back gives nothing away")
{
    request_budget budget(10, 1, start);
    CHECK(budget.take(start));
    for (int step = 0; step < 1'000; ++step)
    {
        CHECK_FALSE(budget.take(start - milliseconds(500)));
        CHECK_FALSE(budget.take(start + milliseconds(50)));
    }
    CHECK(budget.take(budget.ready_at(start - milliseconds(500))));
}

TEST_CASE("strange rates and bursts are brought into a range where nothing overflows")
{
    const auto infinite = std::numeric_limits<double>::infinity();
    const auto none = std::numeric_limits<double>::quiet_NaN();
    for (const double rate : {-1.0, 0.0, 1e-300, 1e300, infinite, none})
    {
        for (const double burst : {-1.0, 0.0, 1.0, 1e300, infinite, none})
        {
            request_budget budget(rate, burst, start);
            CHECK(budget.take(start)); // a burst is at least one
            const auto next = budget.ready_at(start);
            CHECK(budget.take(next));
            CHECK(budget.ready_at(next) >= next);
        }
    }
}

TEST_CASE("in no window are there more requests than rate x time + burst, fractions of microseconds included")
{
    const auto seed = test::chosen_seed();
    INFO(test::how_to_repeat(seed));
    test::random_source chance(seed);
    for (int round = 0; round < 200; ++round)
    {
        const double rate = std::pow(10.0, 4 * chance.fraction() - 0.5); // 0.3 ... 3,000 a second
        const auto burst = static_cast<double>(1 + chance.below(chance.one_in(2) ? 2 : 50));
        INFO("rate: " << rate << ", burst: " << burst);
        double moment = 5'000; // milliseconds as they really are; the budget sees whole microseconds
        request_budget budget(rate, burst, start);
        std::vector<double> passed;
        for (int ask = 0; ask < 2'000; ++ask)
        {
            // Now crowded, now idle, now exactly when it is said to be ready.
            moment += chance.fraction() * (chance.one_in(50) ? 20'000 / rate : 300 / rate);
            boot_time now{std::chrono::microseconds(static_cast<std::int64_t>(moment * 1'000))};
            if (chance.one_in(2))
            {
                now = budget.ready_at(now);
                moment = std::max(moment, static_cast<double>(now.time_since_epoch().count()) / 1'000);
            }
            const auto ready = budget.ready_at(now);
            REQUIRE(ready >= now);
            const bool taken = budget.take(now);
            REQUIRE(taken == (ready == now));
            if (taken)
                passed.push_back(moment);
        }
        REQUIRE(passed.size() > 100);
        CHECK(most_over_rate(passed, rate) <= burst + 1e-6);
    }
}
