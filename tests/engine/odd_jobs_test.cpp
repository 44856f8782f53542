// Jobs that are not for us: alone among others they are answered with 401, whatever the token. They must cost the others
// neither their token nor their time.
#include "engine/engine_fixture.hpp"

#include <doctest/doctest.h>

using namespace jobwatch;
using namespace jobwatch::test;
using namespace std::chrono_literals;

using asked_for = appliance_script::asked_for;

namespace
{

class among_odd_jobs : public engine_fixture
{
public:
    among_odd_jobs()
    {
        prod.on_poll = [](const std::string& job) -> poll_answer
        {
            if (job.starts_with("odd"))
                return trouble_of(trouble::unauthorized, 401);
            return pending_reading();
        };
    }

    void use_token_file()
    {
        appliance_settings& of = configured.appliances.at("prod");
        of.credential = credential_form::token_file;
        of.token_file = "/etc/jobwatchd/credentials/prod.token";
        prod.newest_token = "good";
        prod.token_expires = clock.now() + 24h;
        token_grant content;
        content.jwt = "good";
        prod.token_file = [content] { return content; };
    }

    void submit_many(const std::string& name, std::size_t count)
    {
        std::vector<std::string> jobs;
        for (std::size_t number = 1; number <= count; ++number)
            jobs.push_back(name + std::to_string(number));
        submit(jobs);
    }

    std::size_t renewals() const { return prod.count(asked_for::login) + prod.count(asked_for::refresh); }

    std::size_t polls_of_good_jobs(std::size_t count) const
    {
        std::size_t polls = 0;
        for (std::size_t number = 1; number <= count; ++number)
            polls += prod.polls_of("good" + std::to_string(number));
        return polls;
    }
};

} // namespace

TEST_CASE_FIXTURE(
    among_odd_jobs, "many ids that are not for us cost the others a renewal a minute, and no time")
{
    start();
    submit_many("good", 50);
    advance(30s);
    const std::size_t renewed = renewals();
    submit_many("odd", 200);
    for (int minute = 0; minute < 5; ++minute)
    {
        const std::size_t before = polls_of_good_jobs(50);
        advance(1min);
        CHECK(polls_of_good_jobs(50) >= before + 45); // each at least about once a minute
    }
    CHECK(renewals() <= renewed + 9); // three of them because tokens live five minutes

    prod.ends("fresh", clock.now() + 4s);
    submit({"fresh"});
    advance(10s);
    CHECK(store.count(event_type::job_finished) == 1);
}

TEST_CASE_FIXTURE(
    among_odd_jobs, "jobs that were shown, and by and by are not for us any more, cost the others no time")
{
    bool closed = false;
    prod.on_poll = [&closed](const std::string& job) -> poll_answer
    {
        if (closed && job.starts_with("odd"))
            return trouble_of(trouble::unauthorized, 401);
        return pending_reading();
    };
    start();
    submit_many("good", 50);
    submit_many("odd", 40);
    advance(10min);
    closed = true;
    for (int minute = 0; minute < 5; ++minute)
    {
        const std::size_t before = polls_of_good_jobs(50);
        advance(1min);
        CHECK(polls_of_good_jobs(50) >= before + 35);
    }
}

TEST_CASE_FIXTURE(among_odd_jobs, "an odd job that is asked for first costs a token file's token nothing")
{
    use_token_file();
    start();
    submit({"odd1"});
    advance(1500ms);
    submit_many("good", 20);
    advance(1min);
    CHECK(store.count(event_type::appliance_auth_failed) == 0);
    CHECK(polls_of_good_jobs(20) > 60);
    CHECK(store.count(event_type::watch_blocked) == 1); // its own trouble, once others were shown
}

TEST_CASE_FIXTURE(
    among_odd_jobs, "a token file's token that nobody is shown anything with is given up after a few")
{
    use_token_file();
    start();
    submit_many("odd", 50);
    advance(10min);
    CHECK(store.count(event_type::appliance_auth_failed) == 1);
    CHECK(prod.count(asked_for::job) <= 16); // eight refusals, and what was under way
}

TEST_CASE_FIXTURE(among_odd_jobs, "a lone watch gives a token file's dead token up when it is refused again")
{
    use_token_file();
    start();
    submit({"odd1"});
    advance(10min);
    CHECK(store.count(event_type::appliance_auth_failed) == 1);
    CHECK(prod.count(asked_for::job) == 2);
}

TEST_CASE_FIXTURE(
    among_odd_jobs, "a job that met an appliance which took no fresh token yet is polled when it takes one")
{
    start();
    submit_many("good", 20);
    advance(10min); // each is polled once a minute
    bool refuses_all = true;
    prod.on_poll = [&refuses_all](const std::string&) -> poll_answer
    {
        if (refuses_all)
            return trouble_of(trouble::unauthorized, 401);
        return pending_reading();
    };
    advance(20s);
    refuses_all = false;
    const std::size_t before = polls_of_good_jobs(20);
    advance(70s);
    CHECK(polls_of_good_jobs(20) >= before + 20);
    CHECK(store.count(event_type::watch_blocked) == 0);
    CHECK(store.count(event_type::appliance_forbidden) == 0);
}
