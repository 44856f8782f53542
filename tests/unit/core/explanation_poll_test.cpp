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
watch        17: job 778a1024-dc18-49cb-833b-cfd6c000c090, appliance prod, kind google/update-all-versions
state        Open. Submitted 10 min ago (2026-11-23 14:00:00 UTC).
             The job is not finished: the appliance says "in_progress".
             If the job is not finished by 15:00:00 UTC (in 50 min; overdue_after is 1h), job.overdue is reported, and the watch goes on.
last answer  8 s ago (2026-11-23 14:09:52 UTC): the job's document. 6 polls so far.
next poll    It has been due for 1 min 35 s.
             It waits, because no node of the appliance answers. They are probed with one poll at a time: the next probe comes in 8 s (2026-11-23 14:10:08 UTC). When a node answers, all watches go on.
token        Valid for 4 min 20 s.
nodes        cm1.example.com has not served since 2026-11-23 14:08:00 UTC: connection refused. Only probes are sent to it; the next one comes in 21 s (2026-11-23 14:10:21 UTC).
             cm2.example.com:8443 has not served since 2026-11-23 14:08:01 UTC: no route to host. Only probes are sent to it; the next one comes in 8 s (2026-11-23 14:10:08 UTC).
ends         The watch ends when a poll shows that the job is finished.
             Apart from that it is watched as long as it takes (give_up_after is never).
you can      See whether the appliance runs, and whether this host reaches it: the last error of each node stands above.
             Or test the way step by step, with one login: jobwatchctl check-config --connect --appliance prod
)");

    facts.polling->appliance.nodes.front().next_probe_in.reset();
    CHECK(has_line(facts, "They are probed with one poll at a time: a probe is under way now. When a node"));
    CHECK(has_line(facts, "connection refused. Only probes are sent to it; one is under way.\n"));
    facts.polling->due_in = 20s; // a watch whose time has not come
    CHECK(has_line(facts, R"(
next poll    In 20 s (2026-11-23 14:10:20 UTC).
             The pause between polls is 0.25 times the age of the watch (backoff), give or take a fifth.
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
watch        17: job 778a1024-dc18-49cb-833b-cfd6c000c090, appliance prod, kind google/update-all-versions
state        Open. Submitted 10 min ago (2026-11-23 14:00:00 UTC).
             The job is not finished: the appliance says "in_progress".
             If the job is not finished by 15:00:00 UTC (in 50 min; overdue_after is 1h), job.overdue is reported, and the watch goes on.
last answer  8 s ago (2026-11-23 14:09:52 UTC), an error: HTTP 502: a gateway could not reach the appliance. 6 polls so far.
             This error tells nothing about the job, and does not end the watch.
next poll    In 52 s (2026-11-23 14:10:52 UTC).
             The pause between polls is 0.25 times the age of the watch (backoff), give or take a fifth.
token        Valid for 4 min 20 s.
nodes        cm1.example.com has not served since 2026-11-23 14:09:52 UTC: HTTP 502: Bad Gateway. Only probes are sent to it; the next one comes in 1 s (2026-11-23 14:10:01 UTC).
             cm2.example.com serves.
             cm3.example.com stands by.
ends         The watch ends when a poll shows that the job is finished.
             Apart from that it is watched as long as it takes (give_up_after is never).
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
watch        17: job 778a1024-dc18-49cb-833b-cfd6c000c090, appliance prod, kind google/update-all-versions
state        Open. Submitted 3 min ago (2026-11-23 14:00:00 UTC).
             If the job is not finished by 15:00:00 UTC (in 57 min; overdue_after is 1h), job.overdue is reported, and the watch goes on.
last answer  None yet: no poll has been answered.
next poll    It has been due for 2 min 59 s.
             It waits for a token: at present there is none.
token        None: the login of jobwatch was refused: HTTP 401: bad credentials.
             So that the account is not locked, the next login is sent only when /etc/jobwatchd/credentials/prod.password changes, or at 14:31:00 UTC, in 28 min: login_retry_after is 30m.
nodes        cm1.example.com serves.
ends         The watch ends when a poll shows that the job is finished.
             Apart from that it is watched as long as it takes (give_up_after is never).
you can      Check username, the password in /etc/jobwatchd/credentials/prod.password, and the keys that say where it logs in (domain, auth_domain, auth_domain_path, connection).
             A change of /etc/jobwatchd/credentials/prod.password is seen at once, without a restart; one of the configuration needs a restart of jobwatchd.
             See on the appliance whether the account is locked.
)");
}

TEST_CASE("explained: a refused refresh token or certificate, which locks no account")
{
    explanation_facts facts = watched_for(3min);
    facts.polling->obstacle = poll_obstacle::token;
    token_report& token = facts.polling->token;
    token.state = token_state::refused;
    token.next_try_in = 28min;
    token.place = "/c/prod.refresh";
    token.trouble = "the refresh token in /c/prod.refresh was refused: HTTP 401: no";
    facts.credential = credential_form::refresh_token_file;
    CHECK(has_line(facts, R"(
token        None: the refresh token in /c/prod.refresh was refused: HTTP 401: no.
             The next try comes only when /c/prod.refresh changes, or at 14:31:00 UTC, in 28 min: login_retry_after is 30m.
)"));
    CHECK(has_line(facts, R"(
you can      The refresh token has expired, was revoked, or belongs to another appliance or domain. Put a new one into /c/prod.refresh.
             A change of /c/prod.refresh is seen at once, without a restart; one of the configuration needs a restart of jobwatchd.
)"));
    CHECK_FALSE(has_line(facts, "locked"));

    token.place = "/c/client.pem or /c/client.key";
    token.next_try_in.reset();
    facts.credential = credential_form::client_certificate;
    CHECK(has_line(facts, "The next try comes only when /c/client.pem or /c/client.key changes.\n"));
    CHECK(has_line(facts, R"(
you can      Check that the client certificate is registered at the appliance, then client_id and the keys that say where it logs in (domain, auth_domain, auth_domain_path, connection).
             A change of /c/client.pem or /c/client.key is seen at once, without a restart; one of the configuration needs a restart of jobwatchd.
)"));
    CHECK_FALSE(has_line(facts, "locked"));
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
    CHECK(has_line(facts, "\ntoken        None at this moment; a new one is asked for now.\nnodes "));
    token.next_try_in = 4s;
    CHECK(has_line(facts, "\ntoken        None at this moment; a new one is asked for in 4 s.\nnodes "));
    token.next_try_in.reset();
    facts.polling->obstacle = poll_obstacle::nodes;
    CHECK(has_line(facts, "a new one is asked for as soon as a node answers.\nnodes "));
    facts.polling->appliance.paused_for = 4s;
    CHECK(has_line(facts, "a new one is asked for when the pause is over.\nnodes "));
    facts.credential = credential_form::token_file;
    CHECK(has_line(
        facts, "None at this moment; it is about to be read from /etc/jobwatchd/credentials/prod.token.\n"));
    token.state = token_state::valid;
    token.valid_for = 1min;
    token.trouble = "cannot get a token: HTTP 503";
    CHECK(has_line(facts, R"(
token        Valid for 1 min.
             Its renewal failed: cannot get a token: HTTP 503.
)"));
}

TEST_CASE("explained: the appliance asked for a pause")
{
    explanation_facts facts = watched_for(40s);
    answered_with(facts, trouble::throttled, 429);
    facts.polling->obstacle = poll_obstacle::pause;
    facts.polling->appliance.paused_for = 28s;
    CHECK(page_of(facts) == R"(
watch        17: job 778a1024-dc18-49cb-833b-cfd6c000c090, appliance prod, kind google/update-all-versions
state        Open. Submitted 40 s ago (2026-11-23 14:00:00 UTC).
             The job is not finished: the appliance says "in_progress".
             If the job is not finished by 15:00:00 UTC (in 59 min 20 s; overdue_after is 1h), job.overdue is reported, and the watch goes on.
last answer  8 s ago (2026-11-23 14:00:32 UTC), an error: HTTP 429: too many requests for the appliance. 6 polls so far.
             This error tells nothing about the job, and does not end the watch.
next poll    Not before 14:01:08 UTC (in 28 s): the appliance asked for a pause (Retry-After).
token        Valid for 4 min 20 s.
nodes        cm1.example.com serves.
ends         The watch ends when a poll shows that the job is finished.
             Apart from that it is watched as long as it takes (give_up_after is never).
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
watch        17: job 778a1024-dc18-49cb-833b-cfd6c000c090, appliance prod, kind google/update-all-versions
state        Open. Submitted 10 min ago (2026-11-23 14:00:00 UTC).
             The job is not finished: the appliance says "in_progress".
             If the job is not finished by 15:00:00 UTC (in 50 min; overdue_after is 1h), job.overdue is reported, and the watch goes on.
last answer  8 s ago (2026-11-23 14:09:52 UTC): the job's document. 6 polls so far.
next poll    It has been due for 2 min 20 s.
             It waits for its turn: 7812 watches are due, and no more than 50 requests per second (requests_per_second) are sent.
             Of late the pauses between polls have been about 3.2 times as long as planned, for all watches of this appliance.
token        Valid for 4 min 20 s.
nodes        cm1.example.com serves.
ends         The watch ends when a poll shows that the job is finished.
             Apart from that it is watched as long as it takes (give_up_after is never).
you can      Raise requests_per_second, if the appliance can take more.
)");

    facts.polling->obstacle = poll_obstacle::connections;
    facts.polling->appliance.window = 2;
    CHECK(has_line(facts, R"(
             It waits for its turn: 2 requests are under way, and at present no more are allowed: the appliance answered 429 or 503 lately, so the limit is 2 instead of 8 (connections).
             Of late the pauses between polls have been about 3.2 times as long as planned, for all watches of this appliance.
)"));

    facts.polling->appliance.stretch = 107.7;
    CHECK(has_line(facts, "about 108 times as long as planned"));

    facts.polling->appliance.window = 8;
    facts.polling->appliance.stretch = 1;
    CHECK(has_line(facts, R"(
             It waits for its turn: 8 requests are under way, and no more are allowed at once (connections).
token )"));
}

TEST_CASE(
    "explained: the next poll comes later, and what keeps the appliance back until then is told all the same")
{
    explanation_facts facts = watched_for(20min);
    polled_slowly(facts, poll_reason::max_interval);
    facts.polling->appliance.paused_for = 20s;
    facts.polling->appliance.window = 1;
    CHECK(has_line(facts, R"(
next poll    In 41 s (2026-11-23 14:20:41 UTC).
             Old watches are polled every 1 min (max_interval), give or take a fifth.
             The appliance asked for a pause (Retry-After), and nothing is sent to it until 14:20:20 UTC (in 20 s).
             The appliance answered 429 or 503 lately, so the limit is 1 request at once instead of 8 (connections).
token )"));
}

TEST_CASE("explained: the answers are not the appliance's own")
{
    explanation_facts facts = watched_for(10min);
    answered_with(facts, trouble::refused, 404);
    facts.watch.last_error = describe_trouble(trouble::refused, 404, true);
    facts.polling->foreign_answers = 3;
    CHECK(page_of(facts) == R"(
watch        17: job 778a1024-dc18-49cb-833b-cfd6c000c090, appliance prod, kind google/update-all-versions
state        Open. Submitted 10 min ago (2026-11-23 14:00:00 UTC).
             The job is not finished: the appliance says "in_progress".
             If the job is not finished by 15:00:00 UTC (in 50 min; overdue_after is 1h), job.overdue is reported, and the watch goes on.
last answer  8 s ago (2026-11-23 14:09:52 UTC), an error: HTTP 404: not in the appliance's own words. 6 polls so far.
             Perhaps it was not the appliance that answered, but something in front of it: a proxy, a load balancer, or another server at this address.
             This error tells nothing about the job, and does not end the watch.
next poll    In 2 s (2026-11-23 14:10:02 UTC).
             The pause between polls is 0.25 times the age of the watch (backoff), give or take a fifth.
token        Valid for 4 min 20 s.
nodes        cm1.example.com serves.
ends         The watch ends when a poll shows that the job is finished.
             Apart from that it is watched as long as it takes (give_up_after is never).
you can      Check the address (`urls`), and the proxy or load balancer in front of the appliance.
             Or test the way step by step, with one login: jobwatchctl check-config --connect --appliance prod --kind google/update-all-versions --job 778a1024-dc18-49cb-833b-cfd6c000c090
)");

    facts.polling->foreign_answers = 2; // a proxy may have been restarted just now
    CHECK_FALSE(has_line(facts, "you can"));
    CHECK(has_line(facts, "not in the appliance's own words"));

    answered_with(facts, trouble::forbidden, 403);
    facts.polling->refused = facts.polling->blocked = true;
    facts.polling->foreign_answers = 3;
    CHECK(has_line(
        facts, "Blocked. Polls of this job are refused (403), but not in the appliance's own words.\n"));
    CHECK(has_line(facts, "check-config --connect"));
    CHECK_FALSE(has_line(facts, "groups"));
}
