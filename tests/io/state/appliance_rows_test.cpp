// What is remembered of an appliance, in real SQLite.
#include "state_fixture.hpp"

using namespace jobwatch;
using test::an_event;
using test::state_fixture;

namespace
{

appliance_state a_troubled_state()
{
    appliance_state state;
    state.conditions[condition::unreachable] = {
        wall_time(std::chrono::seconds(1'700'000'000)), "no connection: it's \"down\""};
    state.conditions[condition::auth_failed] = {wall_time(std::chrono::nanoseconds(7)), ""};
    state.refusals = {2, wall_time(std::chrono::seconds(1'700'001'800)), "17-4711"};
    return state;
}

} // namespace

TEST_CASE_FIXTURE(state_fixture, "what is remembered of an appliance is there after a restart")
{
    const auto state = a_troubled_state();
    auto said = an_event(event_type::appliance_unreachable);
    said.appliance = "prod";
    REQUIRE(run(store->remember("prod", state, said)).has_value());
    REQUIRE(run(store->remember("lab", {{}, {1, wall_time{}, ""}}, std::nullopt)).has_value());
    reopen();
    const auto states = run(store->appliance_states()).value();
    REQUIRE(states.size() == 2);
    CHECK(states.at("prod") == state);
    CHECK(states.at("lab").refusals.count == 1);
    REQUIRE(events().size() == 1); // the one that was said, and none for the silent one
    CHECK(events().front()->type == event_type::appliance_unreachable);
}

TEST_CASE_FIXTURE(state_fixture, "what is remembered replaces what was, and nothing is left of what is over")
{
    REQUIRE(run(store->remember("prod", a_troubled_state(), std::nullopt)).has_value());
    appliance_state better;
    better.conditions[condition::forbidden] = {wall_time(std::chrono::seconds(1)), "403"};
    REQUIRE(run(store->remember("prod", better, std::nullopt)).has_value());
    CHECK(run(store->appliance_states()).value().at("prod") == better);
    REQUIRE(run(store->remember("prod", {}, std::nullopt)).has_value());
    CHECK(run(store->appliance_states()).value().empty());
}

TEST_CASE_FIXTURE(state_fixture, "a state whose event cannot be stored is not remembered either")
{
    REQUIRE_FALSE(sql("CREATE TRIGGER no_room BEFORE INSERT ON events BEGIN SELECT RAISE(ABORT, 'no'); END"));
    const auto stored =
        run(store->remember("prod", a_troubled_state(), an_event(event_type::appliance_unreachable)));
    CHECK(stored.has_error());
    CHECK(run(store->appliance_states()).value().empty());
    REQUIRE_FALSE(sql("DROP TRIGGER no_room"));
}
