#include "engine/engine_fixture.hpp"

#include <doctest/doctest.h>

using namespace jobwatch;
using namespace jobwatch::test;
using namespace std::chrono_literals;

using asked_for = appliance_script::asked_for;

TEST_CASE("a job that ends is reported once, soon after it ended")
{
    engine_fixture engine;
    engine.start();
    engine.submit({"job-1"});
    engine.prod.ends("job-1", engine.clock.now() + 20s);
    engine.advance(5min);

    CHECK(engine.store.count(event_type::job_finished) == 1);
    CHECK(engine.store.ending_of("job-1") == outcome::succeeded);
    CHECK(engine.polled().open() == 0);
    const std::size_t polls = engine.prod.polls_of("job-1");
    engine.advance(1h);
    CHECK(engine.prod.polls_of("job-1") == polls); // an ended watch is polled no more
}

TEST_CASE("the first poll comes after first_after, and the polls of an old watch are max_interval apart")
{
    engine_fixture engine;
    engine.start();
    const boot_time submitted = engine.clock.now();
    engine.submit({"job-1"});
    engine.advance(2h);

    std::vector<boot_time> polls;
    for (const auto& entry : engine.prod.ledger)
        if (entry.what == asked_for::job)
            polls.push_back(entry.at);
    REQUIRE(polls.size() > 60);
    CHECK(polls.front() - submitted >= 1s);
    CHECK(polls.front() - submitted < 2s);
    for (std::size_t at = 1; at < polls.size(); ++at)
    {
        const milliseconds interval = span_between(polls[at - 1], polls[at]);
        CHECK(interval >= 1'600ms);  // min_interval less its jitter
        CHECK(interval <= 72'100ms); // max_interval and its jitter
    }
}

TEST_CASE("no error while asking ends a watch, however long it lasts")
{
    for (const trouble what :
         {trouble::resolve, trouble::connect, trouble::tls, trouble::timed_out, trouble::closed_early,
          trouble::forbidden, trouble::throttled, trouble::unavailable, trouble::gateway,
          trouble::server_error, trouble::refused, trouble::unreadable, trouble::too_large})
    {
        CAPTURE(to_string(what));
        engine_fixture engine;
        engine.prod.on_poll = [&](const std::string&) { return trouble_of(what, 500); };
        engine.start();
        engine.submit({"job-1"});
        engine.advance(24h);
        CHECK(engine.polled().open() == 1);
        CHECK_FALSE(engine.store.ending_of("job-1").has_value());

        engine.prod.ends("job-1", engine.clock.now());
        engine.advance(10min);
        CHECK(engine.store.ending_of("job-1") == outcome::succeeded);
    }
}

TEST_CASE("a kept connection that was closed meanwhile costs a request, but is no trouble of the appliance")
{
    engine_fixture engine;
    std::size_t closed = 0;
    engine.prod.on_poll = [&](const std::string&) -> poll_answer
    {
        if (++closed % 2 == 1)
            return trouble_of(trouble::kept_closed);
        return pending_reading();
    };
    engine.start();
    engine.submit({"job-1"});
    engine.advance(10min);

    const appliance_report report = engine.polled().reports().front();
    CHECK(report.errors == 0);
    CHECK(report.readings >= 10);
    CHECK(engine.prod.polls_of("job-1") == 2 * report.readings);
    CHECK(report.requests == engine.prod.ledger.size()); // the repeats passed the gate
    CHECK(engine.store.count(event_type::appliance_unreachable) == 0);
    CHECK(engine.prod.most_in_window(1s) <= 51);
}
