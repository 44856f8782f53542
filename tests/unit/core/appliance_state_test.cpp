#include "core/appliance_state.hpp"

#include <doctest/doctest.h>

using namespace jobwatch;

TEST_CASE("each condition has a word of its own, and is found by it")
{
    for (const condition one : all_conditions)
    {
        const auto found = parse_condition(to_string(one));
        REQUIRE(found.has_value());
        CHECK(*found == one);
    }
    CHECK_FALSE(parse_condition("fine").has_value());
    CHECK_FALSE(parse_condition("").has_value());
}

TEST_CASE("what is said when a condition ends is not what was said when it began")
{
    CHECK(beginning_of(condition::unreachable) == event_type::appliance_unreachable);
    CHECK(end_of(condition::unreachable) == event_type::appliance_reachable);
    CHECK(beginning_of(condition::degraded) == event_type::appliance_degraded);
    CHECK(end_of(condition::degraded) == event_type::appliance_restored);
    CHECK(beginning_of(condition::forbidden) == event_type::appliance_forbidden);
    CHECK(end_of(condition::forbidden) == event_type::appliance_restored);
    CHECK(beginning_of(condition::auth_failed) == event_type::appliance_auth_failed);
    CHECK(end_of(condition::auth_failed) == event_type::appliance_auth_restored);
}
