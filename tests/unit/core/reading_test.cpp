#include "core/reading.hpp"

#include <doctest/doctest.h>

#include <set>
#include <stdexcept>
#include <string>

using namespace jobwatch;

TEST_CASE("every trouble has a word of its own")
{
    std::set<std::string_view> words;
    for (int value = 0; value <= static_cast<int>(trouble::no_token); ++value)
        words.insert(to_string(static_cast<trouble>(value)));
    CHECK(words.size() == static_cast<std::size_t>(trouble::no_token) + 1);
    CHECK_FALSE(words.contains("unknown"));
    CHECK(to_string(static_cast<trouble>(200)) == "unknown");
}

TEST_CASE("taking a reading out of an error throws what the error says")
{
    const poll_answer answer = asking_error{trouble::timed_out, 0, "no answer within 30 s", {}};
    CHECK_THROWS_WITH_AS(answer.value(), "no answer within 30 s", std::runtime_error);
}

TEST_CASE("every trouble is told in words, with its HTTP status where there is one")
{
    for (int value = 0; value <= static_cast<int>(trouble::no_token); ++value)
        CHECK(describe_trouble(static_cast<trouble>(value), 0).find("unknown") == std::string::npos);
    CHECK(describe_trouble(trouble::forbidden, 403) == "HTTP 403: our user may not see this job");
    CHECK(describe_trouble(trouble::refused, 404, true) == "HTTP 404: not in the appliance's own words");
    CHECK(describe_trouble(trouble::timed_out, 0) == "no answer in time");
    CHECK(describe_trouble(static_cast<trouble>(200), 418) == "HTTP 418: unknown trouble");
}
