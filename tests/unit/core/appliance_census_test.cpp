// What the answers of many watches mean together.
#include "core/appliance_census.hpp"

#include <doctest/doctest.h>

using namespace jobwatch;
using namespace std::chrono_literals;

namespace
{

constexpr boot_time start{24h};
constexpr census_entry fresh{};
constexpr census_entry shown{telling::shown, true};
constexpr census_entry missing{telling::missing, true};
constexpr census_entry never_seen{telling::missing, false};
constexpr census_entry refused{telling::refused, true};

// So many watches of each sort, by an appliance that shows a job just now.
struct crowd
{
    int count_shown = 0;
    int count_missing = 0;
    int count_never_seen = 0;
    int count_refused = 0;
    int count_fresh = 0;

    appliance_census census() const
    {
        appliance_census made(10min, 1h);
        const auto add = [&](census_entry entry, int count)
        {
            for (int number = 0; number < count; ++number)
                made.enters(entry);
        };
        add(shown, count_shown);
        add(missing, count_missing);
        add(never_seen, count_never_seen);
        add(refused, count_refused);
        add(fresh, count_fresh);
        made.weigh(start);
        made.proved_well(start);
        return made;
    }
};

bool degraded_after(const crowd& watches, milliseconds lasted)
{
    auto census = watches.census();
    census.weigh(start + lasted);
    return census.degraded();
}

} // namespace

TEST_CASE("degraded is when more than half of the seen watches have been missing for lost_after_unseen")
{
    CHECK_FALSE(degraded_after({.count_shown = 1, .count_missing = 1}, 24h)); // half is not more than half
    CHECK(degraded_after({.count_shown = 1, .count_missing = 2}, 10min));
    CHECK_FALSE(degraded_after({.count_shown = 1, .count_missing = 2}, 10min - 1ms));
    CHECK(degraded_after({.count_missing = 1}, 10min)); // the only one is all of them
    CHECK(degraded_after({.count_missing = 1, .count_never_seen = 100, .count_fresh = 100}, 10min));
    CHECK_FALSE(degraded_after({.count_never_seen = 100}, 24h)); // it never knew those
    CHECK(degraded_after({.count_missing = 2, .count_refused = 1}, 10min));
    CHECK_FALSE(degraded_after({.count_missing = 2, .count_refused = 2}, 10min));
    CHECK_FALSE(degraded_after({}, 24h));
}

TEST_CASE("degraded ends as soon as not more than half are missing, and must last anew to begin again")
{
    auto census = crowd{.count_missing = 3}.census();
    census.weigh(start + 10min);
    REQUIRE(census.degraded());
    census.turns(missing, shown);
    census.weigh(start + 11min);
    CHECK(census.degraded());
    census.turns(missing, shown);
    census.weigh(start + 12min);
    CHECK_FALSE(census.degraded());
    census.turns(shown, missing);
    census.weigh(start + 13min);
    census.weigh(start + 22min);
    CHECK_FALSE(census.degraded());
    census.weigh(start + 23min);
    CHECK(census.degraded());
    census.leaves(missing, start + 23min); // removed by a person
    census.weigh(start + 23min);
    CHECK_FALSE(census.degraded()); // 1 of 2
}

TEST_CASE("a row of 404 counts only beside an appliance that is well")
{
    const auto trusted = [](const crowd& watches)
    { return watches.census().trusts_row(start - 1h, start) == start - 1h; };
    CHECK(trusted({.count_shown = 1, .count_missing = 1}));
    CHECK(trusted({.count_missing = 1, .count_refused = 1}));
    CHECK_FALSE(trusted({.count_missing = 1}));
    CHECK_FALSE(trusted({.count_missing = 1, .count_never_seen = 5, .count_fresh = 5}));
    CHECK_FALSE(trusted({.count_shown = 4, .count_missing = 5}));

    auto census = crowd{.count_shown = 1, .count_missing = 1}.census();
    CHECK_FALSE(census.trusts_row(start + 1ms, start + 1h)); // neither a reading nor a login since then
    census.proved_well(start + 30min);
    CHECK(census.trusts_row(start + 1ms, start + 1h) == start + 1ms);
}

TEST_CASE("watches that were shown and ended since then speak for the appliance for an hour")
{
    auto census = crowd{.count_shown = 1, .count_missing = 1}.census();
    census.leaves(shown, start);
    census.weigh(start + 1min);
    CHECK(census.trusts_row(start - 1h, start + 1min));
    CHECK(census.trusts_row(start - 1h, start + 58min));
    CHECK_FALSE(census.trusts_row(start - 1h, start + 61min));
    auto all_gone = crowd{.count_shown = 1, .count_missing = 5}.census();
    all_gone.leaves(shown, start);
    CHECK_FALSE(all_gone.trusts_row(start - 1h, start + 1min));
    auto lost = crowd{.count_missing = 2}.census();
    lost.leaves(missing, start); // a watch that was not shown when it left speaks for nobody
    CHECK_FALSE(lost.trusts_row(start - 1h, start + 1min));
}

TEST_CASE("a row of 404 begins anew when the appliance is restored")
{
    auto census = crowd{.count_shown = 1, .count_missing = 3}.census();
    census.weigh(start + 10min);
    REQUIRE(census.degraded());
    census.turns(missing, shown);
    census.weigh(start + 50min);
    REQUIRE_FALSE(census.degraded());
    census.proved_well(start + 50min);
    CHECK(census.trusts_row(start, start + 2h) == start + 50min);
    census.proved_well(start + 90min);
    CHECK(census.trusts_row(start + 1h, start + 2h) == start + 1h);
}

TEST_CASE(
    "most watches are refused when these are two at least, and more than half of those that told anything")
{
    CHECK_FALSE(crowd{.count_refused = 1}.census().refuses_most());
    CHECK(crowd{.count_refused = 2}.census().refuses_most());
    CHECK(crowd{.count_refused = 2, .count_fresh = 100}.census().refuses_most());
    CHECK_FALSE(crowd{.count_shown = 2, .count_refused = 2}.census().refuses_most());
    CHECK_FALSE(crowd{.count_never_seen = 2, .count_refused = 2}.census().refuses_most());
    CHECK(crowd{.count_shown = 1, .count_never_seen = 1, .count_refused = 3}.census().refuses_most());
}

TEST_CASE("forbidden stands until not more than half are refused any more")
{
    auto census = crowd{.count_shown = 1, .count_refused = 2}.census();
    census.weigh(start);
    CHECK_FALSE(census.forbidden()); // it begins when a watch is about to be said blocked
    census.forbid();
    census.weigh(start);
    CHECK(census.forbidden());
    for (int number = 0; number < 100; ++number)
        census.enters(fresh); // just submitted, and not asked for yet
    census.weigh(start);
    CHECK(census.forbidden());
    census.turns(fresh, shown);
    census.weigh(start);
    CHECK_FALSE(census.forbidden());
}

TEST_CASE("what stood before a restart stands until the answers say otherwise")
{
    appliance_census census(10min, 1h);
    census.recall(true, true);
    CHECK(census.presumed(true, false) == telling::missing);
    CHECK(census.presumed(false, false) == telling::refused);
    CHECK(census.presumed(false, true) == telling::refused);
    appliance_census well(10min, 1h);
    well.recall(false, false);
    CHECK(well.presumed(true, false) == telling::none);
    CHECK(well.presumed(true, true) == telling::refused);

    appliance_census forbidden(10min, 1h);
    forbidden.recall(false, true);
    for (int number = 0; number < 4; ++number)
        forbidden.enters({forbidden.presumed(true, false), true});
    forbidden.weigh(start);
    CHECK(forbidden.forbidden());
    forbidden.turns(refused, shown);
    forbidden.weigh(start);
    CHECK(forbidden.forbidden());
    forbidden.turns(refused, shown);
    forbidden.weigh(start);
    CHECK_FALSE(forbidden.forbidden());
}

TEST_CASE("a trouble that stood before a restart ends when no watch is left that could have it")
{
    appliance_census census(10min, 1h);
    census.recall(true, true);
    census.weigh(start);
    CHECK_FALSE(census.degraded());
    CHECK_FALSE(census.forbidden());
}

TEST_CASE("the census tells its figures to a person")
{
    const auto census = crowd{.count_shown = 1, .count_missing = 5, .count_refused = 2}.census();
    CHECK(census.describe_missing() == "404 for 5 of the 8 jobs that it has shown before");
    CHECK(census.describe_refused() == "it refuses to show 2 of 8 jobs");
}
