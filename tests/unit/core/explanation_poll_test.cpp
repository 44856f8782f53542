// What `explain` says of the way to the appliance: nodes, token, pauses, budget. Golden texts, as in explanation_test.
#include "unit/core/explained_watch.hpp"

using namespace jobwatch;
using namespace jobwatch::test;
using namespace std::chrono_literals;

TEST_CASE("explained: no node answers")
{
    explanation_facts facts = watched_for(10min);
    facts.polling->due_in = -95s;
    facts.polling->obstacle = poll_obstacle::nodes;
    facts.polling->appliance.nodes = {
        ill_node("cm1.example.com", "2026-11-23T14:08:00Z", "connection refused", 21s),
        ill_node(
            "cm2.example.com:8443", "2026-11-23T14:08:01Z", "cm2.example.com:8443: no route to host", 8s)};
    CHECK(page_of(facts) == R"(
watch        17, of job 778a1024-dc18-49cb-833b-cfd6c000c090 at prod (google/update-all-versions)
state        Open for 10 min, since 2026-11-23 14:00:00 UTC.
             The job goes on: the appliance says "in_progress".
last answer  8 s ago: the job's document. 6 polls so far.
next poll    It has been due for 1 min 35 s.
             It waits until a node answers: none does. They are probed, with one poll at a time, the next time in 8 s (2026-11-23 14:10:08 UTC). When one answers, all watches go on.
token        Valid for 4 min 20 s.
nodes        cm1.example.com has been left alone since 2026-11-23 14:08:00 UTC: connection refused. The next probe comes in 21 s (2026-11-23 14:10:21 UTC).
             cm2.example.com:8443 has been left alone since 2026-11-23 14:08:01 UTC: no route to host. The next probe comes in 8 s (2026-11-23 14:10:08 UTC).
ends         When a poll shows that the job has ended.
             It is told as overdue in 50 min (2026-11-23 15:00:00 UTC) if the job goes on then. That does not end it.
             It is never given up: give_up_after is never.
you can      See whether the appliance runs, and whether this host reaches it: what each node last said stands above.
             Or have the way tried step by step, with one login: jobwatchctl check-config --connect --appliance prod
)");

    facts.polling->appliance.nodes.front().next_probe_in.reset();
    CHECK(has_line(facts, "They are probed, with one poll at a time, and one is under way now. When one"));
    CHECK(has_line(facts, "connection refused. A probe is under way.\n"));
    facts.polling->due_in = 20s; // a watch whose time has not come
    CHECK(has_line(facts, R"(
next poll    In 20 s (2026-11-23 14:10:20 UTC).
             The pause between two polls is 0.25 times the watch's age (backoff), give or take a fifth: the older, the rarer.
             But a node must answer by then: at present none does.
)"));
}

TEST_CASE("explained: one node fails, and another one serves")
{
    explanation_facts facts = watched_for(10min);
    answered_with(facts, trouble::gateway, 502);
    facts.polling->due_in = 52s;
    facts.polling->appliance.nodes = {
        ill_node("cm1.example.com", "2026-11-23T14:09:52Z", "HTTP 502: Bad Gateway", 1s),
        node("cm2.example.com"), node("cm3.example.com", node_state::standing_by)};
    CHECK(page_of(facts) == R"(
watch        17, of job 778a1024-dc18-49cb-833b-cfd6c000c090 at prod (google/update-all-versions)
state        Open for 10 min, since 2026-11-23 14:00:00 UTC.
             The job goes on: the appliance says "in_progress".
last answer  8 s ago, an error: HTTP 502: a gateway could not reach the appliance. 6 polls so far.
             Such an error tells nothing about the job, and ends nothing.
next poll    In 52 s (2026-11-23 14:10:52 UTC).
             The pause between two polls is 0.25 times the watch's age (backoff), give or take a fifth: the older, the rarer.
token        Valid for 4 min 20 s.
nodes        cm1.example.com has been left alone since 2026-11-23 14:09:52 UTC: HTTP 502: Bad Gateway. The next probe comes in 1 s (2026-11-23 14:10:01 UTC).
             cm2.example.com serves.
             cm3.example.com stands by.
ends         When a poll shows that the job has ended.
             It is told as overdue in 50 min (2026-11-23 15:00:00 UTC) if the job goes on then. That does not end it.
             It is never given up: give_up_after is never.
)");
}

TEST_CASE("explained: the login is refused, and none is sent for a while")
{
    explanation_facts facts = watched_for(3min);
    facts.watch.facts.overall_status.clear();
    facts.watch.polls = 0;
    facts.polling->answered_ago.reset();
    facts.polling->seen = false;
    facts.polling->due_in = -179s;
    facts.polling->reason = poll_reason::first_after;
    facts.polling->obstacle = poll_obstacle::token;
    token_report& token = facts.polling->token;
    token.state = token_state::refused;
    token.valid_for.reset();
    token.refused_logins = 2;
    token.next_try_in = 28min;
    token.trouble = "the login of jobwatch was refused: HTTP 401: bad credentials";
    CHECK(page_of(facts) == R"(
watch        17, of job 778a1024-dc18-49cb-833b-cfd6c000c090 at prod (google/update-all-versions)
state        Open for 3 min, since 2026-11-23 14:00:00 UTC.
last answer  None yet: no poll has been answered.
next poll    It has been due for 2 min 59 s.
             It waits for a token: there is none to ask with.
token        None: the login of jobwatch was refused: HTTP 401: bad credentials.
             No login is sent, so that the account is not locked, until /etc/jobwatchd/credentials/prod.password changes, or in 28 min (2026-11-23 14:31:00 UTC): login_retry_after is 30m.
nodes        cm1.example.com serves.
ends         When a poll shows that the job has ended.
             It is told as overdue in 57 min (2026-11-23 15:00:00 UTC) if the job goes on then. That does not end it.
             It is never given up: give_up_after is never.
you can      Correct /etc/jobwatchd/credentials/prod.password: it is read as soon as it changes, without a restart. See on the appliance whether the account is locked.
)");
}

TEST_CASE("explained: the token file holds nothing that serves, and a token that cannot be renewed")
{
    explanation_facts facts = watched_for(3min);
    facts.polling->obstacle = poll_obstacle::token;
    token_report& token = facts.polling->token;
    token.state = token_state::no_file;
    token.place = "/etc/jobwatchd/credentials/prod.token";
    token.trouble = "the appliance refuses (401) the token in /etc/jobwatchd/credentials/prod.token";
    CHECK(has_line(facts, R"(
             But there must be a token by then: at present there is none.
token        None: the appliance refuses (401) the token in /etc/jobwatchd/credentials/prod.token.
nodes )"));
    CHECK(has_line(facts, R"(
you can      Put a fresh token into /etc/jobwatchd/credentials/prod.token: it is read as soon as it changes.
)"));

    token.state = token_state::troubled;
    token.trouble = "cannot get a token: HTTP 503";
    token.next_try_in = 4s;
    CHECK(has_line(facts, R"(
token        None: cannot get a token: HTTP 503.
             The next try comes in 4 s (2026-11-23 14:03:04 UTC).
)"));
    token.state = token_state::none_yet;
    token.trouble.clear();
    token.next_try_in.reset();
    CHECK(has_line(facts, "\ntoken        None yet: it is about to be asked for.\nnodes "));
    token.state = token_state::valid;
    token.valid_for = 1min;
    token.trouble = "cannot get a token: HTTP 503";
    CHECK(has_line(facts, R"(
token        Valid for 1 min.
             The next one cannot be had: cannot get a token: HTTP 503.
)"));
}

TEST_CASE("explained: the appliance asked for a pause")
{
    explanation_facts facts = watched_for(40s);
    answered_with(facts, trouble::throttled, 429);
    facts.polling->obstacle = poll_obstacle::pause;
    facts.polling->appliance.paused_for = 28s;
    CHECK(page_of(facts) == R"(
watch        17, of job 778a1024-dc18-49cb-833b-cfd6c000c090 at prod (google/update-all-versions)
state        Open for 40 s, since 2026-11-23 14:00:00 UTC.
             The job goes on: the appliance says "in_progress".
last answer  8 s ago, an error: HTTP 429: too many requests for the appliance. 6 polls so far.
             Such an error tells nothing about the job, and ends nothing.
next poll    Not yet: the appliance asked for a pause (Retry-After), and nothing at all is sent to it. The pause is over in 28 s (2026-11-23 14:01:08 UTC).
token        Valid for 4 min 20 s.
nodes        cm1.example.com serves.
ends         When a poll shows that the job has ended.
             It is told as overdue in 59 min 20 s (2026-11-23 15:00:00 UTC) if the job goes on then. That does not end it.
             It is never given up: give_up_after is never.
)");
}

TEST_CASE("explained: more is due than the budget allows")
{
    explanation_facts facts = watched_for(10min);
    facts.polling->due_in = -140s;
    facts.polling->obstacle = poll_obstacle::budget;
    facts.polling->appliance.due = 7'812;
    facts.polling->appliance.stretch = 3.24;
    CHECK(page_of(facts) == R"(
watch        17, of job 778a1024-dc18-49cb-833b-cfd6c000c090 at prod (google/update-all-versions)
state        Open for 10 min, since 2026-11-23 14:00:00 UTC.
             The job goes on: the appliance says "in_progress".
last answer  8 s ago: the job's document. 6 polls so far.
next poll    It has been due for 2 min 20 s.
             It waits for its turn: 7812 watches are due, and no more than 50 requests per second (requests_per_second) are sent.
             All watches wait alike: each interval is about 3.2 times as long as it should be.
token        Valid for 4 min 20 s.
nodes        cm1.example.com serves.
ends         When a poll shows that the job has ended.
             It is told as overdue in 50 min (2026-11-23 15:00:00 UTC) if the job goes on then. That does not end it.
             It is never given up: give_up_after is never.
you can      Raise requests_per_second, if the appliance can bear it.
)");

    facts.polling->obstacle = poll_obstacle::connections;
    facts.polling->appliance.window = 2;
    CHECK(has_line(facts, R"(
             It waits for its turn: as many requests as may be are under way (2). Configured are 8 (connections), but the appliance answered 429 or 503 lately.
             All watches wait alike: each interval is about 3.2 times as long as it should be.
)"));
}
