// 404 and 403: a watch's trouble, or its appliance's. What ends a watch, what is told, and how often.
#include "engine/engine_fixture.hpp"

#include <doctest/doctest.h>

#include <set>

using namespace jobwatch;
using namespace jobwatch::test;
using namespace std::chrono_literals;

namespace
{

std::vector<std::string> names(int count)
{
    std::vector<std::string> jobs;
    for (int number = 1; number <= count; ++number)
        jobs.push_back("job-" + std::to_string(number));
    return jobs;
}

// An appliance that knows nothing of some jobs, may not show some, and shows the others.
struct moody
{
    std::set<std::string> missing{};
    std::set<std::string> refused{};
    bool misses_all = false;
    bool refuses_all = false;

    void script(engine_fixture& engine)
    {
        engine.prod.on_poll = [this](const std::string& job) -> poll_answer
        {
            if (misses_all || missing.contains(job))
                return trouble_of(trouble::not_found, 404);
            if (refuses_all || refused.contains(job))
                return trouble_of(trouble::forbidden, 403);
            return pending_reading();
        };
    }
};

} // namespace

TEST_CASE("a typing error as the only watch ends lost after its time")
{
    engine_fixture engine;
    moody appliance{.missing = {"no-such-job"}};
    appliance.script(engine);
    engine.start();
    engine.submit({"no-such-job"});
    engine.advance(9min);
    CHECK(engine.polled().open() == 1);
    engine.advance(4min);
    CHECK(engine.store.ending_of("no-such-job") == outcome::lost);
    CHECK(engine.store.count(event_type::appliance_degraded) == 0);
}

TEST_CASE("a job that was shown and is gone ends lost after an hour, and the others go on")
{
    engine_fixture engine;
    moody appliance;
    appliance.script(engine);
    engine.start();
    engine.submit(names(3));
    engine.advance(10min);
    appliance.missing = {"job-2"};
    engine.advance(58min);
    CHECK(engine.polled().open() == 3);
    const std::size_t polls = engine.prod.polls_of("job-2");
    engine.advance(4min);
    CHECK(engine.store.ending_of("job-2") == outcome::lost);
    CHECK(engine.prod.polls_of("job-2") - polls < 6); // slowly
    CHECK(engine.polled().open() == 2);
    CHECK(engine.store.count(event_type::appliance_degraded) == 0);
}

TEST_CASE("an appliance that answers 404 for everything it knew ends nothing, and tells it once each way")
{
    engine_fixture engine;
    moody appliance;
    appliance.script(engine);
    engine.start();
    engine.submit(names(20));
    engine.advance(10min);
    appliance.misses_all = true;
    engine.advance(9min);
    CHECK(engine.store.count(event_type::appliance_degraded) == 0); // nodes may lag
    engine.advance(5h);
    engine.restart();
    engine.advance(5h);
    CHECK(engine.store.count(event_type::job_finished) == 0);
    CHECK(engine.store.count(event_type::appliance_degraded) == 1);
    CHECK(engine.store.count(event_type::appliance_restored) == 0);

    appliance.misses_all = false;
    appliance.missing = {"job-1"}; // this one is gone indeed
    engine.advance(50min);
    CHECK(engine.store.count(event_type::appliance_restored) == 1);
    CHECK(engine.store.count(event_type::job_finished) == 0); // its row counts from the recovery on
    engine.advance(20min);
    CHECK(engine.store.ending_of("job-1") == outcome::lost);
    CHECK(engine.store.count(event_type::job_finished) == 1);
    CHECK(engine.store.count(event_type::appliance_degraded) == 1);
    CHECK(engine.store.count(event_type::appliance_restored) == 1);
}

TEST_CASE("a lone job that was shown and is gone stays open until others show that the appliance is well")
{
    engine_fixture engine;
    moody appliance;
    appliance.script(engine);
    engine.start();
    engine.submit({"job-1"});
    engine.advance(10min);
    appliance.missing = {"job-1"};
    engine.advance(48h);
    CHECK(engine.polled().open() == 1);
    CHECK(engine.store.count(event_type::appliance_degraded) == 1);
    engine.submit({"job-2"});
    engine.advance(70min);
    CHECK(engine.store.count(event_type::appliance_restored) == 1);
    CHECK(engine.store.ending_of("job-1") == outcome::lost);
}

TEST_CASE("short jobs that come and go speak for the appliance while a job is gone")
{
    engine_fixture engine;
    moody appliance;
    appliance.script(engine);
    engine.start();
    engine.submit({"job-gone"});
    engine.advance(1min);
    appliance.missing = {"job-gone"};
    for (int number = 0; number < 20 && engine.polled().open() != 0; ++number)
    {
        const std::string job = "short-" + std::to_string(number);
        engine.prod.ends(job, engine.clock.now() + 10s);
        engine.submit({job});
        engine.advance(4min);
    }
    CHECK(engine.store.ending_of("job-gone") == outcome::lost);
    CHECK(engine.store.count(event_type::appliance_degraded) == 0);
}

TEST_CASE("a degraded appliance is told as restored when its last missing watch is removed")
{
    engine_fixture engine;
    moody appliance;
    appliance.script(engine);
    engine.start();
    const watch_number number = engine.submit_one("job-1");
    engine.advance(1min);
    appliance.misses_all = true;
    engine.advance(20min);
    REQUIRE(engine.store.count(event_type::appliance_degraded) == 1);
    remove_command asked;
    asked.which.watches = {number};
    REQUIRE(engine.ask(asked).has_value());
    engine.advance(1s);
    CHECK(engine.store.count(event_type::appliance_restored) == 1);
}

TEST_CASE("a hundred watches that are refused give one appliance.forbidden and no watch.blocked")
{
    engine_fixture engine;
    moody appliance{.refuses_all = true};
    appliance.script(engine);
    engine.start();
    engine.submit(names(100));
    engine.advance(30min);
    engine.restart();
    engine.advance(30min);
    engine.submit({"late"});
    engine.advance(10min);
    CHECK(engine.store.count(event_type::appliance_forbidden) == 1);
    CHECK(engine.store.count(event_type::watch_blocked) == 0);
    CHECK(engine.polled().open() == 101);

    appliance.refuses_all = false;
    appliance.refused = {"job-7"};
    engine.advance(5min);
    engine.restart();
    engine.advance(5min);
    CHECK(engine.store.count(event_type::appliance_restored) == 1);
    CHECK(engine.store.count(event_type::watch_unblocked) == 0);
    CHECK(engine.store.count(event_type::watch_blocked) == 1); // job-7 is its own trouble from then on
    CHECK(engine.store.count(event_type::appliance_forbidden) == 1);
}

TEST_CASE("three refused watches of a hundred are each told once, also across a restart")
{
    engine_fixture engine;
    moody appliance{.refused = {"job-1", "job-50", "job-100"}};
    appliance.script(engine);
    engine.start();
    engine.submit(names(100));
    engine.advance(10s);
    CHECK(engine.store.count(event_type::watch_blocked) == 0); // one refusal may be an accident
    engine.advance(10min);
    CHECK(engine.store.count(event_type::watch_blocked) == 3);
    engine.restart();
    engine.advance(10min);
    CHECK(engine.store.count(event_type::watch_blocked) == 3);
    CHECK(engine.store.count(event_type::appliance_forbidden) == 0);
    CHECK(engine.prod.polls_of("job-1") < 30);

    appliance.refused.clear();
    engine.advance(3min);
    CHECK(engine.store.count(event_type::watch_unblocked) == 3);
}

TEST_CASE("a job that is refused in spite of a fresh token is told as blocked, once")
{
    engine_fixture engine;
    engine.prod.on_poll = [](const std::string& job) -> poll_answer
    {
        if (job == "odd")
            return trouble_of(trouble::unauthorized, 401);
        return pending_reading();
    };
    engine.start();
    engine.submit({"job-1", "job-2", "odd"});
    engine.advance(10min);
    engine.restart();
    engine.advance(10min);
    CHECK(engine.store.count(event_type::watch_blocked) == 1);
    CHECK(engine.store.count(event_type::appliance_forbidden) == 0);
    for (const event& happened : engine.store.events())
        if (happened.type == event_type::watch_blocked)
            CHECK(happened.reason.find("in spite of a fresh token") != std::string::npos);
    engine.prod.on_poll = [](const std::string&) { return pending_reading(); };
    engine.advance(3min);
    CHECK(engine.store.count(event_type::watch_unblocked) == 1);
}

TEST_CASE("a view of a watch tells its last error until there is a reading, and the log names the job once")
{
    engine_fixture engine;
    bool fails = true;
    engine.prod.on_poll = [&](const std::string& job) -> poll_answer
    {
        if (job == "job-1" && fails)
            return trouble_of(trouble::server_error, 500);
        return pending_reading();
    };
    engine.start();
    const watch_number number = engine.submit_one("job-1");
    engine.submit({"job-2"}); // good and bad answers take turns: that must not be a line for each
    engine.advance(1h);
    const get_command asked{number};
    CHECK(std::get<watch_view>(engine.ask(asked).value()).last_error == "HTTP 500: the appliance failed");
    CHECK(engine.lines.holds("prod job-1: scripted trouble: server_error"));
    CHECK(engine.lines.count(log_level::warning) == 1);
    fails = false;
    engine.advance(3min);
    CHECK(std::get<watch_view>(engine.ask(asked).value()).last_error.empty());
}

TEST_CASE("a full disk is no line for each watch and interval")
{
    engine_fixture engine;
    engine.start();
    engine.submit(names(10));
    engine.store.refuses_writes = true;
    for (const std::string& job : names(10))
        engine.prod.ends(job, engine.clock.now());
    engine.advance(1h);
    CHECK(engine.polled().open() == 10);
    CHECK(engine.lines.count(log_level::error) == 0); // the store tells it, once
    engine.store.refuses_writes = false;
    engine.advance(3min);
    CHECK(engine.store.count(event_type::job_finished) == 10);
}

TEST_CASE("a job's first reading is remembered across a restart, even when it has no word")
{
    engine_fixture engine;
    bool shows = true;
    engine.prod.on_poll = [&](const std::string& job) -> poll_answer
    {
        if (job == "job-1" && !shows)
            return trouble_of(trouble::not_found, 404);
        return job == "job-1" ? reading{} : pending_reading();
    };
    engine.start();
    engine.submit({"job-1", "job-2"});
    engine.advance(2s);
    shows = false;
    engine.restart();
    engine.advance(30min);
    CHECK(engine.polled().open() == 2); // not taken for a typing error
}
