// A bearer token that somebody else keeps fresh: nobody is asked for it, and polls wait while there is no good one.
#include "engine/engine_fixture.hpp"

#include <doctest/doctest.h>

#include <algorithm>

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

    // From now on the appliance takes another token than the one in the file.
    void revoke() { prod.newest_token = "revoked by somebody"; }

    // A busy appliance: so many jobs that some poll is always just over, so old that each is polled once a minute.
    void watch_many(std::size_t count)
    {
        std::vector<std::string> jobs;
        for (std::size_t number = 1; number <= count; ++number)
            jobs.push_back("job-" + std::to_string(number));
        submit(jobs);
        advance(10min);
    }

    std::size_t polls() const { return prod.count(asked_for::job); }

    std::size_t polls_with(const std::string& jwt) const
    {
        const auto with = [&](const auto& entry) { return entry.jwt == jwt; };
        return static_cast<std::size_t>(std::count_if(prod.ledger.begin(), prod.ledger.end(), with));
    }
};

// These jobs are answered with 401, whatever the token.
void answer_odd_jobs_with_401(appliance_script& appliance)
{
    appliance.on_poll = [](const std::string& job) -> poll_answer
    {
        if (job.starts_with("odd"))
            return trouble_of(trouble::unauthorized, 401);
        return pending_reading();
    };
}

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
    CHECK(lines.holds("the token in /etc/jobwatchd/credentials/prod.token expired at"));
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
    const std::size_t before = polls();
    CHECK(before <= 4); // until one of the two is refused again
    CHECK(store.count(event_type::appliance_auth_failed) == 1);
    CHECK(report().last_error.find("refuses (401) the token in") != std::string::npos);
    for (int times = 0; times < 5; ++times)
    {
        put_content("revoked", std::nullopt);
        advance(1min);
    }
    CHECK(polls() == before);
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
    answer_odd_jobs_with_401(prod);
    start();
    submit({"job-1", "job-2"});
    advance(10s);
    submit({"odd"});
    advance(1h);
    CHECK(store.count(event_type::appliance_auth_failed) == 0);
    CHECK(prod.polls_of("job-1") > 55);
}

TEST_CASE_FIXTURE(
    with_token_file,
    "a token that dies while the appliance is busy is given up at the second job that it is refused for")
{
    put_token("token-1", 24h);
    start();
    watch_many(60); // a poll each second
    revoke();
    const std::size_t before = polls();
    advance(10s);
    CHECK(polls() == before + 2); // and the others waited
    CHECK(store.count(event_type::appliance_auth_failed) == 1);
    CHECK(report().last_error.find("refuses (401) the token in") != std::string::npos);
    CHECK(report().token.starts_with("none: "));
    advance(1h);
    CHECK(polls() == before + 2);

    const std::string first = prod.ledger[before].job;
    const std::string second = prod.ledger[before + 1].job;
    REQUIRE(first != second);
    const std::size_t of_first = prod.polls_of(first);
    const std::size_t of_second = prod.polls_of(second);
    put_token("token-2", 24h);
    advance(3s);
    CHECK(prod.polls_of(first) == of_first + 1); // long before its minute is over
    CHECK(prod.polls_of(second) == of_second + 1);
    CHECK(store.count(event_type::appliance_auth_failed) == 1);
    CHECK(store.count(event_type::appliance_auth_restored) == 1);
    CHECK(store.count(event_type::watch_blocked) == 0);
    CHECK(store.count(event_type::appliance_forbidden) == 0);
}

TEST_CASE_FIXTURE(
    with_token_file,
    "a token that is replaced a moment after it died is not given up, and the refused job is polled at once")
{
    put_token("token-1", 24h);
    start();
    watch_many(60);
    revoke();
    const std::size_t before = polls();
    while (polls() == before)
        advance(10ms);
    const std::string refused = prod.ledger[before].job;
    put_token("token-2", 24h);
    advance(4s);
    CHECK(prod.polls_of(refused) >= 2);
    CHECK(std::any_of(
        prod.ledger.begin(), prod.ledger.end(),
        [&](const auto& entry) { return entry.job == refused && entry.jwt == "token-2"; }));
    CHECK(store.count(event_type::watch_blocked) == 0);
}

TEST_CASE_FIXTURE(
    with_token_file, "polls that were under way with a token that is gone tell nothing of their jobs")
{
    configured.appliances.at("prod").burst = 8;
    put_token("token-1", 24h);
    start();
    watch_many(8);
    prod.latency = 5s;
    poll_command asked;
    asked.which.watches = {1, 2, 3, 4, 5, 6, 7, 8};
    (void)ask(asked);
    advance(1s);
    REQUIRE(prod.in_flight == 8);
    put_token("token-2", 24h); // read within two seconds, and what is under way shows the old one
    advance(4s + 1ms);
    CHECK(report().errors == 8);
    prod.latency = 10ms;
    advance(5s + 1s);
    CHECK(polls_with("token-2") >= 8);
    CHECK(store.count(event_type::appliance_auth_failed) == 0);
    CHECK(lines.holds("unauthorized") == false);
}

TEST_CASE_FIXTURE(
    with_token_file, "many new jobs that are all answered with 401 do not cost the others the file's token")
{
    put_token("token-1", 24h);
    answer_odd_jobs_with_401(prod);
    start();
    watch_many(3);
    std::vector<std::string> jobs;
    for (int number = 0; number < 20; ++number)
        jobs.push_back("odd-" + std::to_string(number));
    submit(jobs);
    advance(1h);
    CHECK(store.count(event_type::appliance_auth_failed) == 0);
    CHECK(prod.polls_of("job-1") > 55);
    const std::size_t before = prod.polls_of("odd-7");
    put_token("token-2", 24h); // with which they may be shown, for all that we know
    advance(3s);
    CHECK(prod.polls_of("odd-7") == before + 1);
    CHECK(prod.most_over_rate(50) <= 1.001);
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

TEST_CASE_FIXTURE(with_token_file, "restarts with a refused token cost two polls each, and tell nothing anew")
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
    CHECK(polls() == 8);
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
