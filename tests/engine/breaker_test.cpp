// Dead and half-dead appliances: one probe at a time, told once, and every watch keeps its place.
#include "engine/engine_fixture.hpp"

#include <doctest/doctest.h>

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

std::size_t times_opened(const engine_fixture& engine)
{
    constexpr std::string_view line = "is left alone but for probes";
    const std::string said = engine.lines.text();
    std::size_t found = 0;
    for (auto at = said.find(line); at != std::string::npos; at = said.find(line, at + 1))
        ++found;
    return found;
}

poll_answer no_connection(const std::string&)
{
    return trouble_of(trouble::connect);
}

} // namespace

TEST_CASE("a dead appliance sees one probe at a time with growing pauses, and is told of once")
{
    engine_fixture engine;
    engine.prod.refuses_old_tokens = false;
    engine.prod.token_life = 24h;
    engine.start();
    engine.submit(names(200));
    engine.advance(1min);
    engine.prod.on_poll = no_connection;
    const boot_time died = engine.clock.now();
    engine.advance(30min);

    std::vector<boot_time> probes;
    for (const boot_time at : engine.prod.times_of(asked_for::job))
        if (at > died + 1min)
            probes.push_back(at);
    CHECK(probes.size() < 29 * 2 * 5 / 4 + 2); // one in 30 s, less the jitter
    CHECK(probes.size() > 29 * 2 * 5 / 6 - 2);
    for (std::size_t at = 1; at < probes.size(); ++at)
        CHECK(probes[at] - probes[at - 1] >= 24s);
    CHECK(engine.store.count(event_type::appliance_unreachable) == 1);
    CHECK(engine.store.count(event_type::appliance_reachable) == 0);

    engine.prod.on_poll = [](const std::string&) { return completed_reading(); };
    engine.advance(36s + 10s);
    CHECK(engine.store.count(event_type::appliance_reachable) == 1);
    CHECK(engine.store.count(event_type::appliance_unreachable) == 1);
    // All were overdue by now, but for the watch of the last probe: none waited for another interval.
    CHECK(engine.polled().open() <= 1);
}

TEST_CASE("answers to requests from before the breaker opened let no second probe out")
{
    engine_fixture engine;
    engine.prod.token_life = 24h;
    engine.configured.appliances.at("prod").burst = 8;
    // Three fail at once and open the breaker; four time out one after another, while a probe is under way.
    engine.prod.latency_of = [&](const std::string& job) -> milliseconds
    {
        if (engine.prod.polls_of(job) > 1)
            return 30s;
        if (job == "job-1" || job == "job-2" || job == "job-3")
            return 10ms;
        return 2s + 500ms * (job.back() - '0');
    };
    engine.prod.on_poll = [](const std::string&) { return trouble_of(trouble::timed_out); };
    engine.start();
    engine.submit(names(7));
    engine.advance(1s + 100ms);
    REQUIRE(engine.store.count(event_type::appliance_unreachable) == 1);
    REQUIRE(engine.prod.in_flight == 4);
    engine.prod.most_in_flight = 0;
    for (int steps = 0; steps < 600; ++steps)
    {
        engine.advance(1s);
        if (engine.clock.now() > engine.prod.ledger.front().at + 10s)
            CHECK(engine.prod.in_flight <= 1);
    }
}

TEST_CASE("a watch whose poll was the probe is neither lost nor polled twice at once")
{
    engine_fixture engine;
    engine.start();
    engine.prod.on_poll = no_connection;
    engine.submit({"job-1"});
    engine.advance(10min);
    engine.prod.on_poll = [](const std::string&) { return completed_reading(); };
    engine.advance(2min);
    CHECK(engine.prod.most_of_one_job == 1);
    CHECK(engine.store.ending_of("job-1") == outcome::succeeded);
}

TEST_CASE("an appliance that dies before the first login is found again when it answers")
{
    engine_fixture engine;
    engine.prod.on_login = [] { return trouble_of(trouble::connect); };
    engine.start();
    engine.submit({"job-1"});
    engine.advance(2h);
    CHECK(engine.store.count(event_type::appliance_unreachable) == 1);
    CHECK(engine.prod.count(asked_for::login) < 140);
    engine.prod.on_login = nullptr;
    engine.advance(2min);
    CHECK(engine.store.count(event_type::appliance_reachable) == 1);
    CHECK(engine.prod.polls_of("job-1") > 0);
}

TEST_CASE("a surprise while polling opens no gate for ever and loses no watch")
{
    engine_fixture engine;
    engine.start();
    engine.prod.on_poll = no_connection;
    engine.submit(names(20));
    engine.advance(5min); // the breaker is open: the next poll is its probe
    engine.prod.on_poll = [](const std::string&) -> poll_answer
    { throw std::runtime_error("a bug of ours"); };
    engine.advance(5min);
    CHECK(engine.lines.holds("a bug of ours"));
    engine.prod.on_poll = [](const std::string&) { return completed_reading(); };
    engine.advance(5min);
    CHECK(engine.store.count(event_type::job_finished) == 20);
    CHECK(engine.report().in_flight == 0);
}

TEST_CASE(
    "jobs that are always answered with trouble of their own take a good node from nobody, but perhaps once")
{
    engine_fixture engine;
    engine.configured.appliances.at("prod").nodes = {
        {"cm1.example.com", 443, ""}, {"cm2.example.com", 443, ""}};
    engine.prod.on_poll = [](const std::string& job) -> poll_answer
    {
        if (job == "odd-1")
            return trouble_of(trouble::server_error, 500);
        if (job == "odd-2")
            return trouble_of(trouble::too_large, 200);
        return pending_reading();
    };
    engine.start();
    engine.submit({"odd-1", "odd-2", "job-1"});
    engine.advance(10min);
    const std::size_t openings = times_opened(engine);
    CHECK(openings <= 2); // while nothing else was known of them, on each node
    engine.advance(3h);
    CHECK(times_opened(engine) == openings);
    CHECK(engine.store.count(event_type::appliance_unreachable) == 0);

    engine.prod.on_node_poll = [](std::size_t node, const std::string&) -> poll_answer
    {
        if (node == 0)
            return trouble_of(trouble::server_error, 500);
        return pending_reading();
    };
    engine.advance(3min);
    CHECK(
        engine.report().nodes.at(0).state
        == node_state::open); // now it is the node, and the other one serves
    CHECK(engine.report().nodes.at(1).state == node_state::serving);
}

TEST_CASE("two appliances do not disturb each other")
{
    engine_fixture engine;
    appliance_script& second = engine.add_appliance("test");
    engine.prod.on_poll = no_connection;
    engine.prod.token_life = 24h; // or each renewal would show that it lives
    engine.start();
    engine.submit(names(50));
    submit_command asked;
    asked.jobs = names(50); // the same ids: other jobs
    asked.appliance = "test";
    (void)engine.ask(asked);
    engine.advance(10min);
    CHECK(engine.report("test").errors == 0);
    CHECK(second.count(asked_for::job) > 50 * 15);
    CHECK(engine.store.count(event_type::appliance_unreachable) == 1);
    CHECK(engine.polled().open() == 100);

    second.on_poll = [](const std::string&) { return completed_reading(); };
    engine.advance(2min);
    CHECK(engine.report("test").open == 0);
    CHECK(engine.report("prod").open == 50);
}
