// Promise 5: the appliance is never hammered. What is asked of it is read from its ledger.
#include "engine/engine_fixture.hpp"

#include <doctest/doctest.h>

#include <cmath>

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

// Spans from one millisecond up to the whole story.
void check_windows(const appliance_script& script, double rate, std::uint32_t burst)
{
    for (milliseconds window = 1ms; window < 1h; window = window * 3 / 2 + 1ms)
    {
        const double allowed = rate * static_cast<double>(window.count()) / 1000 + burst;
        CAPTURE(window.count());
        CHECK(static_cast<double>(script.most_in_window(window)) <= allowed + 1e-9);
    }
}

} // namespace

TEST_CASE("no window of time holds more requests than the rate and the burst allow, logins included")
{
    struct limits
    {
        double rate;
        std::uint32_t burst;
    };
    for (const limits& set : {limits{50, 1}, limits{3, 7}, limits{0.4, 2}, limits{333, 20}})
    {
        CAPTURE(set.rate);
        engine_fixture engine;
        auto& prod = engine.configured.appliances.at("prod");
        prod.requests_per_second = set.rate;
        prod.burst = set.burst;
        engine.prod.token_life = 3s;
        engine.start();
        engine.submit(names(300));
        engine.advance(20s);
        engine.prod.newest_token = "revoked"; // repeats count too
        engine.advance(20s);
        check_windows(engine.prod, set.rate, set.burst);
        CHECK(static_cast<double>(engine.prod.ledger.size()) > 0.8 * std::min(set.rate * 40, 3000.0));
    }
}

TEST_CASE("never more requests are in flight than connections are configured, a login included")
{
    for (const std::uint32_t connections : {1U, 2U, 8U})
    {
        CAPTURE(connections);
        engine_fixture engine;
        engine.configured.appliances.at("prod").connections = connections;
        engine.prod.latency = 700ms;
        engine.prod.refuses_old_tokens = false; // a renewal overtakes polls that are under way
        engine.prod.token_life = 10s;
        engine.start();
        engine.submit(names(100));
        engine.advance(2min);
        CHECK(engine.prod.most_in_flight == connections);
        CHECK(engine.prod.count(asked_for::refresh) > 15); // a login waits for a place, but not long
        CHECK(engine.report().errors == 0);
        // Slow answers, and every place is used nearly all the time.
        CHECK(engine.prod.count(asked_for::job) > connections * 110);
    }
}

TEST_CASE("Retry-After pauses the whole appliance, not one watch")
{
    engine_fixture engine;
    engine.start();
    engine.submit(names(100));
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
    engine.advance(20ms);
    const std::size_t before = engine.prod.ledger.size();
    engine.advance(89s);
    CHECK(engine.prod.ledger.size() == before);
    engine.advance(2s);
    CHECK(engine.prod.ledger.size() > before + 20);
    check_windows(engine.prod, 50, 1); // nothing is made up for
}

TEST_CASE("an absurd Retry-After pauses for retry_after_limit at most")
{
    engine_fixture engine;
    engine.prod.token_life = 24h;
    engine.start();
    engine.submit({"job-1"});
    engine.prod.on_poll = [&](const std::string&)
    {
        asking_error error = trouble_of(trouble::unavailable, 503);
        error.retry_after = 24h * 3650;
        return error;
    };
    engine.advance(2s);
    const std::size_t before = engine.prod.ledger.size();
    REQUIRE(before == 2); // the login and one poll
    engine.advance(5min - 2s);
    CHECK(engine.prod.ledger.size() == before);
    engine.advance(10s);
    CHECK(engine.prod.ledger.size() == before + 1);
}

TEST_CASE("a negative Retry-After is no pause")
{
    engine_fixture engine;
    engine.start();
    engine.submit({"job-1"});
    engine.prod.on_poll = [&](const std::string&)
    {
        asking_error error = trouble_of(trouble::throttled, 429);
        error.retry_after = -24h;
        return error;
    };
    engine.advance(20s);
    CHECK(engine.prod.polls_of("job-1") > 4);
}
