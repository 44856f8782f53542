#include "engine/engine_fixture.hpp"

#include <doctest/doctest.h>

using namespace jobwatch;
using namespace jobwatch::test;
using namespace std::chrono_literals;

TEST_CASE("polls go on while the disk takes its time, and each ending is stored once")
{
    engine_fixture engine;
    engine.configured.appliances.begin()->second.connections = 1;
    engine.start();
    engine.submit({"job-1", "job-2"});
    engine.advance(1min);
    engine.prod.ends("job-1", engine.clock.now());
    engine.store.holds_updates = true;
    engine.advance(5min);
    CHECK(engine.store.held_updates() == 1); // job-1 is not polled again while its ending is on its way
    const std::size_t polls = engine.prod.polls_of("job-2");
    engine.advance(10min);
    CHECK(engine.prod.polls_of("job-2") > polls);
    CHECK_FALSE(engine.store.ending_of("job-1").has_value());

    engine.store.release_updates();
    engine.advance(5min);
    CHECK(engine.store.ending_of("job-1") == outcome::succeeded);
    CHECK(engine.store.count(event_type::job_finished) == 1);
    CHECK(engine.polled().open() == 1);
}

TEST_CASE("only so much may wait for a slow disk: then the polls wait, too, and nothing is lost")
{
    engine_fixture engine;
    engine.start();
    const std::size_t most = max_storing + engine.configured.appliances.begin()->second.connections;
    std::vector<std::string> jobs;
    for (std::size_t number = 0; number < 2 * most; ++number)
        jobs.push_back("job-" + std::to_string(number));
    engine.store.holds_updates = true; // each watch's first reading has a new word to store
    engine.submit(jobs);
    engine.advance(10min);
    CHECK(engine.store.held_updates() == most);

    for (const std::string& job : jobs)
        engine.prod.ends(job, engine.clock.now());
    engine.store.release_updates();
    engine.advance(10min);
    CHECK(engine.store.count(event_type::job_finished) == jobs.size());
    CHECK(engine.polled().open() == 0);
}
