// The trouble of an appliance is told once each way, whatever restarts in between.
#include "engine/engine_fixture.hpp"

#include <doctest/doctest.h>

using namespace jobwatch;
using namespace jobwatch::test;
using namespace std::chrono_literals;

namespace
{

void die(appliance_script& appliance)
{
    appliance.on_poll = [](const std::string&) -> poll_answer { return trouble_of(trouble::connect); };
    appliance.on_login = []() -> grant_answer { return trouble_of(trouble::connect); };
}

void come_back(appliance_script& appliance)
{
    appliance.on_poll = [](const std::string&) -> poll_answer { return pending_reading(); };
    appliance.on_login = nullptr;
}

} // namespace

TEST_CASE("an appliance that is dead before and after a restart is told of once, and once when it is back")
{
    engine_fixture engine;
    engine.start();
    engine.submit({"job-1"});
    die(engine.prod);
    engine.advance(5min);
    REQUIRE(engine.store.count(event_type::appliance_unreachable) == 1);
    engine.restart();
    engine.advance(5min);
    CHECK(engine.store.count(event_type::appliance_unreachable) == 1);
    CHECK(engine.store.count(event_type::appliance_reachable) == 0);
    come_back(engine.prod);
    engine.advance(5min);
    CHECK(engine.store.count(event_type::appliance_reachable) == 1);
}

TEST_CASE("an appliance that comes back while the daemon is down is told of at the first answer")
{
    engine_fixture engine;
    engine.start();
    engine.submit({"job-1"});
    die(engine.prod);
    engine.advance(5min);
    REQUIRE(engine.store.count(event_type::appliance_unreachable) == 1);
    engine.stop();
    come_back(engine.prod);
    engine.start();
    engine.advance(2min);
    CHECK(engine.store.count(event_type::appliance_reachable) == 1);
}
