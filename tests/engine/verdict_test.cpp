// From an appliance's answers to the events, end to end, across restarts too.
#include "engine/engine_fixture.hpp"

#include <doctest/doctest.h>

using namespace jobwatch;
using namespace jobwatch::test;
using namespace std::chrono_literals;

namespace
{

reading ended_with(const std::string& word)
{
    reading given;
    given.status = word;
    return given;
}

} // namespace

TEST_CASE("each way a job can end gives its outcome, in exactly one event")
{
    reading partial = completed_reading();
    partial.done = done_part::some;
    reading cancelled = ended_with("completed");
    cancelled.abort = true;
    const std::vector<std::pair<reading, outcome>> endings{
        {completed_reading(), outcome::succeeded},   {ended_with("failed"), outcome::failed},
        {ended_with("Error"), outcome::failed},      {partial, outcome::partial},
        {ended_with("aborted"), outcome::cancelled}, {cancelled, outcome::cancelled},
        {ended_with("success"), outcome::succeeded},
    };
    for (const auto& [given, expected] : endings)
    {
        CAPTURE(given.status);
        engine_fixture engine;
        engine.prod.on_poll = [&](const std::string&) { return given; };
        engine.start();
        engine.submit({"job-1"});
        engine.advance(1min);
        engine.restart();
        engine.advance(1min);
        CHECK(engine.store.ending_of("job-1") == expected);
        CHECK(engine.store.count(event_type::job_finished) == 1);
        CHECK(engine.prod.polls_of("job-1") == 1);
    }
}

TEST_CASE(
    "an unrecognised word is told once, also across a restart, and the operator's mapping ends the watch")
{
    engine_fixture engine;
    engine.prod.on_poll = [](const std::string&) { return ended_with("percolating"); };
    engine.start();
    engine.submit({"job-1"});
    engine.advance(10min);
    const std::size_t polls = engine.prod.polls_of("job-1");
    CHECK(polls < 14); // polled slowly from then on
    engine.restart();
    engine.advance(10min);
    CHECK(engine.store.count(event_type::job_unrecognised) == 1);
    CHECK(engine.store.count(event_type::job_status) == 1);
    CHECK(engine.polled().open() == 1);

    engine.stop();
    engine.configured.kinds.at(std::string(default_kind)).succeeded.emplace_back("percolating");
    engine.start();
    engine.advance(2min);
    CHECK(engine.store.ending_of("job-1") == outcome::succeeded);
}

TEST_CASE("a watch that may not be read is blocked once and unblocked once, across restarts")
{
    engine_fixture engine;
    engine.prod.on_poll = [](const std::string&) { return trouble_of(trouble::forbidden, 403); };
    engine.start();
    engine.submit({"job-1"});
    engine.advance(10min);
    engine.restart();
    engine.advance(10min);
    CHECK(engine.store.count(event_type::watch_blocked) == 1);
    engine.prod.on_poll = [](const std::string&) { return pending_reading(); };
    engine.advance(2min);
    engine.restart();
    engine.advance(10min);
    CHECK(engine.store.count(event_type::watch_blocked) == 1);
    CHECK(engine.store.count(event_type::watch_unblocked) == 1);
}

TEST_CASE("an overdue job is told of once, and its late end is still reported")
{
    engine_fixture engine;
    engine.start();
    engine.submit({"job-1"});
    engine.advance(2h);
    engine.restart();
    engine.advance(2h);
    CHECK(engine.store.count(event_type::job_overdue) == 1);
    engine.prod.ends("job-1", engine.clock.now());
    engine.advance(2min);
    CHECK(engine.store.ending_of("job-1") == outcome::succeeded);
}

TEST_CASE("give_up_after abandons a watch once, even while the appliance only gives errors")
{
    engine_fixture engine;
    engine.configured.poll.give_up_after = 1h;
    engine.prod.on_poll = [](const std::string&) { return trouble_of(trouble::server_error, 500); };
    engine.start();
    engine.submit({"job-1"});
    engine.advance(30min);
    engine.restart();
    engine.advance(29min);
    CHECK(engine.polled().open() == 1);
    engine.advance(3min);
    CHECK(engine.store.ending_of("job-1") == outcome::abandoned);
    CHECK(engine.store.count(event_type::job_finished) == 1);
}

TEST_CASE("a job that was never seen is lost after lost_after_unseen of 404, one that was seen is not")
{
    engine_fixture engine;
    engine.start();
    engine.submit({"seen"});
    engine.advance(1min);
    engine.prod.on_poll = [](const std::string&) { return trouble_of(trouble::not_found, 404); };
    engine.submit({"never-seen"});
    engine.advance(9min);
    CHECK(engine.polled().open() == 2);
    engine.advance(5min);
    CHECK(engine.store.ending_of("never-seen") == outcome::lost);
    CHECK_FALSE(engine.store.ending_of("seen").has_value());
    engine.restart();
    engine.advance(1h);
    CHECK(engine.store.count(event_type::job_finished) == 1);
    CHECK(engine.polled().open() == 1);
}

TEST_CASE("while the disk refuses writes an ending stays open, and is reported exactly once afterwards")
{
    engine_fixture engine;
    engine.start();
    engine.submit({"job-1"});
    engine.store.refuses_writes = true;
    engine.prod.ends("job-1", engine.clock.now());
    engine.advance(10min);
    CHECK(engine.polled().open() == 1);
    CHECK(engine.prod.polls_of("job-1") < 15); // polled on, slowly
    const auto refused = engine.ask(submit_command{{"job-2"}, {}, {}, {}, {}, {}, false});
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().code == refusal_code::state_not_writable);
    CHECK(engine.store.events().size() == 1); // watch.added of job-1

    engine.store.refuses_writes = false;
    engine.advance(2min);
    CHECK(engine.store.count(event_type::job_finished) == 1);
    CHECK(engine.polled().open() == 0);
    CHECK_FALSE(engine.store.ending_of("job-2").has_value());
}

TEST_CASE("news that could not be stored are said once they can be")
{
    engine_fixture engine;
    engine.start();
    engine.submit({"job-1"});
    engine.prod.on_poll = [](const std::string&) { return ended_with("percolating"); };
    engine.store.refuses_writes = true;
    engine.advance(5min);
    engine.store.refuses_writes = false;
    engine.advance(5min);
    CHECK(engine.store.count(event_type::job_unrecognised) == 1);
    CHECK(engine.store.count(event_type::job_status) == 1);
}
