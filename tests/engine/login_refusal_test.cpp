// Refused logins lock accounts: two, then none until the secret changes or the time has passed, whatever restarts
// in between.
#include "engine/engine_fixture.hpp"

#include <doctest/doctest.h>

using namespace jobwatch;
using namespace jobwatch::test;
using namespace std::chrono_literals;

using asked_for = appliance_script::asked_for;

namespace
{

void refuse_logins(appliance_script& appliance)
{
    appliance.on_login = [] { return trouble_of(trouble::unauthorized, 401); };
}

// Two refused logins, and a watch that waits for a better secret.
void start_with_a_wrong_password(engine_fixture& engine)
{
    refuse_logins(engine.prod);
    engine.start();
    engine.submit({"job-1"});
    engine.advance(1min);
    REQUIRE(engine.prod.count(asked_for::login) == 2);
}

} // namespace

TEST_CASE("a wrong password costs two logins, however often the daemon is restarted")
{
    engine_fixture engine;
    start_with_a_wrong_password(engine);
    for (int restarts = 0; restarts < 5; ++restarts)
    {
        engine.restart();
        engine.advance(1min);
    }
    CHECK(engine.prod.count(asked_for::login) == 2);
    CHECK(engine.store.count(event_type::appliance_auth_failed) == 1);
    CHECK(engine.store.count(event_type::appliance_auth_restored) == 0);
    CHECK(engine.lines.holds("refused before the restart"));
}

TEST_CASE("a restart between the first and the second refusal makes no third")
{
    engine_fixture engine;
    refuse_logins(engine.prod);
    engine.start();
    engine.advance(500ms);
    REQUIRE(engine.prod.count(asked_for::login) == 1);
    for (int restarts = 0; restarts < 3; ++restarts)
    {
        engine.restart();
        engine.advance(1min);
        CHECK(engine.prod.count(asked_for::login) == 2);
    }
}

TEST_CASE("a password that is corrected while the daemon is down is tried at once, and all is forgotten")
{
    engine_fixture engine;
    start_with_a_wrong_password(engine);
    engine.stop();
    engine.prod.secret_stamp = "the right one";
    engine.prod.on_login = nullptr;
    engine.start();
    engine.advance(10s);
    CHECK(engine.prod.count(asked_for::login) == 3);
    CHECK(engine.prod.count(asked_for::job) > 0);
    CHECK(engine.store.count(event_type::appliance_auth_restored) == 1);

    refuse_logins(engine.prod); // two for this secret as well
    engine.restart();
    engine.advance(1min);
    CHECK(engine.prod.count(asked_for::login) == 5);
}

TEST_CASE("a password that is corrected after a restart needs no other restart")
{
    engine_fixture engine;
    start_with_a_wrong_password(engine);
    engine.restart();
    engine.advance(1min);
    engine.prod.on_login = nullptr;
    engine.advance(1min);
    CHECK(engine.prod.count(asked_for::login) == 2); // nobody told us that it is right now
    engine.prod.secret_stamp = "the right one";
    engine.advance(3s);
    CHECK(engine.prod.count(asked_for::login) == 3);
    CHECK(engine.prod.count(asked_for::job) > 0);
}

TEST_CASE("the time until the next login goes on while the daemon is down, and then there is one")
{
    engine_fixture engine;
    start_with_a_wrong_password(engine);
    engine.stop();
    engine.advance(20min);
    engine.start();
    engine.advance(8min);
    CHECK(engine.prod.count(asked_for::login) == 2);
    engine.advance(2min);
    CHECK(engine.prod.count(asked_for::login) == 3);
    engine.restart();
    engine.advance(25min);
    CHECK(engine.prod.count(asked_for::login) == 3);
}

TEST_CASE("a wall clock that is set back while the daemon is down lengthens no wait")
{
    engine_fixture engine;
    start_with_a_wrong_password(engine);
    engine.stop();
    engine.clock.set_wall(engine.clock.wall_now() - 24h * 365);
    engine.start();
    engine.advance(29min);
    CHECK(engine.prod.count(asked_for::login) == 2);
    engine.advance(2min);
    CHECK(engine.prod.count(asked_for::login) == 3);
}

TEST_CASE("another user's refusals are none of this one's")
{
    engine_fixture engine;
    start_with_a_wrong_password(engine);
    engine.stop();
    engine.configured.appliances.at("prod").username = "another";
    engine.start();
    engine.advance(1min);
    CHECK(engine.prod.count(asked_for::login) == 4);
}

TEST_CASE("trouble on the way to the login is not remembered as a refusal")
{
    engine_fixture engine;
    engine.prod.on_login = [] { return trouble_of(trouble::refused, 401); }; // a proxy's page
    engine.start();
    engine.advance(1min);
    const std::size_t tries = engine.prod.count(asked_for::login);
    CHECK(tries > 2);
    engine.restart();
    engine.advance(1min);
    CHECK(engine.prod.count(asked_for::login) == 2 * tries);
}

TEST_CASE("what is told of a refused login names the moment of the next try, and is true whenever it is read")
{
    engine_fixture engine;
    start_with_a_wrong_password(engine); // refused for the second time at 00:00:01
    const std::string file = engine.configured.appliances.at("prod").password_file;
    const standing_condition standing = engine.report().conditions.at(condition::auth_failed);
    CHECK(
        standing.reason.find("is tried again when " + file + " changes, else every 30m")
        != std::string::npos);
    engine.restart();
    engine.advance(20min);
    CHECK(
        engine.report().token
        == "none: the login of jobwatch was refused before the restart (the next try comes when " + file
            + " changes, or at 2026-11-23 00:30:01 UTC)");
    CHECK(engine.report().last_error == "the login of jobwatch was refused before the restart");
    CHECK(engine.lines.holds("changes, or at 2026-11-23 00:30:01 UTC"));

    engine.advance(15min); // refused once more, and so on
    CHECK(engine.prod.count(asked_for::login) == 3);
    CHECK(engine.report().token.find("or at 2026-11-23 01:00:01 UTC") != std::string::npos);
}
