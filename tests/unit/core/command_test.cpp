#include "core/command.hpp"

#include <doctest/doctest.h>

#include <stdexcept>

using namespace jobwatch;

TEST_CASE("what changes something, or spends the appliance's budget, needs the group")
{
    CHECK(changes_state(submit_command{}));
    CHECK(changes_state(remove_command{}));
    CHECK(changes_state(poll_command{}));
}

TEST_CASE("what only reads does not need the group")
{
    CHECK_FALSE(changes_state(list_command{}));
    CHECK_FALSE(changes_state(get_command{.which = watch_number{1}}));
    CHECK_FALSE(changes_state(explain_command{.which = watch_number{1}}));
    CHECK_FALSE(changes_state(wait_command{}));
    CHECK_FALSE(changes_state(subscribe_command{}));
    CHECK_FALSE(changes_state(status_command{}));
    CHECK_FALSE(changes_state(version_command{}));
    CHECK_FALSE(changes_state(kinds_command{}));
}

TEST_CASE("taking an answer out of a refusal throws its message")
{
    const answer_or_refusal<int> refused = refusal{refusal_code::stopping, "the daemon is stopping", {}};
    CHECK_THROWS_WITH_AS(refused.value(), "the daemon is stopping", std::runtime_error);
}
