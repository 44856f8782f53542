// The token, seen from outside: what the appliance's ledger shows, and that no watch ever suffers.
#include "engine/engine_fixture.hpp"

#include <doctest/doctest.h>

#include <set>

using namespace jobwatch;
using namespace jobwatch::test;
using namespace std::chrono_literals;

using asked_for = appliance_script::asked_for;

namespace
{

std::vector<std::string> names(std::size_t count)
{
    std::vector<std::string> jobs;
    for (std::size_t number = 1; number <= count; ++number)
        jobs.push_back("job-" + std::to_string(number));
    return jobs;
}

std::size_t grants_asked(const appliance_script& script)
{
    return script.count(asked_for::login) + script.count(asked_for::refresh);
}

} // namespace

TEST_CASE("with tokens of 3 s and jobs of 30 s no watch is affected, and one renewal runs at a time")
{
    engine_fixture engine;
    engine.prod.token_life = 3s;
    engine.start();
    engine.submit(names(50));
    for (const std::string& job : names(50))
        engine.prod.ends(job, engine.clock.now() + 30s);
    engine.advance(2min);

    CHECK(engine.store.count(event_type::job_finished) == 50);
    CHECK(engine.prod.most_logins_in_flight == 1);
    CHECK(engine.report().errors == 0);              // renewed before it expired: no poll ever met a 401
    CHECK(engine.prod.count(asked_for::login) == 1); // then by the refresh grant, twice in each life
    CHECK(engine.prod.count(asked_for::refresh) > 60);
    CHECK(engine.prod.count(asked_for::refresh) < 100);
}

TEST_CASE("a 401 in the middle of many polls costs one renewal, and each poll is repeated once")
{
    engine_fixture engine;
    engine.configured.appliances.at("prod").burst = 8;
    engine.prod.latency = 500ms;
    engine.start();
    engine.submit(names(8));
    engine.advance(1s + 200ms); // eight polls are under way
    REQUIRE(engine.prod.in_flight == 8);
    engine.prod.newest_token = "revoked by somebody";
    engine.advance(1min);

    CHECK(grants_asked(engine.prod) == 2);
    CHECK(engine.report().errors == 8);
    for (const std::string& job : names(8))
    {
        CAPTURE(job);
        std::vector<std::string> tokens;
        for (const auto& entry : engine.prod.ledger)
            if (entry.job == job)
                tokens.push_back(entry.jwt);
        REQUIRE(tokens.size() > 3);
        CHECK(tokens[0] != tokens[1]); // the poll and its repeat
        CHECK(std::set<std::string>(tokens.begin() + 1, tokens.end()).size() == 1);
    }
}

TEST_CASE("the repeat of a poll comes as soon as there is a token, not an interval later")
{
    engine_fixture engine;
    engine.start();
    engine.submit({"job-1"});
    engine.advance(1h);
    engine.prod.newest_token = "revoked";
    const std::size_t before = engine.prod.ledger.size();
    engine.advance(3min);
    REQUIRE(engine.prod.ledger.size() > before + 2);
    const auto& refused = engine.prod.ledger[before];
    const auto& renewal = engine.prod.ledger[before + 1];
    const auto& repeat = engine.prod.ledger[before + 2];
    if (refused.what == asked_for::job) // and not the renewal that was due by itself
    {
        CHECK(renewal.what == asked_for::refresh);
        CHECK(repeat.what == asked_for::job);
        CHECK(repeat.at - refused.at < 1s);
    }
}

TEST_CASE("a refused login is tried twice, then no more until login_retry_after has passed")
{
    engine_fixture engine;
    engine.prod.on_login = [] { return trouble_of(trouble::unauthorized, 401); };
    engine.start();
    engine.submit({"job-1"});
    engine.advance(29min);
    CHECK(engine.prod.count(asked_for::login) == 2);
    CHECK(engine.store.count(event_type::appliance_auth_failed) == 1);
    CHECK(engine.prod.count(asked_for::job) == 0); // polls wait; they do not fail
    engine.advance(2min);
    CHECK(engine.prod.count(asked_for::login) == 3);
    engine.advance(24h);
    CHECK(engine.prod.count(asked_for::login) <= 3 + 48);
    CHECK(engine.store.count(event_type::appliance_auth_failed) == 1);

    engine.prod.on_login = nullptr;
    engine.prod.ends("job-1", engine.clock.now());
    engine.advance(31min);
    CHECK(engine.store.count(event_type::appliance_auth_restored) == 1);
    CHECK(engine.store.ending_of("job-1") == outcome::succeeded);
}

TEST_CASE("a new secret is tried within seconds, and twice again at most")
{
    engine_fixture engine;
    engine.prod.on_login = [] { return trouble_of(trouble::forbidden, 403); };
    engine.start();
    engine.submit({"job-1"});
    engine.advance(5min);
    REQUIRE(engine.prod.count(asked_for::login) == 2);
    engine.prod.secret_stamp = "the second secret";
    engine.advance(10s);
    CHECK(engine.prod.count(asked_for::login) == 4);
    CHECK(engine.store.count(event_type::appliance_auth_failed) == 1);

    engine.prod.secret_stamp = "the third secret";
    engine.prod.on_login = nullptr;
    engine.advance(10s);
    CHECK(engine.prod.count(asked_for::login) == 5);
    CHECK(engine.store.count(event_type::appliance_auth_restored) == 1);
    CHECK(engine.prod.count(asked_for::job) > 0);
}

TEST_CASE("an appliance that refuses its own fresh tokens is not hammered with logins")
{
    engine_fixture engine;
    engine.prod.on_poll = [](const std::string&) { return trouble_of(trouble::unauthorized, 401); };
    engine.start();
    engine.submit(names(100));
    engine.advance(1h);
    CHECK(grants_asked(engine.prod) < 80); // about one a minute
    CHECK(grants_asked(engine.prod) > 30); // but it goes on trying
    CHECK(engine.polled().open() == 100);
    CHECK(engine.lines.holds("refuses (401) the very token"));

    engine.prod.on_poll = [](const std::string&) { return completed_reading(); };
    engine.advance(5min);
    CHECK(engine.polled().open() == 0);
}

TEST_CASE("a job that alone is always answered with 401 takes the token from nobody")
{
    engine_fixture engine;
    engine.prod.on_poll = [](const std::string& job) -> poll_answer
    {
        if (job == "odd")
            return trouble_of(trouble::unauthorized, 401);
        return pending_reading();
    };
    engine.start();
    engine.submit(names(3));
    engine.submit({"odd"});
    engine.advance(30min);
    CHECK(grants_asked(engine.prod) < 16); // every 150 s, and one for the odd job
    CHECK(engine.report().lag_worst < 1s);
    CHECK(engine.report().token.starts_with("valid"));
    CHECK(engine.prod.polls_of("odd") > 25); // asked for on and on, slowly
    CHECK(engine.prod.polls_of("odd") < 45);
    CHECK(engine.prod.polls_of("job-1") + 5 > engine.prod.polls_of("odd"));
    CHECK(engine.polled().open() == 4);

    engine.prod.on_poll = [](const std::string&) { return completed_reading(); };
    engine.advance(2min);
    CHECK(engine.store.ending_of("odd") == outcome::succeeded);
}

TEST_CASE("odd jobs that come one after another cost a token each at most, and delay nobody")
{
    engine_fixture engine;
    engine.prod.on_poll = [](const std::string& job) -> poll_answer
    {
        if (job.starts_with("odd"))
            return trouble_of(trouble::unauthorized, 401);
        return pending_reading();
    };
    engine.start();
    engine.submit(names(3));
    engine.advance(1min);
    for (int number = 0; number < 50; ++number)
    {
        engine.submit({"odd-" + std::to_string(number)});
        engine.advance(3s);
    }
    engine.advance(10min);
    CHECK(grants_asked(engine.prod) < 50 + 10);
    CHECK(engine.report().lag_worst < 3s);
}

TEST_CASE("a token that dies is renewed, even when only a job that alone was refused could tell")
{
    engine_fixture engine;
    bool odd_is_shown = false;
    engine.prod.token_life = 240h; // no renewal comes by itself
    engine.prod.on_poll = [&](const std::string& job) -> poll_answer
    {
        if (job == "odd" && !odd_is_shown)
            return trouble_of(trouble::unauthorized, 401);
        return pending_reading();
    };
    engine.start();
    engine.submit({"job-1", "odd"});
    engine.advance(10min);
    engine.prod.ends("job-1", engine.clock.now());
    engine.advance(2min);
    odd_is_shown = true;
    engine.prod.newest_token = "revoked by somebody";
    engine.prod.ends("odd", engine.clock.now());
    engine.advance(10min);
    CHECK(engine.store.ending_of("odd") == outcome::succeeded);
}

TEST_CASE("a refused refresh token leads to a login, and not to a refusal of the login")
{
    engine_fixture engine;
    engine.prod.token_life = 10s;
    engine.prod.on_refresh = [] { return trouble_of(trouble::unauthorized, 401); };
    engine.start();
    engine.submit({"job-1"});
    engine.advance(10min);
    CHECK(engine.prod.count(asked_for::login) > 50);
    CHECK(engine.prod.count(asked_for::refresh) == engine.prod.count(asked_for::login) - 1);
    CHECK(engine.store.count(event_type::appliance_auth_failed) == 0);
    CHECK(engine.report().errors == 0);
}

TEST_CASE("trouble on the way to a token backs off, and is no refusal")
{
    engine_fixture engine;
    engine.prod.on_login = [] { return trouble_of(trouble::server_error, 500); };
    engine.start();
    engine.submit({"job-1"});
    engine.advance(1h);
    const std::size_t tries = engine.prod.count(asked_for::login);
    CHECK(tries > 55);
    CHECK(tries < 75);
    CHECK(engine.store.count(event_type::appliance_auth_failed) == 0);
    engine.prod.on_login = nullptr;
    engine.advance(61s + 5s);
    CHECK(engine.prod.count(asked_for::job) > 0);
}

TEST_CASE("a job that is always answered with 401 does not cost the other watches their token")
{
    engine_fixture engine;
    engine.prod.on_poll = [](const std::string& job) -> poll_answer
    {
        if (job == "job-1")
            return trouble_of(trouble::unauthorized, 401);
        return pending_reading();
    };
    engine.start();
    engine.submit(names(50));
    engine.advance(10min);
    const std::size_t grants = grants_asked(engine.prod);
    const std::size_t polls = engine.prod.count(asked_for::job);
    engine.advance(1h);
    // One poll of it a minute: at most one renewal and one repeat each, beside the regular renewals.
    CHECK(grants_asked(engine.prod) - grants < 75 + 24 + 10);
    CHECK(engine.prod.count(asked_for::job) - polls > 49 * 55); // the others keep their rhythm
}

TEST_CASE("a surprise while logging in ends neither the token keeper nor the polling")
{
    engine_fixture engine;
    engine.prod.on_login = []() -> grant_answer { throw std::runtime_error("a bug of ours"); };
    engine.start();
    engine.submit({"job-1"});
    engine.advance(1min);
    CHECK(engine.lines.holds("a bug of ours"));
    engine.prod.on_login = nullptr;
    engine.advance(2min);
    CHECK(engine.prod.count(asked_for::job) > 0);
}
