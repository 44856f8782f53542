// A bearer token that somebody else keeps fresh: nobody is asked for it, and polls wait while there is no good one.
#include "engine/engine_fixture.hpp"

#include <doctest/doctest.h>

using namespace jobwatch;
using namespace jobwatch::test;
using namespace std::chrono_literals;

using asked_for = appliance_script::asked_for;

namespace
{

class with_token_file : public engine_fixture
{
public:
    with_token_file()
    {
        appliance_settings& prod_settings = configured.appliances.at("prod");
        prod_settings.credential = credential_form::token_file;
        prod_settings.token_file = "/etc/jobwatchd/credentials/prod.token";
    }

    // Somebody writes the file.
    void put(const grant_answer& content)
    {
        prod.secret_stamp += '+';
        prod.token_file = [content] { return content; };
    }

    // A token that the appliance takes, for so long.
    void put_token(const std::string& jwt, milliseconds life)
    {
        prod.newest_token = jwt;
        prod.token_expires = clock.now() + life;
        put_content(jwt, clock.wall_now() + life);
    }

    void put_content(const std::string& jwt, std::optional<wall_time> expires)
    {
        token_grant content;
        content.jwt = jwt;
        content.expires_at = expires;
        put(content);
    }

    void put_nothing(const std::string& why)
    {
        asking_error none;
        none.what = trouble::no_token;
        none.text = why;
        put(none);
    }

    std::size_t polls() const { return prod.count(asked_for::job); }
};

} // namespace

TEST_CASE_FIXTURE(with_token_file, "a token that is kept fresh costs no request and no watch ever waits")
{
    put_token("token-1", 5min);
    start();
    submit({"job-1"});
    for (int life = 2; life < 20; ++life)
    {
        advance(4min);
        put_token("token-" + std::to_string(life), 5min); // the old one is worth nothing from now on
        advance(2s);
    }
    CHECK(prod.count(asked_for::login) + prod.count(asked_for::refresh) == 0);
    CHECK(report().logins == 0);
    CHECK(report().errors <= 18); // each change may be found out by a 401
    CHECK(polls() > 60);
    CHECK(store.count(event_type::appliance_auth_failed) == 0);
    CHECK(lines.holds("have a token from /etc/jobwatchd/credentials/prod.token, valid for 5 min"));
}

TEST_CASE_FIXTURE(
    with_token_file, "polls wait for a fresh token when the old one has expired, told once each way")
{
    put_token("token-1", 5min);
    start();
    submit({"job-1"});
    advance(5min);
    const std::size_t before = polls();
    CHECK(store.count(event_type::appliance_auth_failed) == 1);
    advance(24h);
    CHECK(polls() == before); // and no 401 was needed to know it
    CHECK(report().errors == 0);
    CHECK(store.count(event_type::appliance_auth_failed) == 1);
    CHECK(lines.holds("the token in /etc/jobwatchd/credentials/prod.token has expired at"));
    CHECK(lines.holds("as soon as a fresh one stands there"));

    put_token("token-2", 5min);
    advance(70s);
    CHECK(polls() > before);
    CHECK(store.count(event_type::appliance_auth_restored) == 1);
    CHECK(polled().open() == 1);
}

TEST_CASE_FIXTURE(with_token_file, "a token that is refused is not used again, however often it is written")
{
    put_content("revoked", std::nullopt);
    start();
    submit({"job-1", "job-2"});
    advance(1min);
    CHECK(polls() == 1);
    CHECK(store.count(event_type::appliance_auth_failed) == 1);
    CHECK(report().last_error.find("refuses (401) the token in") != std::string::npos);
    for (int times = 0; times < 5; ++times)
    {
        put_content("revoked", std::nullopt);
        advance(1min);
    }
    CHECK(polls() == 1);
    CHECK(store.count(event_type::appliance_auth_restored) == 0);

    put_token("good", 5min);
    advance(70s);
    CHECK(store.count(event_type::appliance_auth_restored) == 1);
    CHECK(polled().open() == 2);
}

TEST_CASE_FIXTURE(with_token_file, "a fresh token that is refused as well is no restoration")
{
    put_content("revoked", std::nullopt);
    start();
    submit({"job-1"});
    for (int times = 0; times < 5; ++times)
    {
        advance(10s);
        put_content("revoked as well " + std::to_string(times), std::nullopt);
    }
    advance(10s);
    // Each token once; but the repeat of a poll, whose 401 may be that job's alone, does not condemn the token.
    CHECK(polls() >= 6);
    CHECK(polls() <= 12);
    CHECK(store.count(event_type::appliance_auth_failed) == 1);
    CHECK(store.count(event_type::appliance_auth_restored) == 0);
}

TEST_CASE_FIXTURE(
    with_token_file, "a job that alone is answered with 401 does not cost the others the file's token")
{
    put_token("token-1", 24h);
    prod.on_poll = [](const std::string& job) -> poll_answer
    {
        if (job == "odd")
            return trouble_of(trouble::unauthorized, 401);
        return pending_reading();
    };
    start();
    submit({"job-1", "job-2"});
    advance(10s);
    submit({"odd"});
    advance(1h);
    CHECK(store.count(event_type::appliance_auth_failed) == 0);
    CHECK(prod.polls_of("job-1") > 55);
}

TEST_CASE_FIXTURE(with_token_file, "an opaque token serves until it is refused")
{
    put_token("opaque", 1h);
    put_content("opaque", std::nullopt);
    start();
    submit({"job-1"});
    advance(59min);
    CHECK(report().errors == 0);
    CHECK(report().token == "valid until refused");
    advance(3min);
    CHECK(report().errors == 1);
    CHECK(store.count(event_type::appliance_auth_failed) == 1);
}

TEST_CASE_FIXTURE(with_token_file, "a file that is half written does not take away the token that serves")
{
    put_token("token-1", 5min);
    start();
    submit({"job-1"});
    advance(1min);
    put_nothing("token file prod.token: is empty");
    advance(1min);
    CHECK(report().errors == 0);
    CHECK_FALSE(lines.holds("is empty"));
    CHECK(report().token.starts_with("valid for"));
    advance(3min); // until it has expired
    CHECK(lines.holds("is empty"));
    CHECK(store.count(event_type::appliance_auth_failed) == 1);
}

TEST_CASE_FIXTURE(with_token_file, "a file that cannot be read is told, and tried until it can")
{
    put_nothing("token file prod.token: is a folder; allowed is a file");
    start();
    submit({"job-1"});
    advance(1h);
    CHECK(polls() == 0);
    CHECK(store.count(event_type::appliance_auth_failed) == 1);
    CHECK(report().last_error.find("is a folder") != std::string::npos);
    put_token("token-1", 5min);
    advance(10s);
    CHECK(polls() > 0);
}

TEST_CASE_FIXTURE(with_token_file, "restarts with a refused token cost one poll each, and tell nothing anew")
{
    put_content("revoked", std::nullopt);
    start();
    submit({"job-1"});
    advance(1min);
    for (int restarts = 0; restarts < 3; ++restarts)
    {
        restart();
        advance(2min);
    }
    CHECK(polls() == 4);
    CHECK(store.count(event_type::appliance_auth_failed) == 1);
    CHECK(store.count(event_type::appliance_auth_restored) == 0);
}

TEST_CASE_FIXTURE(with_token_file, "no line shows the token")
{
    put_token("the.secret.token", 5min);
    start();
    submit({"job-1"});
    advance(10min);
    put_content("the.secret.token", std::nullopt);
    advance(10min);
    CHECK_FALSE(lines.holds("the.secret"));
    CHECK(report().last_error.find("the.secret") == std::string::npos);
    CHECK(report().token.find("the.secret") == std::string::npos);
}
