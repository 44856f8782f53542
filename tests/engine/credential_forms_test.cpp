// Logins without a password: the refresh token of a file, a client certificate; and clocks that differ.
#include "engine/engine_fixture.hpp"

#include <doctest/doctest.h>

using namespace jobwatch;
using namespace jobwatch::test;
using namespace std::chrono_literals;

using asked_for = appliance_script::asked_for;

namespace
{

// What appliance.auth_failed says.
std::string reason_of_refusal(const engine_fixture& engine)
{
    for (const event& one : engine.store.events())
        if (one.type == event_type::appliance_auth_failed)
            return one.reason;
    return {};
}

class with_refresh_token_file : public engine_fixture
{
public:
    with_refresh_token_file()
    {
        appliance_settings& prod_settings = configured.appliances.at("prod");
        prod_settings.credential = credential_form::refresh_token_file;
        prod_settings.refresh_token_file = "/etc/jobwatchd/credentials/prod.refresh";
    }

    void refuse_all()
    {
        prod.on_login = [] { return trouble_of(trouble::unauthorized, 401); };
        prod.on_refresh = prod.on_login;
    }

    void take_all()
    {
        prod.on_login = nullptr;
        prod.on_refresh = nullptr;
    }

    std::size_t asked() const { return prod.count(asked_for::login) + prod.count(asked_for::refresh); }
};

} // namespace

TEST_CASE_FIXTURE(
    with_refresh_token_file,
    "the file's token is used once, then what comes back; after a restart the file's again")
{
    start();
    submit({"job-1"});
    advance(1h);
    CHECK(prod.count(asked_for::login) == 1);
    CHECK(prod.count(asked_for::refresh) > 20);
    for (const auto& entry : prod.ledger)
        if (entry.what == asked_for::refresh)
            CHECK(entry.jwt == "refresh"); // as the grants say
    restart();
    advance(1min);
    CHECK(prod.count(asked_for::login) == 2);
    CHECK(report().errors == 0);
}

TEST_CASE_FIXTURE(with_refresh_token_file, "a new token in the file is used at the next renewal")
{
    start();
    submit({"job-1"});
    advance(10min);
    prod.secret_stamp = "another";
    advance(3min);
    CHECK(prod.count(asked_for::login) == 2);
    advance(1h);
    CHECK(prod.count(asked_for::login) == 2);
}

TEST_CASE_FIXTURE(
    with_refresh_token_file,
    "a refused refresh token is shown twice, then no more until the file changes, across restarts")
{
    start();
    submit({"job-1"});
    advance(1min);
    refuse_all();
    const std::size_t before = asked();
    advance(10min);
    CHECK(asked() == before + 2); // the one in memory, and the one in the file
    CHECK(store.count(event_type::appliance_auth_failed) == 1);
    CHECK(reason_of_refusal(*this).starts_with(
        "the refresh token in /etc/jobwatchd/credentials/prod.refresh was refused 2 times"));
    for (int restarts = 0; restarts < 3; ++restarts)
    {
        restart();
        advance(1min);
    }
    CHECK(asked() == before + 2);

    take_all();
    prod.secret_stamp = "a good one";
    advance(3s);
    CHECK(asked() == before + 3);
    CHECK(store.count(event_type::appliance_auth_restored) == 1);
    CHECK(polled().open() == 1);
}

TEST_CASE_FIXTURE(
    with_refresh_token_file, "a token that was refused from the start is tried again after login_retry_after")
{
    refuse_all();
    start();
    advance(29min);
    CHECK(asked() == 2);
    advance(2min);
    CHECK(asked() == 3);
}

TEST_CASE("a client certificate logs in at half of each token's life, since no refresh token comes")
{
    engine_fixture engine;
    engine.configured.appliances.at("prod").credential = credential_form::client_certificate;
    engine.prod.on_login = [&]
    {
        grant_answer given = engine.prod.grant();
        given->refresh_token.clear();
        return given;
    };
    engine.start();
    engine.submit({"job-1"});
    engine.advance(1h);
    CHECK(engine.prod.count(asked_for::refresh) == 0);
    CHECK(engine.prod.count(asked_for::login) >= 24);
    CHECK(engine.prod.count(asked_for::login) <= 26);
    CHECK(engine.report().errors == 0);
    CHECK(engine.prod.most_logins_in_flight == 1);
}

TEST_CASE("a certificate whose login is refused is named with its files")
{
    engine_fixture engine;
    appliance_settings& prod = engine.configured.appliances.at("prod");
    prod.credential = credential_form::client_certificate;
    prod.client_certificate_file = "/c/client.pem";
    prod.client_key_file = "/c/client.key";
    engine.prod.on_login = [] { return trouble_of(trouble::forbidden, 403); };
    engine.start();
    engine.advance(5min);
    CHECK(engine.prod.count(asked_for::login) == 2);
    CHECK(engine.lines.holds("the login with the certificate in /c/client.pem was refused"));
    CHECK(reason_of_refusal(engine).find("when /c/client.pem or /c/client.key changes") != std::string::npos);
}

TEST_CASE(
    "an appliance whose clock is wrong by hours, or by nearly a token's life, is not stormed with logins")
{
    for (const milliseconds ahead :
         {milliseconds{-24h}, milliseconds{-299s}, milliseconds{-290s}, milliseconds{24h}})
    {
        CAPTURE(ahead.count());
        engine_fixture engine;
        engine.prod.on_login = [&]
        {
            grant_answer given = engine.prod.grant(); // good for 300 s
            given->duration.reset();
            given->expires_at = engine.clock.wall_now() + 300s + ahead;
            given->refresh_token.clear();
            return given;
        };
        engine.start();
        engine.submit({"job-1"});
        engine.advance(1h);
        CHECK(engine.prod.count(asked_for::login) <= 30);
        CHECK(
            engine.prod.count(asked_for::login) >= 9); // a 401 is met at the next poll, up to a minute later
        CHECK(engine.store.count(event_type::appliance_auth_failed) == 0);
        CHECK(engine.prod.count(asked_for::job) > 50);
    }
}

TEST_CASE("with a duration the appliance's clock does not matter")
{
    engine_fixture engine;
    engine.prod.on_login = [&]
    {
        grant_answer given = engine.prod.grant();
        given->expires_at = engine.clock.wall_now() - 5h;
        return given;
    };
    engine.start();
    engine.submit({"job-1"});
    engine.advance(1h);
    CHECK(engine.report().errors == 0);
    CHECK(engine.prod.count(asked_for::login) + engine.prod.count(asked_for::refresh) <= 26);
}
