// An appliance restarts, in the order that the API reference tells: nothing listens, handshakes fail, 503 to all, then
// it knows no old token, and its own login service comes last.
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

// All requests from then on.
std::vector<appliance_script::entry> since(const appliance_script& script, boot_time moment)
{
    std::vector<appliance_script::entry> later;
    for (const auto& one : script.ledger)
        if (one.at >= moment)
            later.push_back(one);
    return later;
}

} // namespace

TEST_CASE(
    "a restart of the appliance, step by step, with 1,000 watches: told once, left alone, no watch lost")
{
    constexpr double rate = 100;
    constexpr std::uint32_t burst = 5;
    engine_fixture engine;
    engine.configured.appliances.at("prod").requests_per_second = rate;
    engine.configured.appliances.at("prod").burst = burst;
    engine.prod.token_life = 24h;
    engine.start();
    engine.submit(names(1'000));
    engine.advance(5min);

    const boot_time died = engine.clock.now();
    engine.prod.dead_nodes = {0};
    engine.advance(2min);
    engine.prod.dead_nodes.clear();
    for (const trouble what : {trouble::tls, trouble::unavailable})
    {
        engine.prod.on_poll = [what](const std::string&) { return trouble_of(what); };
        engine.prod.on_login = [what] { return trouble_of(what); };
        engine.advance(1min);
    }
    engine.prod.newest_token = "of its new key"; // none of ours is good any more
    engine.prod.on_poll = [](const std::string&) { return pending_reading(); };
    const auto while_dead = since(engine.prod, died);
    CHECK(while_dead.size() < 30);
    CHECK(engine.store.count(event_type::appliance_unreachable) == 1);
    CHECK(engine.store.count(event_type::appliance_reachable) == 0);

    engine.prod.on_login = nullptr;
    const boot_time back = engine.clock.now();
    engine.advance(3min);
    std::set<std::string> polled;
    std::size_t grants = 0;
    std::size_t with_old_token = 0;
    for (const auto& one : since(engine.prod, back))
    {
        polled.insert(one.job);
        grants += one.what == asked_for::job ? 0 : 1;
        with_old_token += one.what == asked_for::job && one.jwt == engine.prod.ledger.front().jwt ? 1 : 0;
    }
    CHECK(polled.size() == 1'000 + 1); // and "", for the login
    CHECK(grants == 1);
    CHECK(with_old_token <= 8);
    CHECK(engine.prod.most_over_rate(rate) <= burst + 1e-6);
    CHECK(engine.polled().open() == 1'000);
    CHECK(engine.store.count(event_type::appliance_unreachable) == 1);
    CHECK(engine.store.count(event_type::appliance_reachable) == 1);
    CHECK(engine.store.count(event_type::appliance_auth_failed) == 0);
}

TEST_CASE("a login service that is down while its node is up costs no poll as long as the token lives")
{
    engine_fixture engine;
    engine.prod.token_life = 10min;
    engine.start();
    engine.submit(names(50));
    engine.advance(3min);
    const std::size_t errors = engine.report().errors;
    engine.prod.on_login = [] { return trouble_of(trouble::unavailable, 503); };
    engine.advance(6min); // its renewal is due after two of them
    CHECK(engine.report().errors == errors);
    CHECK(engine.report().lag_worst < 1s);
    CHECK(engine.prod.count(asked_for::refresh) > 3);
    CHECK(engine.prod.count(asked_for::refresh) < 12);
    CHECK(engine.store.count(event_type::appliance_unreachable) == 0);
    engine.prod.on_login = nullptr;
    engine.advance(2min);
    CHECK(engine.report().token.starts_with("valid for "));
    CHECK(engine.store.count(event_type::appliance_auth_failed) == 0);
}

TEST_CASE(
    "a login service that comes a minute after its node: no poll is sent without a token, and none is lost")
{
    engine_fixture engine;
    engine.configured.appliances.at("prod").burst = 10;
    engine.start();
    engine.submit(names(200));
    engine.advance(2min);
    engine.prod.newest_token = "of its new key";
    engine.prod.on_login = [] { return trouble_of(trouble::unavailable, 503); };
    engine.advance(1min);
    const boot_time back = engine.clock.now();
    engine.prod.on_login = nullptr;
    engine.advance(2min);
    CHECK(engine.store.count(event_type::appliance_unreachable) <= 1);
    CHECK(
        engine.store.count(event_type::appliance_unreachable)
        == engine.store.count(event_type::appliance_reachable));
    CHECK(engine.store.count(event_type::appliance_auth_failed) == 0);
    std::set<std::string> polled;
    for (const auto& one : since(engine.prod, back))
        polled.insert(one.job);
    CHECK(polled.size() == 200 + 1);
    CHECK(engine.polled().open() == 200);
}
