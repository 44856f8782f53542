// What `explain` says, situation by situation, as golden texts: each must be understood by somebody who knows nothing
// of the code. Here: how the job is. What the engine knows in such a situation: tests/engine/explain_test.cpp.
#include "unit/core/explained_watch.hpp"

using namespace jobwatch;
using namespace jobwatch::test;
using namespace std::chrono_literals;

// --- all is well ------------------------------------------------------------------------------------------------

TEST_CASE("explained: submitted, and not polled yet")
{
    explanation_facts facts = watched_for(300ms);
    facts.watch.polls = 0;
    facts.watch.facts.overall_status.clear();
    facts.polling->seen = false;
    facts.polling->answered_ago.reset();
    facts.polling->reason = poll_reason::first_after;
    facts.polling->due_in = 700ms;
    CHECK(page_of(facts) == R"(
watch        17, of job 778a1024-dc18-49cb-833b-cfd6c000c090 at prod (google/update-all-versions)
state        Open for 0.3 s, since 2026-11-23 14:00:00 UTC.
last answer  None yet: no poll has been answered.
next poll    In 0.7 s (2026-11-23 14:00:01 UTC).
             It is the first one: 1 s after the submit (first_after).
token        Valid for 4 min 20 s.
nodes        cm1.example.com serves.
ends         When a poll shows that the job has ended.
             It is told as overdue in 1 h (2026-11-23 15:00:00 UTC) if the job goes on then. That does not end it.
             It is never given up: give_up_after is never.
)");
}

TEST_CASE("explained: the job goes on, and the watch is young")
{
    CHECK(page_of(watched_for(40s)) == R"(
watch        17, of job 778a1024-dc18-49cb-833b-cfd6c000c090 at prod (google/update-all-versions)
state        Open for 40 s, since 2026-11-23 14:00:00 UTC.
             The job goes on: the appliance says "in_progress".
last answer  8 s ago: the job's document. 6 polls so far.
next poll    In 2 s (2026-11-23 14:00:42 UTC).
             The pause between two polls is 0.25 times the watch's age (backoff), give or take a fifth: the older, the rarer.
token        Valid for 4 min 20 s.
nodes        cm1.example.com serves.
ends         When a poll shows that the job has ended.
             It is told as overdue in 59 min 20 s (2026-11-23 15:00:00 UTC) if the job goes on then. That does not end it.
             It is never given up: give_up_after is never.
)");
}

TEST_CASE("explained: the job goes on, and the watch is old and will be given up")
{
    explanation_facts facts = watched_for(40min);
    facts.watch.give_up_after = 24h;
    facts.watch.polls = 63;
    polled_slowly(facts, poll_reason::max_interval);
    CHECK(page_of(facts) == R"(
watch        17, of job 778a1024-dc18-49cb-833b-cfd6c000c090 at prod (google/update-all-versions)
state        Open for 40 min, since 2026-11-23 14:00:00 UTC.
             The job goes on: the appliance says "in_progress".
last answer  8 s ago: the job's document. 63 polls so far.
next poll    In 41 s (2026-11-23 14:40:41 UTC).
             Old watches are polled every 1 min (max_interval), give or take a fifth.
token        Valid for 4 min 20 s.
nodes        cm1.example.com serves.
ends         When a poll shows that the job has ended.
             It is told as overdue in 20 min (2026-11-23 15:00:00 UTC) if the job goes on then. That does not end it.
             As abandoned, with the first answer after its give_up_after (1d): in 23 h 20 min (2026-11-24 14:00:00 UTC).
)");
}

TEST_CASE("explained: a poll is under way")
{
    explanation_facts facts = watched_for(40s);
    facts.polling->due_in = -20ms;
    facts.polling->obstacle = poll_obstacle::under_way;
    CHECK(has_line(facts, "\nnext poll    It is under way now.\ntoken  "));
}

TEST_CASE("explained: a person asked for the poll; or the watch was taken up at a start")
{
    explanation_facts facts = watched_for(40min);
    facts.polling->reason = poll_reason::asked_for;
    facts.polling->obstacle = poll_obstacle::budget;
    facts.polling->due_in = 0ms;
    facts.polling->appliance.due = 1;
    CHECK(has_line(facts, R"(
next poll    It is due now.
             Somebody asked for it (jobwatchctl poll).
             It goes out as soon as the limit of 50 requests per second (requests_per_second) allows.
token )"));

    facts = watched_for(40min);
    facts.polling->answered_ago.reset();
    polled_slowly(facts, poll_reason::taken_up);
    CHECK(has_line(facts, R"(
last answer  None since jobwatchd was started. 6 polls so far.
next poll    In 41 s (2026-11-23 14:40:41 UTC).
             It is the first one since jobwatchd was started: at a random moment, so that the watches do not come all at once.
)"));
}

// --- the job ----------------------------------------------------------------------------------------------------

TEST_CASE("explained: the appliance says a word that nobody knows")
{
    explanation_facts facts = watched_for(20min);
    facts.watch.facts.overall_status = "frobnicating";
    facts.watch.unrecognised = true;
    polled_slowly(facts, poll_reason::unrecognised);
    CHECK(page_of(facts) == R"(
watch        17, of job 778a1024-dc18-49cb-833b-cfd6c000c090 at prod (google/update-all-versions)
state        Open for 20 min, since 2026-11-23 14:00:00 UTC.
             The appliance says "frobnicating", and google/update-all-versions has no such word. So nobody can tell how the job is.
last answer  8 s ago: the job's document. 6 polls so far.
next poll    In 41 s (2026-11-23 14:20:41 UTC).
             It is polled slowly, every 1 min (max_interval), because nobody can tell how the job is.
token        Valid for 4 min 20 s.
nodes        cm1.example.com serves.
ends         When a poll shows that the job has ended.
             It is told as overdue in 40 min (2026-11-23 15:00:00 UTC) if the job goes on then. That does not end it.
             It is never given up: give_up_after is never.
you can      Say what the word means: in [kind."google/update-all-versions"] of the configuration put it in pending, succeeded, failed or cancelled. Then restart jobwatchd.
)");
}

TEST_CASE("explained: the documents have no status where the kind looks for it")
{
    explanation_facts facts = watched_for(20min);
    facts.watch.unrecognised = true;
    facts.polling->wordless = true;
    polled_slowly(facts, poll_reason::unrecognised);
    CHECK(has_line(facts, R"(
             The job's document has no status at /overall_status, three times in a row. So nobody can tell how the job is.
)"));
    CHECK(has_line(facts, R"(
you can      Say where the status stands: `status` in [kind."google/update-all-versions"] of the configuration. Then restart jobwatchd.
)"));
}

TEST_CASE("explained: 404, and the job was never shown")
{
    explanation_facts facts = watched_for(4min);
    facts.watch.facts.overall_status.clear();
    answered_with(facts, trouble::not_found, 404);
    facts.polling->seen = false;
    facts.polling->missing_for = 239s;
    facts.polling->lost_in = 361s;
    CHECK(page_of(facts) == R"(
watch        17, of job 778a1024-dc18-49cb-833b-cfd6c000c090 at prod (google/update-all-versions)
state        Open for 4 min, since 2026-11-23 14:00:00 UTC.
             The appliance has never shown the job: it has answered 404 (not found) for 3 min 59 s.
last answer  8 s ago, an error: HTTP 404: the appliance does not know this job. 6 polls so far.
next poll    In 2 s (2026-11-23 14:04:02 UTC).
             The pause between two polls is 0.25 times the watch's age (backoff), give or take a fifth: the older, the rarer.
token        Valid for 4 min 20 s.
nodes        cm1.example.com serves.
ends         When a poll shows that the job has ended.
             As lost, if the answer is still 404 in 6 min 1 s (2026-11-23 14:10:01 UTC): lost_after_unseen is 10m.
             Until then it may be a node of the cluster that does not know the job yet.
             It is told as overdue in 56 min (2026-11-23 15:00:00 UTC) if the job goes on then. That does not end it.
             It is never given up: give_up_after is never.
you can      Check the id, the appliance and its domain. A mistyped job is forgotten with: jobwatchctl remove --watch 17
)");
}

TEST_CASE("explained: 404, although the job was shown before")
{
    explanation_facts facts = watched_for(30min);
    answered_with(facts, trouble::not_found, 404);
    polled_slowly(facts, poll_reason::missing);
    facts.polling->missing_for = 12min;
    facts.polling->lost_in = 48min;
    CHECK(page_of(facts) == R"(
watch        17, of job 778a1024-dc18-49cb-833b-cfd6c000c090 at prod (google/update-all-versions)
state        Open for 30 min, since 2026-11-23 14:00:00 UTC.
             The appliance has shown the job before, and has answered 404 (not found) for 12 min.
last answer  8 s ago, an error: HTTP 404: the appliance does not know this job. 6 polls so far.
next poll    In 41 s (2026-11-23 14:30:41 UTC).
             It is polled slowly, every 1 min (max_interval), because the appliance does not know the job any more.
token        Valid for 4 min 20 s.
nodes        cm1.example.com serves.
ends         When a poll shows that the job has ended.
             As lost, if the answer is still 404 in 48 min (2026-11-23 15:18:00 UTC): lost_after_seen is 1h.
             That counts only while the appliance is well otherwise.
             It is told as overdue in 30 min (2026-11-23 15:00:00 UTC) if the job goes on then. That does not end it.
             It is never given up: give_up_after is never.
you can      End the watch now, if you know that the job is gone: jobwatchctl remove --watch 17
)");
}

TEST_CASE("explained: 404 for most of what the appliance has shown, which ends nothing")
{
    explanation_facts facts = watched_for(3h);
    facts.watch.overdue_after.reset();
    answered_with(facts, trouble::not_found, 404);
    polled_slowly(facts, poll_reason::missing);
    facts.polling->missing_for = 2h;
    facts.polling->appliance.conditions[condition::degraded] = {
        at("2026-11-23T15:10:00Z"), "404 for 5 of the 6 jobs that it has shown before"};
    CHECK(page_of(facts) == R"(
watch        17, of job 778a1024-dc18-49cb-833b-cfd6c000c090 at prod (google/update-all-versions)
state        Open for 3 h, since 2026-11-23 14:00:00 UTC.
             The appliance has shown the job before, and has answered 404 (not found) for 2 h.
trouble      It is not only this job: appliance.degraded was told 1 h 50 min ago (2026-11-23 15:10:00 UTC): 404 for 5 of the 6 jobs that it has shown before.
last answer  8 s ago, an error: HTTP 404: the appliance does not know this job. 6 polls so far.
next poll    In 41 s (2026-11-23 17:00:41 UTC).
             It is polled slowly, every 1 min (max_interval), because the appliance does not know the job any more.
token        Valid for 4 min 20 s.
nodes        cm1.example.com serves.
ends         When a poll shows that the job has ended.
             As things are, 404 does not end it: it counts only while the appliance shows other jobs or accepts a login, and does not answer 404 for most of the jobs that it has shown.
             It is never given up: give_up_after is never.
you can      Look whether the appliance was restored or its domain changed. Or end the watch: jobwatchctl remove --watch 17
)");
    facts.polling->missing_for.reset(); // a job that is shown is not told of what others suffer
    CHECK_FALSE(has_line(facts, "appliance.degraded"));
}

TEST_CASE("explained: the watch is blocked, because our user may not see the job")
{
    explanation_facts facts = watched_for(20min);
    answered_with(facts, trouble::forbidden, 403);
    polled_slowly(facts, poll_reason::blocked);
    facts.polling->blocked = facts.polling->refused = true;
    CHECK(page_of(facts) == R"(
watch        17, of job 778a1024-dc18-49cb-833b-cfd6c000c090 at prod (google/update-all-versions)
state        Open for 20 min, since 2026-11-23 14:00:00 UTC.
             Blocked: the appliance does not let our user see the job.
last answer  8 s ago, an error: HTTP 403: our user may not see this job. 6 polls so far.
next poll    In 41 s (2026-11-23 14:20:41 UTC).
             It is polled slowly, every 1 min (max_interval), because it is blocked.
token        Valid for 4 min 20 s.
nodes        cm1.example.com serves.
ends         When a poll shows that the job has ended.
             A refusal does not end it: it goes on as soon as the job may be seen.
             It is told as overdue in 40 min (2026-11-23 15:00:00 UTC) if the job goes on then. That does not end it.
             It is never given up: give_up_after is never.
you can      Let the user jobwatch read this job on the appliance: its groups decide, and the domain (`domain`).
)");
}

TEST_CASE("explained: the job takes too long")
{
    explanation_facts facts = watched_for(2h);
    facts.watch.overdue = true;
    polled_slowly(facts, poll_reason::overdue);
    CHECK(page_of(facts) == R"(
watch        17, of job 778a1024-dc18-49cb-833b-cfd6c000c090 at prod (google/update-all-versions)
state        Open for 2 h, since 2026-11-23 14:00:00 UTC.
             The job goes on: the appliance says "in_progress".
             Overdue since 2026-11-23 15:00:00 UTC: overdue_after is 1h.
last answer  8 s ago: the job's document. 6 polls so far.
next poll    In 41 s (2026-11-23 16:00:41 UTC).
             It is polled slowly, every 1 min (max_interval), because it is overdue.
token        Valid for 4 min 20 s.
nodes        cm1.example.com serves.
ends         When a poll shows that the job has ended.
             It is never given up: give_up_after is never.
you can      Look at the job on the appliance: it may hang, or take its time.
)");
}
