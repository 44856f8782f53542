// What `explain` knows in each situation, reached through the real engine. What it says of it, word by word, is in
// tests/unit/core/explanation*_test.cpp.
#include "engine/engine_fixture.hpp"

#include <doctest/doctest.h>

#include <utility>

using namespace jobwatch;
using namespace jobwatch::test;
using namespace std::chrono_literals;

namespace
{

std::vector<std::string> names(std::size_t count)
{
    std::vector<std::string> jobs;
    for (std::size_t number = 1; number <= count; ++number)
        jobs.push_back("job-" + std::to_string(number));
    return jobs;
}

struct explained_watch
{
    explanation_facts facts;
    polling_facts polling; // as it is by default, where the watch is not polled
    std::string page;

    bool says(std::string_view text) const { return page.find(text) != std::string::npos; }
};

explained_watch explain(engine_fixture& engine, watch_number number = 1)
{
    const auto told = std::get<explain_answer>(engine.ask(explain_command{number}).value());
    explained_watch found{told.facts, told.facts.polling.value_or(polling_facts{}), "\n"};
    for (const std::string& line : told.text)
        found.page += line + '\n';
    INFO(found.page);
    return found;
}

poll_answer trouble_without_node(const std::string&)
{
    return trouble_of(trouble::connect);
}

} // namespace

// --- all is well ------------------------------------------------------------------------------------------------

TEST_CASE("a watch that was just submitted is explained by first_after")
{
    engine_fixture engine;
    engine.start();
    engine.advance(1s);
    engine.submit({"job-1"});
    engine.advance(300ms);
    const auto told = explain(engine);
    CHECK(told.polling.reason == poll_reason::first_after);
    CHECK(told.polling.due_in == 700ms);
    CHECK(told.polling.age == 300ms);
    CHECK_FALSE(told.polling.answered_ago.has_value());
    CHECK(told.polling.obstacle == poll_obstacle::none);
    CHECK(told.polling.token.state == token_state::valid);
    CHECK(told.says("\nlast answer  None yet"));
    CHECK(told.says("\nnodes        cm1.example.com serves.\n"));
}

TEST_CASE("a watch of a job that goes on is explained by its interval: the shortest, its age, the longest")
{
    engine_fixture engine;
    engine.start();
    engine.submit({"job-1"});
    struct stage
    {
        milliseconds until;
        poll_reason reason;
        milliseconds longest;
    };
    boot_time submitted = engine.clock.now();
    for (const stage& one :
         {stage{5s, poll_reason::min_interval, 2s}, stage{1min, poll_reason::age, 15s},
          stage{50min, poll_reason::max_interval, 60s}})
    {
        engine.advance(one.until - span_between(submitted, engine.clock.now()));
        const auto told = explain(engine);
        CHECK(told.polling.reason == one.reason);
        CHECK(told.polling.due_in > 0ms);
        CHECK(told.polling.due_in <= one.longest * 6 / 5);
        REQUIRE(told.polling.answered_ago.has_value());
        CHECK(*told.polling.answered_ago <= one.longest * 6 / 5);
        CHECK(told.facts.watch.polls == engine.prod.polls_of("job-1"));
        CHECK_FALSE(told.polling.last_trouble.has_value());
        CHECK(told.says("The job is not finished: the appliance says \"in_progress\"."));
        CHECK_FALSE(told.says("you can"));
    }
}

TEST_CASE("the next poll comes when the explanation says so")
{
    engine_fixture engine;
    engine.start();
    engine.submit({"job-1"});
    engine.advance(10min);
    const auto told = explain(engine);
    const std::size_t polls = engine.prod.polls_of("job-1");
    engine.advance(told.polling.due_in - 1ms);
    CHECK(engine.prod.polls_of("job-1") == polls);
    engine.advance(100ms);
    CHECK(engine.prod.polls_of("job-1") == polls + 1);
}

TEST_CASE("a poll that is under way is explained as that, and one that a person asked for, too")
{
    engine_fixture engine;
    engine.start();
    engine.submit({"job-1"});
    engine.advance(10min);
    engine.prod.latency = 20s;
    poll_command asked;
    asked.which.watches = {1};
    (void)engine.ask(asked);
    auto told = explain(engine); // nothing has run since
    CHECK(told.polling.reason == poll_reason::asked_for);
    engine.advance(5s);
    told = explain(engine);
    CHECK(told.polling.obstacle == poll_obstacle::under_way);
    CHECK(told.says("\nnext poll    It is under way now.\n"));
    (void)engine.ask(asked); // in the meantime: one more right after it
    engine.advance(15s + 1ms);
    CHECK(explain(engine).polling.obstacle == poll_obstacle::under_way);
    engine.prod.latency = 10ms;
    engine.advance(25s);
    CHECK(explain(engine).polling.reason == poll_reason::max_interval); // and no more
}

TEST_CASE("after a restart no answer is known, and the first poll comes at a random moment")
{
    engine_fixture engine;
    engine.start();
    engine.submit({"job-1"});
    engine.advance(50min);
    engine.restart();
    const auto told = explain(engine);
    CHECK(told.polling.reason == poll_reason::taken_up);
    CHECK_FALSE(told.polling.answered_ago.has_value());
    CHECK(told.says("None since jobwatchd was started."));
    CHECK(told.polling.age >= 50min);
}

// --- the job ----------------------------------------------------------------------------------------------------

TEST_CASE("an unknown word is explained, and a document without a status")
{
    engine_fixture engine;
    std::string word = "frobnicating\x1b[2J";
    engine.prod.on_poll = [&](const std::string&)
    {
        reading given = pending_reading();
        given.status = word;
        return given;
    };
    engine.start();
    engine.submit({"job-1"});
    engine.advance(20min);
    auto told = explain(engine);
    CHECK(told.polling.reason == poll_reason::unrecognised);
    CHECK(told.says(R"(The appliance says "frobnicating\x1b[2J", which is none of the words of google/up)"));
    CHECK(told.says("you can      Tell what the word means"));
    word.clear();
    engine.submit({"job-2"});
    engine.advance(20min);
    told = explain(engine, 2);
    CHECK(told.polling.wordless);
    CHECK(told.says("no word at /overall_status"));
}

TEST_CASE(
    "404 for a job that was never shown is explained with the moment at which it ends, and then it ends")
{
    engine_fixture engine;
    engine.prod.on_poll = [](const std::string&) { return trouble_of(trouble::not_found, 404); };
    engine.start();
    engine.submit({"job-1"});
    engine.advance(4min);
    const auto told = explain(engine);
    REQUIRE(told.polling.lost_in.has_value());
    REQUIRE(told.polling.missing_for.has_value());
    CHECK(*told.polling.missing_for + *told.polling.lost_in == 10min);
    CHECK(told.polling.last_trouble == trouble::not_found);
    CHECK_FALSE(told.polling.seen);
    CHECK(told.says("HTTP 404"));
    CHECK(told.says("It ends as lost if the answer is still 404 in "));
    engine.advance(*told.polling.lost_in - 1ms);
    CHECK(engine.polled().open() == 1);
    engine.advance(72s); // the longest interval
    CHECK(engine.store.ending_of("job-1") == outcome::lost);
    const auto ended = explain(engine);
    CHECK_FALSE(ended.facts.polling.has_value());
    CHECK(ended.says("Ended as lost"));
    CHECK(ended.says("why          The appliance never showed the job and answered 404 for 10 min"));
    CHECK(
        ended.says("jobwatchctl submit --again --appliance prod --kind google/update-all-versions job-1\n"));
}

TEST_CASE("404 for a job that was shown is explained: it ends while others are shown, and not alone")
{
    engine_fixture engine;
    bool gone = false;
    engine.prod.on_poll = [&](const std::string& job) -> poll_answer
    {
        if (gone && job == "job-1")
            return trouble_of(trouble::not_found, 404);
        return pending_reading();
    };
    engine.start();
    engine.submit(names(3));
    engine.advance(10min);
    gone = true;
    engine.advance(10min);
    auto told = explain(engine);
    CHECK(told.polling.seen);
    CHECK(told.polling.reason == poll_reason::missing);
    REQUIRE(told.polling.lost_in.has_value());
    CHECK(*told.polling.missing_for + *told.polling.lost_in == 1h);
    CHECK(told.says("lost_after_seen is 1h"));

    remove_command removal; // and now nobody speaks for the appliance
    removal.which.watches = {2, 3};
    (void)engine.ask(removal);
    engine.advance(3h);
    told = explain(engine);
    CHECK_FALSE(told.polling.lost_in.has_value());
    CHECK(told.polling.appliance.conditions.contains(condition::degraded));
    CHECK(told.says("trouble      Not only this job: appliance.degraded was reported "));
    CHECK(told.says("404 ends nothing now."));
}

TEST_CASE("a refused job is explained from the first refusal on, and as blocked from the second")
{
    engine_fixture engine;
    engine.prod.on_poll = [](const std::string& job) -> poll_answer
    {
        if (job == "job-1")
            return trouble_of(trouble::forbidden, 403);
        return pending_reading();
    };
    engine.start();
    engine.submit(names(3));
    engine.advance(2s);
    auto told = explain(engine);
    CHECK(told.polling.reason == poll_reason::refused);
    CHECK_FALSE(told.polling.blocked);
    CHECK(told.polling.last_http_status == 403);
    engine.advance(5min);
    told = explain(engine);
    CHECK(told.polling.reason == poll_reason::blocked);
    CHECK(told.polling.blocked);
    CHECK(told.says("you can      On the appliance, let the user jobwatch read this job"));
    CHECK_FALSE(explain(engine, 2).says("refus"));
}

TEST_CASE("a job that alone is answered with 401 is told apart from one that is answered with 403")
{
    engine_fixture engine;
    auto& prod = engine.configured.appliances.at("prod");
    prod.credential = credential_form::token_file;
    prod.token_file = "/etc/jobwatchd/credentials/prod.token";
    engine.prod.token_file = []
    {
        token_grant given;
        given.jwt = "token-1";
        return grant_answer(given);
    };
    engine.prod.refuses_old_tokens = false;
    engine.prod.on_poll = [](const std::string& job) -> poll_answer
    {
        if (job == "job-1" || job == "job-2")
            return trouble_of(
                job == "job-1" ? trouble::unauthorized : trouble::forbidden, job == "job-1" ? 401 : 403);
        return pending_reading();
    };
    engine.start();
    engine.submit({"other-1", "other-2"});
    engine.advance(5s);
    engine.submit({"job-1", "other-3", "job-2", "other-4"});
    engine.advance(5min);
    const auto by_token = explain(engine, 3);
    CHECK(by_token.polling.blocked);
    CHECK(by_token.polling.refused_by_401);
    CHECK(by_token.says(
        "Blocked. The appliance refuses our token for this job (401), but takes it for other jobs.\n"));
    CHECK(by_token.says("HTTP 401: the appliance refused our token for this job."));
    CHECK(
        by_token.says("let the user whose token is in /etc/jobwatchd/credentials/prod.token read this job"));
    CHECK(by_token.says("Or the token in /etc/jobwatchd/credentials/prod.token is no longer good"));
    const auto by_group = explain(engine, 5);
    CHECK(by_group.polling.blocked);
    CHECK_FALSE(by_group.polling.refused_by_401);
    CHECK(by_group.says("Blocked. The appliance does not let our user see this job (403).\n"));
    CHECK_FALSE(by_group.says("no longer good"));
}

TEST_CASE(
    "answers that are not in the appliance's own words are told as that, and from the third on with a test")
{
    engine_fixture engine;
    engine.prod.on_poll = [](const std::string&) -> poll_answer
    {
        asking_error error = trouble_of(trouble::refused, 404);
        error.foreign = true;
        return error;
    };
    engine.start();
    engine.submit({"job-1"});
    engine.advance(2s);
    auto told = explain(engine);
    CHECK(told.polling.foreign_answers == 1);
    CHECK(told.says("HTTP 404: not in the appliance's own words."));
    CHECK(told.says("Perhaps it was not the appliance that answered, but something in front of it"));
    CHECK_FALSE(told.says("you can"));
    engine.advance(1min);
    told = explain(engine);
    CHECK(told.polling.foreign_answers == 3);
    CHECK(
        told.says("check-config --connect --appliance prod --kind google/update-all-versions --job job-1\n"));
    CHECK(told.facts.watch.last_error == "HTTP 404: not in the appliance's own words");
}

TEST_CASE("when most jobs are refused it is explained as the appliance's trouble")
{
    engine_fixture engine;
    engine.prod.on_poll = [](const std::string&) { return trouble_of(trouble::forbidden, 403); };
    engine.start();
    engine.submit(names(3));
    engine.advance(5min);
    const auto told = explain(engine);
    CHECK(told.polling.reason == poll_reason::refused);
    CHECK(told.says("trouble      Not only this job: appliance.forbidden was reported "));
}

TEST_CASE("an overdue watch is explained, and one that is given up")
{
    engine_fixture engine;
    engine.configured.poll.give_up_after = 3h;
    engine.start();
    engine.submit({"job-1"});
    engine.advance(2h);
    const auto told = explain(engine);
    CHECK(told.polling.reason == poll_reason::overdue);
    CHECK(told.says("Overdue since 2026-11-23 01:00:00 UTC"));
    CHECK(told.says("if the job is not finished in 1 h (2026-11-23 03:00:00 UTC): give_up_after is 3h."));
    engine.advance(62min);
    CHECK(explain(engine).says("Ended as abandoned"));
}

// --- the way there ----------------------------------------------------------------------------------------------

TEST_CASE("a watch of an appliance that does not answer is explained by the next probe")
{
    engine_fixture engine;
    engine.prod.token_life = 24h;
    engine.start();
    engine.submit(names(20));
    engine.advance(1min);
    engine.prod.on_poll = trouble_without_node;
    engine.advance(10min);
    const auto told = explain(engine);
    CHECK(told.polling.obstacle == poll_obstacle::nodes);
    CHECK(told.polling.due_in < -9min);
    REQUIRE(told.polling.appliance.nodes.size() == 1);
    CHECK(told.polling.appliance.nodes[0].state == node_state::open);
    CHECK(told.says("It waits, because no node of the appliance answers."));
    CHECK(told.says("nodes        cm1.example.com has not served since 2026-11-23 00:01:"));
    CHECK(told.says("scripted trouble: connect"));
    CHECK(told.says("you can      See whether the appliance runs"));
}

TEST_CASE("when one node fails and another one serves, both are told")
{
    engine_fixture engine;
    engine.configured.appliances.at("prod").nodes = {
        {"cm1.example.com", 443, ""}, {"cm2.example.com", 8443, ""}};
    engine.prod.on_node_poll = [](std::size_t node, const std::string&) -> poll_answer
    {
        if (node == 0)
            return trouble_of(trouble::gateway, 502);
        return pending_reading();
    };
    engine.start();
    engine.submit(names(5));
    engine.advance(10min);
    const auto told = explain(engine);
    CHECK(told.polling.obstacle == poll_obstacle::none);
    CHECK_FALSE(told.polling.last_trouble.has_value()); // the other node's answer is the last one
    CHECK(told.says("cm1.example.com has not served since"));
    CHECK(told.says("scripted trouble: gateway"));
    CHECK(told.says("\n             cm2.example.com:8443 serves.\n"));
}

TEST_CASE("a single error of the only node is explained as an error that tells nothing")
{
    engine_fixture engine;
    engine.start();
    engine.submit({"job-1"});
    engine.advance(20min);
    engine.prod.on_poll = [](const std::string&) { return trouble_of(trouble::gateway, 502); };
    poll_command asked;
    asked.which.watches = {1};
    (void)engine.ask(asked);
    engine.advance(2s);
    const auto told = explain(engine);
    CHECK(told.polling.last_trouble == trouble::gateway);
    CHECK(told.polling.last_http_status == 502);
    CHECK(told.says("HTTP 502: a gateway could not reach the appliance"));
    CHECK(told.says("tells nothing about the job"));
}

TEST_CASE("a refused login is explained with the file to correct and the moment of the next try")
{
    engine_fixture engine;
    engine.prod.on_login = [] { return trouble_of(trouble::unauthorized, 401); };
    engine.start();
    engine.submit({"job-1"});
    engine.advance(2min);
    auto told = explain(engine);
    CHECK(told.polling.obstacle == poll_obstacle::token);
    CHECK(told.polling.token.state == token_state::refused);
    CHECK(told.polling.token.refused_logins == 2);
    CHECK(told.facts.credential == credential_form::password);
    REQUIRE(told.polling.token.next_try_in.has_value());
    CHECK(*told.polling.token.next_try_in > 27min);
    CHECK(told.says("It waits for a token"));
    CHECK(told.says("the login of jobwatch was refused"));
    CHECK(told.says(
        "the next login is sent only when /etc/jobwatchd/credentials/prod.password changes, or at 00:"));
    CHECK(told.says(" UTC, in 28 min"));
    CHECK(told.says(": login_retry_after is 30m.\n"));
    CHECK(told.says("you can      Check username, the password in /etc/jobwatchd/credentials/prod.password, "
                    "and the keys"));

    engine.restart(); // it is remembered
    told = explain(engine);
    CHECK(told.polling.token.state == token_state::refused);
    engine.prod.on_login = nullptr;
    engine.prod.secret_stamp = "the right one";
    engine.advance(10s);
    CHECK(explain(engine).polling.token.state == token_state::valid);
}

TEST_CASE("a login that meets trouble is tried again, and a token file that does not serve is named")
{
    engine_fixture engine;
    engine.configured.appliances.at("prod").nodes.push_back({"cm2.example.com", 443, ""});
    engine.prod.on_login = [] { return trouble_of(trouble::server_error, 500); };
    engine.start();
    engine.submit({"job-1"});
    engine.advance(20s);
    auto told = explain(engine);
    CHECK(told.polling.token.state == token_state::troubled);
    CHECK(told.says("None: cannot get a token: scripted trouble: server_error.\n"));
    engine.stop();

    auto& prod = engine.configured.appliances.at("prod");
    prod.credential = credential_form::token_file;
    prod.token_file = "/etc/jobwatchd/credentials/prod.token";
    engine.prod.token_file = []() -> grant_answer { return trouble_of(trouble::no_token); };
    engine.start();
    engine.advance(5s);
    told = explain(engine);
    CHECK(told.polling.token.state == token_state::no_file);
    CHECK(told.polling.username.empty());
    CHECK(told.facts.credential == credential_form::token_file);
    CHECK(told.says("you can      Put a fresh token into /etc/jobwatchd/credentials/prod.token"));
    engine.prod.newest_token = "the secret token";
    engine.prod.token_expires = engine.clock.now() + 5min;
    engine.prod.token_file = []
    {
        token_grant fresh;
        fresh.jwt = "the secret token";
        return grant_answer(fresh);
    };
    engine.advance(5s);
    told = explain(engine);
    CHECK(told.polling.token.state == token_state::valid);
    CHECK(told.says("token        Valid until the appliance refuses it."));
    CHECK_FALSE(told.says("the secret token"));
}

TEST_CASE("a pause that the appliance asked for is explained with its end")
{
    engine_fixture engine;
    engine.start();
    engine.submit(names(5));
    engine.advance(1min);
    bool throttled = false;
    engine.prod.on_poll = [&](const std::string&) -> poll_answer
    {
        if (throttled)
            return pending_reading();
        throttled = true;
        asking_error error = trouble_of(trouble::throttled, 429);
        error.retry_after = 90s;
        return error;
    };
    while (!throttled)
        engine.advance(10ms);
    engine.advance(30s);
    const auto told = explain(engine);
    CHECK(told.polling.obstacle == poll_obstacle::pause);
    REQUIRE(told.polling.appliance.paused_for.has_value());
    CHECK(*told.polling.appliance.paused_for > 59s);
    CHECK(*told.polling.appliance.paused_for <= 60s);
    CHECK(told.says("next poll    Not before 00:0"));
    CHECK(told.says(" UTC (in 1 min): the appliance asked for a pause (Retry-After).\n"));
}

TEST_CASE("a pause that is over before a watch's next poll is explained, too, and so is a smaller window")
{
    engine_fixture engine;
    engine.start();
    engine.submit(names(5));
    engine.advance(20min);
    bool throttled = false;
    engine.prod.on_poll = [&](const std::string&) -> poll_answer
    {
        if (std::exchange(throttled, true))
            return pending_reading();
        asking_error error = trouble_of(trouble::throttled, 429);
        error.retry_after = 2s;
        return error;
    };
    while (!throttled)
        engine.advance(10ms);
    engine.advance(100ms);
    std::size_t later = 0;
    for (watch_number number = 1; number <= 5; ++number)
    {
        const auto told = explain(engine, number);
        if (told.polling.due_in < 2s)
            continue;
        ++later;
        CHECK(told.polling.obstacle == poll_obstacle::none);
        CHECK(
            told.says("The appliance asked for a pause (Retry-After), and nothing is sent to it until 00:2"));
        CHECK(told.says(" UTC (in 1.9 s).\n"));
        CHECK(told.says("so the limit is 4 requests at once instead of 8 (connections)."));
    }
    CHECK(later > 0);
}

TEST_CASE("a watch that waits for the budget is told how many wait and how far all are stretched")
{
    engine_fixture engine;
    engine.configured.appliances.at("prod").requests_per_second = 2;
    engine.start();
    engine.submit(names(600));
    engine.advance(20min);
    const auto late = [&]
    {
        for (watch_number number = 1; number <= 600; ++number)
        {
            auto told = explain(engine, number);
            if (told.polling.obstacle == poll_obstacle::budget && told.polling.due_in < -10s)
                return told;
        }
        return explained_watch{};
    };
    const auto told = late();
    REQUIRE(told.polling.obstacle == poll_obstacle::budget);
    CHECK(told.polling.appliance.due > 100);
    CHECK(told.polling.appliance.due == engine.report().due);
    CHECK(told.polling.appliance.stretch > 2);
    CHECK(told.says(" watches are due, and no more than 2 requests per second (requests_per_second)"));
    CHECK(told.says("you can      Raise requests_per_second"));
}

TEST_CASE("a watch that finds all connections busy is told so")
{
    engine_fixture engine;
    engine.configured.appliances.at("prod").connections = 2;
    engine.start();
    engine.submit(names(10));
    engine.advance(10s);
    engine.prod.latency = 1h;
    engine.advance(1min);
    std::size_t busy = 0;
    for (watch_number number = 1; number <= 10; ++number)
        busy += explain(engine, number).polling.obstacle == poll_obstacle::connections ? 1U : 0U;
    CHECK(busy == 8);
}

// --- watches that are not polled ----------------------------------------------------------------------------------

TEST_CASE("a watch whose appliance or kind left the configuration is explained by that")
{
    engine_fixture engine;
    engine.add_appliance("old");
    kind acme = plain_kind("acme/job");
    acme.path = "/api/v1/acme/{id}";
    engine.configured.kinds[acme.name] = acme;
    engine.start();
    submit_command asked;
    asked.jobs = {"job-1"};
    asked.appliance = "old";
    (void)engine.ask(asked);
    asked.appliance = "prod";
    asked.kind = "acme/job";
    (void)engine.ask(asked);
    engine.stop();
    engine.configured.appliances.erase("old");
    engine.configured.kinds.erase("acme/job");
    engine.start();
    CHECK(explain(engine, 1).says(
        "None. The configuration has no [appliance.old], so the watch is not polled."));
    CHECK(explain(engine, 2).says("None. The configuration has no [kind.\"acme/job\"]"));
}

TEST_CASE("ended watches are explained, by job too, and what there is not is refused")
{
    engine_fixture engine;
    engine.start();
    engine.submit(names(2));
    engine.prod.ends("job-1", engine.clock.now());
    engine.advance(1min);
    remove_command removal;
    removal.which.watches = {2};
    (void)engine.ask(removal);
    CHECK(explain(engine, 1).says("The job is done: 2 of 2 versions."));
    const auto by_job = engine.ask(explain_command{parse_job_id("job-2").value()});
    const auto removed = std::get<explain_answer>(by_job.value());
    CHECK(removed.facts.watch.ended == outcome::removed);
    CHECK(removed.facts.watch.document.empty());
    for (const explain_command& unknown :
         {explain_command{watch_number{99}}, explain_command{parse_job_id("job-99").value()}})
    {
        const auto refused = engine.ask(unknown);
        REQUIRE_FALSE(refused.has_value());
        CHECK(refused.error().code == refusal_code::no_such_watch);
        CHECK(refused.error().message.find("99") != std::string::npos);
    }
}

TEST_CASE("a watch whose news cannot be stored is explained by that")
{
    engine_fixture engine;
    engine.start();
    engine.submit({"job-1"});
    engine.advance(1min);
    engine.store.refuses_writes = true;
    engine.prod.ends("job-1", engine.clock.now());
    engine.advance(1min);
    const auto told = explain(engine);
    CHECK(told.polling.reason == poll_reason::not_stored);
    CHECK(told.says("because what was read could not be stored"));
}

TEST_CASE("an explanation costs a watch no memory: what it needs fits into what a record had free")
{
    CHECK(sizeof(watch_record) <= 128);
}

TEST_CASE("the moment of an answer is kept in a tenth of a second, and never as none")
{
    CHECK(answer_mark(0ms) != 0);
    CHECK(answer_mark(-5s) != 0);
    CHECK(age_of_mark(answer_mark(1'234ms)) == 1'200ms);
    CHECK(age_of_mark(answer_mark(3650 * 24h)) > 3649 * 24h);
    CHECK(answer_mark(milliseconds::max()) == 0xFFFFFFFF);
}
