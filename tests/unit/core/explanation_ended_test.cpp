// What `explain` says of watches that are not polled, and what it makes of text from outside. Golden texts, as in
// explanation_test.
#include "unit/core/explained_watch.hpp"

#include <algorithm>
#include <vector>

using namespace jobwatch;
using namespace jobwatch::test;
using namespace std::chrono_literals;

TEST_CASE("explained: the appliance, or the kind, left the configuration")
{
    explanation_facts facts = watched_for(26h);
    facts.polling.reset();
    facts.watch.unconfigured = true;
    facts.appliance_known = false;
    CHECK(page_of(facts) == R"(
watch        17: job 778a1024-dc18-49cb-833b-cfd6c000c090, appliance prod, kind google/update-all-versions
state        Open, submitted 1 d 2 h ago (2026-11-23 14:00:00 UTC).
polls        6 so far.
next poll    None. The configuration has no [appliance.prod], so the watch is not polled.
ends         It stays open until it is polled again or removed.
you can      Put [appliance.prod] back into the configuration, and restart jobwatchd.
             Or end the watch: jobwatchctl remove --watch 17
)");

    facts.appliance_known = true;
    facts.kind_known = false;
    CHECK(has_line(
        facts,
        "The configuration has no [kind.\"google/update-all-versions\"], so the watch is not polled."));

    facts.kind_known = true; // between the commit of its ending and the next line of code
    facts.watch.unconfigured = false;
    CHECK(has_line(facts, "Not known at this very moment"));
}

TEST_CASE("explained: the job is done")
{
    explanation_facts facts = ended_as(outcome::succeeded, "");
    facts.watch.facts.overall_status = "completed";
    facts.watch.facts.versions_done = 2;
    facts.watch.facts.version_count = 2;
    facts.watch.noticed_after = 812ms;
    CHECK(page_of(facts) == R"(
watch        17: job 778a1024-dc18-49cb-833b-cfd6c000c090, appliance prod, kind google/update-all-versions
state        Ended as succeeded 5 min ago (2026-11-23 14:20:00 UTC).
             The job is done: 2 of 2 versions.
why          The appliance says "completed".
noticed      0.8 s after the job's end.
polls        12 in all.
)");
}

TEST_CASE("explained: a part of the job was done, it failed, or it was cancelled")
{
    explanation_facts facts =
        ended_as(outcome::partial, "the appliance says \"completed\", but not all of it was done");
    facts.watch.facts.versions_done = 1;
    facts.watch.facts.version_count = 2;
    CHECK(page_of(facts) == R"(
watch        17: job 778a1024-dc18-49cb-833b-cfd6c000c090, appliance prod, kind google/update-all-versions
state        Ended as partial 5 min ago (2026-11-23 14:20:00 UTC).
             The job has ended, and only a part of it was done: 1 of 2 versions.
why          The appliance says "completed", but not all of it was done.
polls        12 in all.
you can      Read the appliance's own words: jobwatchctl show --watch 17
)");
    CHECK(has_line(ended_as(outcome::failed, "the appliance says \"failed\""), R"(
state        Ended as failed 5 min ago (2026-11-23 14:20:00 UTC).
             The job has failed on the appliance.
why          The appliance says "failed".
)"));
    CHECK(has_line(ended_as(outcome::cancelled, "the appliance says \"aborted\""), R"(
state        Ended as cancelled 5 min ago (2026-11-23 14:20:00 UTC).
             The job was cancelled on the appliance.
why          The appliance says "aborted".
)"));
}

TEST_CASE("explained: the watch ended without an ending of its job")
{
    explanation_facts lost =
        ended_as(outcome::lost, "the appliance never showed the job and answered 404 for 10 min");
    lost.watch.facts.overall_status.clear();
    CHECK(page_of(lost) == R"(
watch        17: job 778a1024-dc18-49cb-833b-cfd6c000c090, appliance prod, kind google/update-all-versions
state        Ended as lost 5 min ago (2026-11-23 14:20:00 UTC).
             The appliance does not know the job.
why          The appliance never showed the job and answered 404 for 10 min.
polls        12 in all.
you can      Check the id, the kind and `domain`; if the job exists after all, watch it again: jobwatchctl submit --again --appliance prod --kind google/update-all-versions 778a1024-dc18-49cb-833b-cfd6c000c090
)");
    lost.credential = credential_form::token_file;
    CHECK(
        has_line(lost, "you can      Check the id, the kind and the domain of the token; if the job exists"));
    lost.watch.facts.overall_status = "in_progress"; // it was shown: then nothing was mistyped
    CHECK(has_line(lost, "you can      If the job exists after all, watch it again: jobwatchctl submit"));
    CHECK(
        page_of(
            ended_as(outcome::abandoned, "not finished 20 min after its submit, and give_up_after is 20m"))
        == R"(
watch        17: job 778a1024-dc18-49cb-833b-cfd6c000c090, appliance prod, kind google/update-all-versions
state        Ended as abandoned 5 min ago (2026-11-23 14:20:00 UTC).
             The watch has reached its time limit (give_up_after). The job itself may go on.
why          Not finished 20 min after its submit, and give_up_after is 20m.
polls        12 in all.
you can      Watch the job again: jobwatchctl submit --again --appliance prod --kind google/update-all-versions 778a1024-dc18-49cb-833b-cfd6c000c090
)");
    CHECK(has_line(ended_as(outcome::removed, "removed by uid 1000"), R"(
state        Ended as removed 5 min ago (2026-11-23 14:20:00 UTC).
             A person removed the watch. The job itself may go on.
why          Removed by uid 1000.
)"));
}

// --- text from outside --------------------------------------------------------------------------------------------

TEST_CASE("hostile text in an explanation is printable and bounded, whatever piece it stands in")
{
    const std::string evil = "\x1b[2J\n\r\t\x07\xff" + std::string(100'000, 'A');
    for (const bool ended : {false, true})
    {
        explanation_facts facts = ended ? ended_as(outcome::failed, evil) : watched_for(2h);
        facts.watch.appliance = facts.watch.kind = facts.watch.job = evil;
        facts.watch.facts.overall_status = facts.watch.last_error = evil;
        facts.watch.unrecognised = true;
        for (const poll_obstacle obstacle : {poll_obstacle::nodes, poll_obstacle::token})
        {
            if (facts.polling)
            {
                answered_with(facts, trouble::unreadable, 200);
                facts.watch.last_error = evil;
                facts.polling->obstacle = obstacle;
                facts.polling->status_pointer = facts.polling->username = evil;
                facts.polling->refused = true;
                facts.polling->wordless = obstacle == poll_obstacle::token;
                facts.polling->appliance.nodes = {ill_node(evil, submitted, evil, 1s)};
                facts.polling->appliance.conditions[condition::forbidden] = {at(submitted), evil};
                facts.polling->token = {token_state::refused, {}, 1h, 2, evil, evil};
            }
            for (const std::string& line : explain(facts))
            {
                CHECK(line.size() < 1'600);
                CHECK(std::none_of(
                    line.begin(), line.end(),
                    [](char each) { return static_cast<unsigned char>(each) < 0x20 || each == 0x7F; }));
            }
        }
    }
}

TEST_CASE("limits so far away that no calendar has them are told as spans")
{
    explanation_facts facts = watched_for(40s);
    facts.watch.give_up_after = milliseconds::max() / 4;
    facts.polling->token.state = token_state::refused;
    facts.polling->token.next_try_in = milliseconds::max() / 4;
    CHECK(has_line(facts, " d"));
    CHECK_FALSE(has_line(facts, "UTC)\nyou"));
}

TEST_CASE("every reason, obstacle and state of a token has a word of its own")
{
    std::vector<std::string_view> words;
    for (int value = 0; value <= static_cast<int>(poll_reason::asked_for); ++value)
        words.push_back(to_string(static_cast<poll_reason>(value)));
    for (int value = 0; value <= static_cast<int>(poll_obstacle::budget); ++value)
        words.push_back(to_string(static_cast<poll_obstacle>(value)));
    for (int value = 0; value <= static_cast<int>(token_state::no_file); ++value)
        words.push_back(to_string(static_cast<token_state>(value)));
    CHECK(std::ranges::find(words, "unknown") == words.end());
}
