// An appliance in foul weather, with its ledger as witness of what it was not asked.
#include "engine/engine_fixture.hpp"

#include <doctest/doctest.h>

#include <algorithm>

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

} // namespace

TEST_CASE(
    "5,000 watches and an appliance that is dead for ten minutes: it is left alone, not hammered when it is "
    "back, and no watch is lost")
{
    constexpr double rate = 200;
    constexpr std::uint32_t burst = 20;
    engine_fixture engine;
    auto& prod = engine.configured.appliances.at("prod");
    prod.requests_per_second = rate;
    prod.burst = burst;
    engine.start();
    engine.submit(names(5'000));
    engine.advance(2min);
    const std::size_t before = engine.prod.ledger.size();

    engine.prod.dead_nodes = {0};
    const boot_time died = engine.clock.now();
    engine.advance(100ms); // what was under way fails
    engine.prod.most_in_flight = 0;
    engine.advance(10min - 100ms);
    CHECK(engine.prod.most_in_flight == 1);
    const auto while_dead = engine.prod.ledger.size() - before;
    CHECK(while_dead < 60); // 5 steps of 1 to 16 s, then one in 30 s; and what found out first
    CHECK(while_dead > 15);
    // At most one login per back-off step, whose length is 1 s at first.
    std::vector<boot_time> logins;
    for (const auto& one : engine.prod.ledger)
        if (one.what != asked_for::job && one.at >= died)
            logins.push_back(one.at);
    for (std::size_t at = 1; at < logins.size(); ++at)
        CHECK(logins[at] - logins[at - 1] >= first_login_pause);
    CHECK(logins.size() < 20);
    CHECK(engine.report().nodes.front().state == node_state::open);

    engine.prod.dead_nodes.clear();
    engine.advance(5min);
    CHECK(engine.prod.most_over_rate(rate) <= burst + 1e-6);
    CHECK(engine.store.count(event_type::appliance_unreachable) == 1);
    CHECK(engine.store.count(event_type::appliance_reachable) == 1);
    CHECK(engine.store.count(event_type::job_finished) == 0);
    CHECK(engine.polled().open() == 5'000);
    std::size_t polled_again = 0;
    std::map<std::string, bool> seen;
    for (const auto& one : engine.prod.ledger)
        if (one.at > died + 10min && one.what == asked_for::job && !std::exchange(seen[one.job], true))
            ++polled_again;
    CHECK(polled_again == 5'000);
}

TEST_CASE("Retry-After on one poll: for so long nothing at all is sent, no poll, no login, no probe")
{
    engine_fixture engine;
    auto& prod = engine.configured.appliances.at("prod");
    prod.nodes.push_back({"cm2.example.com", 443, ""});
    prod.burst = 16;
    engine.prod.token_life = 20s; // a renewal falls into the pause
    engine.prod.dead_nodes = {0}; // and probes would be due
    engine.start();
    engine.submit(names(200));
    engine.advance(1min);
    bool throttled = false;
    engine.prod.on_node_poll = [&](std::size_t, const std::string&) -> poll_answer
    {
        if (std::exchange(throttled, true))
            return pending_reading();
        asking_error error = trouble_of(trouble::throttled, 429);
        error.retry_after = 30s;
        return error;
    };
    while (!throttled)
        engine.advance(1ms);
    const std::size_t before = engine.prod.ledger.size();
    CHECK(engine.report().paused_for.value_or(0ms) > 29s);
    engine.advance(29s + 900ms);
    CHECK(engine.prod.ledger.size() == before);
    engine.advance(1s);
    CHECK(engine.prod.ledger.size() > before + 10);
    CHECK_FALSE(engine.report().paused_for.has_value());
    CHECK(engine.prod.most_over_rate(50) <= 16 + 1e-6);
}

TEST_CASE("a request whose connection is being opened when Retry-After begins is not sent either")
{
    engine_fixture engine;
    engine.configured.appliances.at("prod").burst = 16;
    engine.start();
    engine.advance(1s);
    engine.prod.opening = 400ms;
    engine.prod.on_poll = [](const std::string&)
    {
        asking_error error = trouble_of(trouble::throttled, 429);
        error.retry_after = 30s;
        return error;
    };
    engine.submit({"job-1"});
    engine.advance(300ms);
    engine.submit({"job-2"}); // its connection is open 300 ms after the first one's answer
    engine.advance(20s);
    CHECK(engine.prod.polls_of("job-1") == 1);
    CHECK(engine.prod.polls_of("job-2") == 0);
    engine.advance(13s);
    CHECK(engine.prod.polls_of("job-2") == 1);
}

TEST_CASE(
    "429 and 503 without Retry-After halve what may be in flight, once per round, and it is slowly regained")
{
    engine_fixture engine;
    auto& prod = engine.configured.appliances.at("prod");
    prod.connections = 16;
    prod.burst = 50;
    engine.prod.latency = 500ms;
    engine.start();
    engine.submit(names(300));
    engine.advance(20s);
    REQUIRE(engine.report().window == 16);
    REQUIRE(engine.prod.in_flight == 16);
    const boot_time busy = engine.clock.now() + 500ms;
    engine.prod.on_poll = [&](const std::string&) -> poll_answer
    {
        if (engine.clock.now() <= busy)
            return trouble_of(trouble::throttled, 429);
        return pending_reading();
    };
    engine.advance(500ms);
    CHECK(engine.report().window == 8); // sixteen refusals, one round
    engine.prod.most_in_flight = 0;
    engine.advance(490ms);
    CHECK(engine.prod.most_in_flight <= 8);
    engine.advance(2s);
    CHECK(engine.report().window > 9);
    CHECK(engine.report().window < 16);
    engine.advance(2min);
    CHECK(engine.report().window == 16);
    CHECK(engine.store.count(event_type::appliance_unreachable) == 0);
}

TEST_CASE("a watch that was answered with 429 is polled again by its interval, not at once")
{
    engine_fixture engine;
    engine.prod.on_poll = [](const std::string&) { return trouble_of(trouble::throttled, 429); };
    engine.start();
    engine.submit({"job-1"});
    engine.advance(21s);
    CHECK(engine.prod.polls_of("job-1") >= 4);
    CHECK(engine.prod.polls_of("job-1") <= 10);
}

TEST_CASE("connections take time to open, and still no window of time holds more than was allowed")
{
    constexpr double rate = 50;
    constexpr std::uint32_t burst = 20;
    engine_fixture engine;
    auto& prod = engine.configured.appliances.at("prod");
    prod.requests_per_second = rate;
    prod.burst = burst;
    prod.connections = 16;
    prod.nodes.push_back({"cm2.example.com", 443, ""});
    engine.prod.opening = 700ms;
    engine.prod.token_life = 7s; // each login opens a connection, too
    engine.start();
    engine.submit(names(2'000));
    engine.advance(1min);
    for (int changes = 0; changes < 6; ++changes) // all connections are opened anew at each
    {
        engine.prod.dead_nodes = {static_cast<std::size_t>(changes % 2)};
        engine.advance(20s);
    }
    CHECK(engine.prod.most_over_rate(rate) <= burst + 1e-6);
    CHECK(static_cast<double>(engine.prod.ledger.size()) > rate * 150); // and it is well used
    CHECK(engine.report().in_flight <= 16);
}

TEST_CASE("we may open no more sockets: that is said once, blames no node, and loses no place")
{
    engine_fixture engine;
    engine.configured.appliances.at("prod").burst = 10;
    engine.start();
    engine.submit(names(20));
    engine.advance(10s);
    engine.prod.on_poll = [](const std::string&) { return trouble_of(trouble::own_limit); };
    const std::size_t before = engine.prod.ledger.size();
    const std::size_t warned = engine.lines.count(log_level::warning);
    engine.advance(60s);
    CHECK(engine.prod.ledger.size() - before <= 60 * 10);
    CHECK(engine.lines.count(log_level::warning) == warned + 1);
    CHECK(engine.store.count(event_type::appliance_unreachable) == 0);
    CHECK(engine.report().nodes.front().state == node_state::serving);
    engine.prod.on_poll = [](const std::string&) { return completed_reading(); };
    engine.advance(3s);
    CHECK(engine.store.count(event_type::job_finished) == 20);
}

TEST_CASE("one appliance that is dead, and one whose names hang, leave the third one as it was")
{
    const auto lag_of_third = [](bool foul)
    {
        engine_fixture engine;
        appliance_script& hanging = engine.add_appliance("hanging");
        appliance_script& third = engine.add_appliance("third");
        third.token_life = hanging.token_life = engine.prod.token_life = 24h;
        if (foul)
        {
            engine.prod.dead_nodes = {0};
            hanging.latency = 5s;
            hanging.on_poll = [](const std::string&) { return trouble_of(trouble::resolve); };
        }
        engine.start();
        for (const char* const appliance : {"prod", "hanging", "third"})
        {
            submit_command asked;
            asked.jobs = names(300);
            asked.appliance = appliance;
            (void)engine.ask(asked);
        }
        engine.advance(5min);
        CHECK(engine.report("third").errors == 0);
        return std::pair(engine.report("third").lag_worst, third.count(asked_for::job));
    };
    const auto fair = lag_of_third(false);
    const auto foul = lag_of_third(true);
    CHECK(foul.first < fair.first + 300ms);
    CHECK(foul.second + 50 > fair.second);
}

TEST_CASE("a flapping node costs no watch its place, and is no trouble of the appliance's")
{
    engine_fixture engine;
    auto& prod = engine.configured.appliances.at("prod");
    prod.nodes.push_back({"cm2.example.com", 443, ""});
    prod.burst = 10;
    engine.prod.token_life = 24h;
    engine.start();
    engine.submit(names(100));
    engine.advance(10s);
    std::size_t asked = 0;
    engine.prod.on_node_poll = [&](std::size_t node, const std::string&) -> poll_answer
    {
        if (node == 0 && ++asked % 4 == 0) // every fourth request fails
            return trouble_of(trouble::closed_early);
        return pending_reading();
    };
    engine.advance(10min);
    CHECK(engine.store.count(event_type::appliance_unreachable) == 0);
    CHECK(engine.report().lag_worst < 1s);
    CHECK(engine.polled().open() == 100);
    engine.prod.on_node_poll = [](std::size_t, const std::string&) { return completed_reading(); };
    engine.advance(75s);
    CHECK(engine.store.count(event_type::job_finished) == 100);
}
