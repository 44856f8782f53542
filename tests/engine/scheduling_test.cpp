// When watches are polled: by their age, in their rhythm, whatever clocks and restarts do.
#include "engine/engine_fixture.hpp"

#include <doctest/doctest.h>

#include <map>

using namespace jobwatch;
using namespace jobwatch::test;
using namespace std::chrono_literals;

using asked_for = appliance_script::asked_for;

namespace
{

std::vector<std::string> names(std::size_t count, const std::string& prefix = "job-")
{
    std::vector<std::string> jobs;
    for (std::size_t number = 1; number <= count; ++number)
        jobs.push_back(prefix + std::to_string(number));
    return jobs;
}

std::vector<boot_time> polls_after(const appliance_script& script, const std::string& job, boot_time from)
{
    std::vector<boot_time> times;
    for (const auto& entry : script.ledger)
        if (entry.job == job && entry.at >= from)
            times.push_back(entry.at);
    return times;
}

// Each interval is a quarter of the age then, within the bounds and the jitter.
void check_rhythm(const std::vector<boot_time>& polls, boot_time submitted)
{
    for (std::size_t at = 1; at < polls.size(); ++at)
    {
        const double age = static_cast<double>(span_between(submitted, polls[at - 1]).count());
        const double interval = std::min(std::max(age / 4, 2'000.0), 60'000.0);
        const auto passed = static_cast<double>(span_between(polls[at - 1], polls[at]).count());
        CHECK(passed >= interval * 0.8 - 1);
        CHECK(passed <= interval * 1.2 + 50); // the answer's own latency, and a place in the queue
    }
}

} // namespace

TEST_CASE("intervals grow to a quarter of the age, spread by the jitter, up to the longest")
{
    engine_fixture engine;
    engine.start();
    const boot_time submitted = engine.clock.now();
    engine.submit({"job-1"});
    engine.advance(30min);
    const auto polls = polls_after(engine.prod, "job-1", submitted);
    REQUIRE(polls.size() > 40);
    check_rhythm(polls, submitted);
    std::map<milliseconds, int> different;
    for (std::size_t at = polls.size() - 20; at < polls.size(); ++at)
        ++different[span_between(polls[at - 1], polls[at])];
    CHECK(different.size() > 15); // jittered: not the same again and again
}

TEST_CASE(
    "after a restart every open watch is due within its own interval, without a burst or a doubled event")
{
    engine_fixture engine;
    engine.configured.appliances.at("prod").burst = 100; // a burst would be seen
    engine.start();
    engine.submit(names(300));
    engine.advance(30min);
    engine.submit(names(10, "young-"));
    engine.advance(20s);
    const std::size_t events = engine.store.events().size();
    engine.restart();
    const boot_time restarted = engine.clock.now();
    engine.advance(61s);

    for (const std::string& job : names(300))
        CHECK(polls_after(engine.prod, job, restarted).size() >= 1);
    for (const std::string& job : names(10, "young-"))
    {
        const auto polls = polls_after(engine.prod, job, restarted);
        REQUIRE(polls.size() >= 3);
        CHECK(polls.front() - restarted <= 5s + 100ms); // a quarter of 20 s
        check_rhythm(polls, restarted - 20s);
    }
    CHECK(engine.store.events().size() == events);
    std::map<std::int64_t, int> in_second;
    for (const auto& entry : engine.prod.ledger)
        if (entry.at >= restarted)
            ++in_second[(entry.at - restarted) / 1s];
    for (const auto& [second, polls] : in_second)
        CHECK(polls < 20); // 300 in 60 s are 5 a second, and the young ones
}

TEST_CASE("jumps of the wall clock change no interval while the daemon runs")
{
    engine_fixture engine;
    engine.start();
    const boot_time submitted = engine.clock.now();
    engine.submit({"job-1"});
    const auto set = engine.clock.wall_now();
    for (const auto jump : {-24h * 365, 24h * 365, -5h, 0h})
    {
        engine.advance(3min);
        engine.clock.set_wall(set + jump);
    }
    engine.advance(3min);
    const auto polls = polls_after(engine.prod, "job-1", submitted);
    CHECK(polls.size() > 20);
    check_rhythm(polls, submitted);
    CHECK(engine.store.count(event_type::job_overdue) == 0);
}

TEST_CASE("a wall clock set back before a restart gives young watches, not broken ones")
{
    engine_fixture engine;
    engine.start();
    engine.submit({"job-1"});
    engine.advance(1min);
    engine.clock.set_wall(engine.clock.wall_now() - 24h * 365);
    engine.restart();
    const boot_time restarted = engine.clock.now();
    engine.advance(10s);
    CHECK(polls_after(engine.prod, "job-1", restarted).size() >= 3);
    engine.prod.ends("job-1", engine.clock.now());
    engine.advance(1min);
    REQUIRE(engine.store.ending_of("job-1") == outcome::succeeded);
}

TEST_CASE(
    "the warning of stretched intervals ends when the pressure is over, also when nothing is polled any more")
{
    engine_fixture engine;
    engine.configured.appliances.at("prod").requests_per_second = 10;
    engine.start();
    std::vector<std::string> jobs;
    for (int number = 0; number < 500; ++number)
        jobs.push_back("burst-" + std::to_string(number));
    engine.submit(jobs);
    engine.advance(40s);
    const auto warned = [&]
    {
        const auto told = std::get<status_answer>(engine.ask(status_command{}).value());
        return std::any_of(
            told.warnings.begin(), told.warnings.end(),
            [](const std::string& one) { return one.find("stretched") != std::string::npos; });
    };
    CHECK(warned());
    engine.prod.on_poll = [](const std::string&) { return completed_reading(); };
    engine.advance(2min);
    REQUIRE(engine.polled().open() == 0);
    CHECK_FALSE(warned());
    CHECK(engine.report().stretch < 1.1);
    engine.advance(3min);
    CHECK(engine.report().lag_worst == 0ms);
}

TEST_CASE("under pressure all intervals stretch by one factor, and a fresh job does not wait behind old ones")
{
    engine_fixture engine;
    engine.start();
    for (const char* const part : {"a-", "b-", "c-", "d-", "e-"})
        engine.submit(names(2'000, part));
    engine.clock.set_wall(engine.clock.wall_now() + 1h); // old after the restart, without an hour of polling
    engine.restart();
    engine.advance(5min);
    const appliance_report report = engine.report();
    CHECK(report.stretch > 2.7); // 10,000 in 60 s at 50 a second: 3.33
    CHECK(report.stretch < 4.0);
    CHECK(report.lag_median > 60s);
    CHECK(report.due > 1'000);
    const auto status = std::get<status_answer>(engine.ask(status_command{}).value());
    CHECK(status.warnings.size() == 1); // more is due than the budget allows

    for (const std::string& job : names(5, "fresh-"))
    {
        const boot_time submitted = engine.clock.now();
        engine.submit({job});
        engine.prod.ends(job, submitted + 4s);
        engine.advance(30s);
        const auto polls = polls_after(engine.prod, job, submitted);
        REQUIRE(engine.store.ending_of(job) == outcome::succeeded);
        // Its intervals are 1 s and then 2 s, each with its jitter and stretched like all others.
        CHECK(polls.back() - submitted <= 4s + milliseconds(static_cast<int>(2'400 * 1.5 * report.stretch)));
    }
}

TEST_CASE("waiting does not age a watch: under a stretch of fifteen a fresh job is noticed that much later, "
          "and no more")
{
    engine_fixture engine;
    engine.configured.appliances.at("prod").requests_per_second = 11;
    engine.start();
    for (const char* const part : {"a-", "b-", "c-", "d-", "e-"})
        engine.submit(names(2'000, part));
    engine.clock.set_wall(engine.clock.wall_now() + 1h);
    engine.restart();
    engine.advance(40min);
    CHECK(engine.report().stretch > 14);
    CHECK(engine.report().stretch < 16);
    for (const std::string& job : names(5, "fresh-"))
    {
        // Its first poll waits until it is about 15 s old, and comes a moment too soon. The next interval is that of a
        // watch of 1 s, not of 15 s.
        const boot_time submitted = engine.clock.now();
        engine.submit({job});
        engine.prod.ends(job, submitted + 16s);
        engine.advance(2min);
        const auto polls = polls_after(engine.prod, job, submitted);
        REQUIRE(engine.store.ending_of(job) == outcome::succeeded);
        CHECK(polls.size() == 2);
        CHECK(polls.back() - submitted <= 16s + 2'400ms * 16);
    }
}

TEST_CASE("poll_now polls at once, and the rhythm goes on from there")
{
    engine_fixture engine;
    engine.start();
    const watch_number number = engine.submit_one("job-1");
    engine.advance(2h);
    const boot_time asked = engine.clock.now();
    CHECK(engine.polled().poll_now(number));
    engine.advance(48s);
    const auto polls = polls_after(engine.prod, "job-1", asked);
    REQUIRE(polls.size() == 1);
    CHECK(polls.front() - asked < 100ms);
    CHECK_FALSE(engine.polled().poll_now(4711));
}

TEST_CASE("poll_now of a watch whose poll is under way gives one more poll after it, and never two at once")
{
    engine_fixture engine;
    engine.prod.latency = 5s;
    engine.start();
    const watch_number number = engine.submit_one("job-1");
    engine.advance(1h);
    while (engine.prod.in_flight == 0)
        engine.advance(100ms);
    const std::size_t before = engine.prod.polls_of("job-1");
    for (int times = 0; times < 10; ++times)
        CHECK(engine.polled().poll_now(number));
    engine.advance(6s);
    CHECK(engine.prod.polls_of("job-1") == before + 1);
    engine.advance(30s);
    CHECK(engine.prod.polls_of("job-1") == before + 1);
    CHECK(engine.prod.most_of_one_job == 1);
}

TEST_CASE("a hundred thousand poll requests cost neither memory nor more polls than the budget")
{
    engine_fixture engine;
    engine.start();
    engine.submit(names(100));
    engine.advance(10min);
    const std::size_t before = engine.polled().memory();
    for (watch_number turn = 0; turn < 100'000; ++turn)
        engine.polled().poll_now(1 + turn % 100);
    CHECK(engine.polled().memory() <= before + 100 * 100);
    const std::size_t polls = engine.prod.count(asked_for::job);
    engine.advance(10s);
    CHECK(engine.prod.count(asked_for::job) - polls <= 501);
    CHECK(engine.prod.most_of_one_job == 1);
}

TEST_CASE("a watch removed while its poll is under way gets no other ending and no other poll")
{
    engine_fixture engine;
    engine.prod.latency = 2s;
    engine.start();
    const watch_number number = engine.submit_one("job-1");
    engine.prod.ends("job-1", engine.clock.now());
    engine.advance(3s); // the login took two of them
    REQUIRE(engine.prod.in_flight == 1);
    remove_command asked;
    asked.which.watches = {number};
    (void)engine.ask(asked);
    engine.submit({"job-2"}); // takes the slot that is free now
    engine.advance(1min);
    CHECK(engine.store.count(event_type::watch_removed) == 1);
    CHECK(engine.store.count(event_type::job_finished) == 0);
    CHECK(engine.prod.polls_of("job-1") == 1);
    CHECK(engine.prod.polls_of("job-2") > 3);
}

TEST_CASE("a hundred thousand watches cost less than 200 bytes each")
{
    constexpr std::size_t count = 100'000;
    engine_fixture engine;
    engine.start();
    new_watch added{
        parse_job_id("778a1024-dc18-49cb-833b-cfd6c000c090").value(),
        "prod",
        std::string(default_kind),
        engine.clock.wall_now(),
        {},
        {},
        {},
        {}};
    for (watch_number number = 1; number <= count; ++number)
        engine.polled().add(added, number);
    CHECK(engine.polled().memory() / count < 200);
    engine.polled().stop(); // nobody wants to poll them here
}
