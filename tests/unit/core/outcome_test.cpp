#include "core/outcome.hpp"

#include <doctest/doctest.h>

using namespace jobwatch;

TEST_CASE("the words of outcomes are those of the protocol, and are read back")
{
    const auto stands_for = [](outcome value, std::string_view word)
    { return to_string(value) == word && parse_outcome(word) == value; };
    CHECK(stands_for(outcome::succeeded, "succeeded"));
    CHECK(stands_for(outcome::partial, "partial"));
    CHECK(stands_for(outcome::failed, "failed"));
    CHECK(stands_for(outcome::cancelled, "cancelled"));
    CHECK(stands_for(outcome::lost, "lost"));
    CHECK(stands_for(outcome::abandoned, "abandoned"));
    CHECK(stands_for(outcome::removed, "removed"));
}

TEST_CASE("no other word is an outcome")
{
    for (const auto* const word : {"", "Succeeded", "success", "unknown", "succeeded "})
        CHECK_FALSE(parse_outcome(word).has_value());
    CHECK(to_string(static_cast<outcome>(200)) == "unknown");
}
