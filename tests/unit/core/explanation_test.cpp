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
watch        17: job 778a1024-dc18-49cb-833b-cfd6c000c090, appliance prod, kind google/update-all-versions
state        Open. Submitted 0.3 s ago (2026-11-23 14:00:00 UTC).
             If the job is not finished by 15:00:00 UTC (in 1 h; overdue_after is 1h), job.overdue is reported, and the watch goes on.
last answer  None yet: no poll has been answered.
next poll    In 0.7 s (2026-11-23 14:00:01 UTC).
             It is the first poll, 1 s after the submit (first_after).
token        Valid for 4 min 20 s.
nodes        cm1.example.com serves.
ends         The watch ends when a poll shows that the job is finished.
             Apart from that it is watched as long as it takes (give_up_after is never).
)");
}

TEST_CASE("explained: the job goes on, and the watch is young")
{
    CHECK(page_of(watched_for(40s)) == R"(
watch        17: job 778a1024-dc18-49cb-833b-cfd6c000c090, appliance prod, kind google/update-all-versions
state        Open. Submitted 40 s ago (2026-11-23 14:00:00 UTC).
             The job is not finished: the appliance says "in_progress".
             If the job is not finished by 15:00:00 UTC (in 59 min 20 s; overdue_after is 1h), job.overdue is reported, and the watch goes on.
last answer  8 s ago (2026-11-23 14:00:32 UTC): the job's document. 6 polls so far.
next poll    In 2 s (2026-11-23 14:00:42 UTC).
             The pause between polls is 0.25 times the age of the watch (backoff), give or take a fifth.
token        Valid for 4 min 20 s.
nodes        cm1.example.com serves.
ends         The watch ends when a poll shows that the job is finished.
             Apart from that it is watched as long as it takes (give_up_after is never).
)");
}

TEST_CASE("explained: the job goes on, and the watch is old and will be given up")
{
    explanation_facts facts = watched_for(40min);
    facts.watch.give_up_after = 24h;
    facts.watch.polls = 63;
    polled_slowly(facts, poll_reason::max_interval);
    CHECK(page_of(facts) == R"(
watch        17: job 778a1024-dc18-49cb-833b-cfd6c000c090, appliance prod, kind google/update-all-versions
state        Open. Submitted 40 min ago (2026-11-23 14:00:00 UTC).
             The job is not finished: the appliance says "in_progress".
             If the job is not finished by 15:00:00 UTC (in 20 min; overdue_after is 1h), job.overdue is reported, and the watch goes on.
last answer  8 s ago (2026-11-23 14:39:52 UTC): the job's document. 63 polls so far.
next poll    In 41 s (2026-11-23 14:40:41 UTC).
             Old watches are polled every 1 min (max_interval), give or take a fifth.
token        Valid for 4 min 20 s.
nodes        cm1.example.com serves.
ends         The watch ends when a poll shows that the job is finished.
             It ends as abandoned if the job is not finished in 23 h 20 min (2026-11-24 14:00:00 UTC): give_up_after is 1d.
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
             A person asked for it (jobwatchctl poll).
             It goes out as soon as the limit of 50 requests per second (requests_per_second) allows.
token )"));

    facts = watched_for(40min);
    facts.polling->answered_ago.reset();
    polled_slowly(facts, poll_reason::taken_up);
    CHECK(has_line(facts, R"(
last answer  None since jobwatchd was started. 6 polls before that.
next poll    In 41 s (2026-11-23 14:40:41 UTC).
             It is the first poll since jobwatchd was started. These come at random moments, so that not all watches are polled at once.
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
watch        17: job 778a1024-dc18-49cb-833b-cfd6c000c090, appliance prod, kind google/update-all-versions
state        Open. Submitted 20 min ago (2026-11-23 14:00:00 UTC).
             The appliance says "frobnicating", which is none of the words of google/update-all-versions. So jobwatchd cannot tell whether the job is finished.
             If the job is not finished by 15:00:00 UTC (in 40 min; overdue_after is 1h), job.overdue is reported, and the watch goes on.
last answer  8 s ago (2026-11-23 14:19:52 UTC): the job's document. 6 polls so far.
next poll    In 41 s (2026-11-23 14:20:41 UTC).
             It is polled slowly, every 1 min (max_interval), because the job's status is not understood.
token        Valid for 4 min 20 s.
nodes        cm1.example.com serves.
ends         The watch ends when a poll shows that the job is finished.
             Apart from that it is watched as long as it takes (give_up_after is never).
you can      Tell what the word means: in [kind."google/update-all-versions"] of the configuration (write this section if there is none), add it to pending, succeeded, failed or cancelled. Then restart jobwatchd.
)");
}

TEST_CASE("explained: the documents have no status where the kind looks for it")
{
    explanation_facts facts = watched_for(20min);
    facts.watch.unrecognised = true;
    facts.polling->wordless = true;
    polled_slowly(facts, poll_reason::unrecognised);
    CHECK(has_line(facts, R"(
             The last answers have no word at /overall_status. So jobwatchd cannot tell whether the job is finished.
)"));
    CHECK(has_line(facts, R"(
you can      If the status stands elsewhere in the document, tell where: `status` in [kind."google/update-all-versions"] of the configuration (write this section if there is none). Then restart jobwatchd.
             If it stands there, and is null or a number, only the appliance can say why.
)"));
}

TEST_CASE("explained: the time at which a job will be overdue has its date, when that is another day")
{
    explanation_facts facts = watched_for(1h);
    facts.watch.overdue_after = 12h;
    CHECK(has_line(
        facts,
        "\n             If the job is not finished by 2026-11-24 02:00:00 UTC (in 11 h; overdue_after is "
        "12h), "
        "job.overdue is reported, and the watch goes on.\n"));
}

TEST_CASE("explained: the job is answered, and nobody can do anything with the answer")
{
    explanation_facts facts = watched_for(10min);
    answered_with(facts, trouble::unreadable, 200);
    CHECK(has_line(facts, R"(
last answer  8 s ago (2026-11-23 14:09:52 UTC), an error: HTTP 200: the answer was no document of this job. 6 polls so far.
             jobwatchd.log says of the first of such answers what was wrong with it.
             This error tells nothing about the job, and does not end the watch.
)"));
    for (const auto useless :
         {trouble::unreadable, trouble::too_large, trouble::server_error, trouble::refused})
    {
        answered_with(facts, useless, useless == trouble::server_error ? 500 : 400);
        CHECK(has_line(facts, R"(
you can      If this goes on, see step by step what is answered, with one login: jobwatchctl check-config --connect --appliance prod --kind google/update-all-versions --job 778a1024-dc18-49cb-833b-cfd6c000c090
)"));
    }
    for (const auto passing : {trouble::gateway, trouble::unavailable, trouble::throttled, trouble::connect})
    {
        answered_with(facts, passing, 0);
        CHECK_FALSE(has_line(facts, "you can"));
    }
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
watch        17: job 778a1024-dc18-49cb-833b-cfd6c000c090, appliance prod, kind google/update-all-versions
state        Open. Submitted 4 min ago (2026-11-23 14:00:00 UTC).
             The appliance has never shown the job. It has answered 404 (not found) for 3 min 59 s.
             If the job is not finished by 15:00:00 UTC (in 56 min; overdue_after is 1h), job.overdue is reported, and the watch goes on.
last answer  8 s ago (2026-11-23 14:03:52 UTC), an error: HTTP 404: the appliance does not know this job. 6 polls so far.
next poll    In 2 s (2026-11-23 14:04:02 UTC).
             The pause between polls is 0.25 times the age of the watch (backoff), give or take a fifth.
token        Valid for 4 min 20 s.
nodes        cm1.example.com serves.
ends         The watch ends when a poll shows that the job is finished.
             It ends as lost if the answer is still 404 in 6 min 1 s (2026-11-23 14:10:01 UTC): lost_after_unseen is 10m.
             A node of the cluster may not know a new job for a while; therefore it waits.
             Apart from that it is watched as long as it takes (give_up_after is never).
you can      Check the job's id, the appliance and `domain`. If the id is wrong, end the watch: jobwatchctl remove --watch 17
)");
    facts.credential = credential_form::token_file; // whose configuration may have no `domain`
    CHECK(
        has_line(facts, "Check the job's id, the appliance and the domain of the token. If the id is wrong"));
    CHECK_FALSE(has_line(facts, "`domain`"));
}

TEST_CASE("explained: 404, although the job was shown before")
{
    explanation_facts facts = watched_for(30min);
    answered_with(facts, trouble::not_found, 404);
    polled_slowly(facts, poll_reason::missing);
    facts.polling->missing_for = 12min;
    facts.polling->lost_in = 48min;
    CHECK(page_of(facts) == R"(
watch        17: job 778a1024-dc18-49cb-833b-cfd6c000c090, appliance prod, kind google/update-all-versions
state        Open. Submitted 30 min ago (2026-11-23 14:00:00 UTC).
             The appliance showed the job before, but has answered 404 (not found) for the last 12 min.
             If the job is not finished by 15:00:00 UTC (in 30 min; overdue_after is 1h), job.overdue is reported, and the watch goes on.
last answer  8 s ago (2026-11-23 14:29:52 UTC), an error: HTTP 404: the appliance does not know this job. 6 polls so far.
next poll    In 41 s (2026-11-23 14:30:41 UTC).
             It is polled slowly, every 1 min (max_interval), because the appliance does not know the job any more.
token        Valid for 4 min 20 s.
nodes        cm1.example.com serves.
ends         The watch ends when a poll shows that the job is finished.
             It ends as lost if the answer is still 404 in 48 min (2026-11-23 15:18:00 UTC): lost_after_seen is 1h.
             But not while the appliance answers 404 for more than half of the jobs that it has shown.
             Apart from that it is watched as long as it takes (give_up_after is never).
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
watch        17: job 778a1024-dc18-49cb-833b-cfd6c000c090, appliance prod, kind google/update-all-versions
state        Open. Submitted 3 h ago (2026-11-23 14:00:00 UTC).
             The appliance showed the job before, but has answered 404 (not found) for the last 2 h.
trouble      Not only this job: appliance.degraded was reported 1 h 50 min ago (2026-11-23 15:10:00 UTC): 404 for 5 of the 6 jobs that it has shown before.
last answer  8 s ago (2026-11-23 16:59:52 UTC), an error: HTTP 404: the appliance does not know this job. 6 polls so far.
next poll    In 41 s (2026-11-23 17:00:41 UTC).
             It is polled slowly, every 1 min (max_interval), because the appliance does not know the job any more.
token        Valid for 4 min 20 s.
nodes        cm1.example.com serves.
ends         The watch ends when a poll shows that the job is finished.
             404 ends nothing now. It counts again once the appliance shows other jobs or accepts a login, and answers 404 for at most half of the jobs it has shown.
             Apart from that it is watched as long as it takes (give_up_after is never).
you can      See whether the appliance was restored from a backup, and whether `domain` is still right. Or end the watch: jobwatchctl remove --watch 17
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
watch        17: job 778a1024-dc18-49cb-833b-cfd6c000c090, appliance prod, kind google/update-all-versions
state        Open. Submitted 20 min ago (2026-11-23 14:00:00 UTC).
             Blocked. The appliance does not let our user see this job (403).
             If the job is not finished by 15:00:00 UTC (in 40 min; overdue_after is 1h), job.overdue is reported, and the watch goes on.
last answer  8 s ago (2026-11-23 14:19:52 UTC), an error: HTTP 403: our user may not see this job. 6 polls so far.
next poll    In 41 s (2026-11-23 14:20:41 UTC).
             It is polled slowly, every 1 min (max_interval), because it is blocked.
token        Valid for 4 min 20 s.
nodes        cm1.example.com serves.
ends         The watch ends when a poll shows that the job is finished.
             A refusal does not end it: it goes on as soon as a poll shows the job.
             Apart from that it is watched as long as it takes (give_up_after is never).
you can      On the appliance, let the user jobwatch read this job (the user's groups decide). And check `domain`.
)");
}

TEST_CASE("explained: our token is refused for this job, and taken for others")
{
    explanation_facts facts = watched_for(20min);
    answered_with(facts, trouble::unauthorized, 401);
    polled_slowly(facts, poll_reason::refused);
    facts.polling->refused = facts.polling->refused_by_401 = true;
    CHECK(has_line(facts, R"(
             The appliance refuses our token for this job (401), but takes it for other jobs.
)"));
    CHECK(has_line(facts, "an error: HTTP 401: the appliance refused our token for this job. 6 polls"));
    CHECK(has_line(facts, R"(
you can      On the appliance, let the user jobwatch read this job (the user's groups decide). And check `domain`.
)"));

    facts.polling->blocked = facts.polling->token_from_file = true;
    facts.polling->username.clear();
    facts.credential = credential_form::token_file;
    facts.polling->token.place = "/etc/jobwatchd/credentials/prod.token";
    CHECK(has_line(facts, R"(
             Blocked. The appliance refuses our token for this job (401), but takes it for other jobs.
)"));
    CHECK(has_line(facts, R"(
you can      On the appliance, let the user whose token is in /etc/jobwatchd/credentials/prod.token read this job (the user's groups decide). And check the domain of the token.
             Or the token in /etc/jobwatchd/credentials/prod.token is no longer good: put a fresh one there. It is read as soon as it changes.
)"));

    facts.polling->appliance.conditions[condition::forbidden] = {
        at(submitted), "it refuses to show 5 of 6 jobs"};
    CHECK(has_line(facts, "Blocked. The appliance refuses our token for this job (401).\n"));
    CHECK(has_line(facts, "\ntrouble      Not only this job: appliance.forbidden was reported 20 min ago"));

    facts.polling->refused_by_401 = false; // from before a restart: nobody knows which it was
    facts.polling->last_trouble.reset();
    facts.polling->last_http_status = 0;
    CHECK(has_line(facts, "Blocked. The appliance does not let our user see this job.\n"));
}

TEST_CASE("explained: the time was over while the job was not shown, and a time limit that is over")
{
    explanation_facts facts = watched_for(2h);
    facts.watch.give_up_after = 2h;
    CHECK(has_line(facts, R"(
             Not finished at 2026-11-23 15:00:00 UTC (overdue_after is 1h). job.overdue is reported when the appliance shows the job again.
)"));
    CHECK(has_line(
        facts, "It ends as abandoned with the next answer: its time is over, give_up_after is 2h.\n"));
}

TEST_CASE("explained: the job takes too long")
{
    explanation_facts facts = watched_for(2h);
    facts.watch.overdue = true;
    polled_slowly(facts, poll_reason::overdue);
    CHECK(page_of(facts) == R"(
watch        17: job 778a1024-dc18-49cb-833b-cfd6c000c090, appliance prod, kind google/update-all-versions
state        Open. Submitted 2 h ago (2026-11-23 14:00:00 UTC).
             The job is not finished: the appliance says "in_progress".
             Overdue since 2026-11-23 15:00:00 UTC: overdue_after is 1h.
last answer  8 s ago (2026-11-23 15:59:52 UTC): the job's document. 6 polls so far.
next poll    In 41 s (2026-11-23 16:00:41 UTC).
             It is polled slowly, every 1 min (max_interval), because it is overdue.
token        Valid for 4 min 20 s.
nodes        cm1.example.com serves.
ends         The watch ends when a poll shows that the job is finished.
             Apart from that it is watched as long as it takes (give_up_after is never).
you can      See on the appliance whether the job hangs, or only needs more time.
)");
}
