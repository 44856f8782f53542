// The engine's small parts by themselves.
#include "engine/packed_job_id.hpp"
#include "engine/poll_statistics.hpp"
#include "engine/request_gate.hpp"
#include "engine/status_words.hpp"
#include "engine/task_group.hpp"
#include "support/manual_clock.hpp"
#include "support/recorded_lines.hpp"
#include "support/run_coroutine.hpp"
#include "support/scripted_appliance.hpp"

#include <doctest/doctest.h>

using namespace jobwatch;
using namespace jobwatch::test;
using namespace std::chrono_literals;

TEST_CASE("a packed job id gives back exactly what went in, and a UUID needs no heap")
{
    for (const char* const text :
         {"778a1024-dc18-49cb-833b-cfd6c000c090", "778A1024-DC18-49CB-833B-CFD6C000C090", "x",
          "778a1024-dc18-49cb-833b-cfd6c000c09g", "778a1024xdc18-49cb-833b-cfd6c000c090",
          "00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff"})
        CHECK(packed_job_id(text).text() == text);
    CHECK(packed_job_id("778a1024-dc18-49cb-833b-cfd6c000c090").heap_bytes() == 0);
    CHECK(packed_job_id("job-1").heap_bytes() > 0);
    CHECK(packed_job_id(std::string(128, 'a')).text() == std::string(128, 'a'));
    CHECK(packed_job_id().text() == "00000000-0000-0000-0000-000000000000");
}

TEST_CASE("status words get numbers of their own, up to a limit")
{
    status_words words;
    CHECK(words.number_of("") == status_words::none);
    const auto pending = words.number_of("in_progress");
    CHECK(words.number_of("in_progress") == pending);
    CHECK(words.word_of(pending) == "in_progress");
    CHECK(words.word_of(status_words::none).empty());
    CHECK(words.word_of(status_words::overflow).empty());
    for (std::size_t made = 1; made < max_status_words; ++made)
        CHECK(words.number_of("word-" + std::to_string(made)) != status_words::overflow);
    CHECK(words.number_of("one too many") == status_words::overflow);
    CHECK(words.number_of("in_progress") == pending);
}

TEST_CASE("poll statistics show the middle and the worst of the last lags, and forget pressure")
{
    poll_statistics statistics;
    boot_time now{1h};
    const auto take = [&](milliseconds lateness, milliseconds interval)
    {
        now += 1ms;
        statistics.taken(now, lateness, interval);
    };
    CHECK(statistics.lag_median(now) == 0ms);
    CHECK(statistics.lag_worst(now) == 0ms);
    CHECK(statistics.stretch(now, 0) == doctest::Approx(1));
    for (const auto lag : {5ms, -3ms, 100ms, 7ms, 9ms})
        take(lag, 2s);
    CHECK(statistics.lag_median(now) == 7ms);
    CHECK(statistics.lag_worst(now) == 100ms);
    for (int polls = 0; polls < 200; ++polls)
        take(4s, 2s);
    CHECK(statistics.stretch(now, 7) == doctest::Approx(3).epsilon(0.01));
    for (int polls = 0; polls < 2'000; ++polls)
        take(0ms, 2s);
    CHECK(statistics.stretch(now, 0) == doctest::Approx(1).epsilon(0.01));
    CHECK(statistics.lag_worst(now) == 0ms);
    take(24h * 365'000, 0ms); // nothing overflows
    CHECK(statistics.lag_worst(now) > 24h);
}

TEST_CASE("poll statistics forget pressure in quiet times too, but not while watches wait")
{
    poll_statistics statistics;
    boot_time now{1h};
    for (int polls = 0; polls < 200; ++polls, now += 10ms)
        statistics.taken(now, 24s, 2s);
    CHECK(statistics.stretch(now, 40) == doctest::Approx(13).epsilon(0.01));
    CHECK(statistics.stretch(now + 1h, 40) == doctest::Approx(13).epsilon(0.01));
    CHECK(statistics.stretch(now + stretch_half_life, 0) == doctest::Approx(7).epsilon(0.01));
    CHECK(statistics.stretch(now + 1min, 0) < 1.01);
    CHECK(statistics.lag_worst(now + 1min) == 24s);
    CHECK(statistics.lag_worst(now + lag_memory + 2s) == 0ms);
    CHECK(statistics.lag_median(now + lag_memory + 2s) == 0ms);
    // What comes after a quiet time is not held against what was before it.
    statistics.taken(now + 1min, 0ms, 2s);
    CHECK(statistics.stretch(now + 1min, 1) < 1.01);
}

TEST_CASE("poll statistics keep the last error until a reading comes")
{
    poll_statistics statistics;
    statistics.answered(trouble_of(trouble::gateway, 502));
    CHECK(statistics.last_error() == "scripted trouble: gateway");
    statistics.answered(pending_reading());
    CHECK(statistics.last_error().empty());
    CHECK(statistics.readings() == 1);
    CHECK(statistics.errors() == 1);
}

namespace
{

asio::awaitable<void> throw_a_surprise()
{
    throw std::runtime_error("a broken promise");
    co_return;
}

asio::awaitable<void> wait_on(wake_timer& timer, bool& done)
{
    co_await timer.wait_until(never);
    done = true;
}

} // namespace

TEST_CASE("an exception in a task is told with the task's name, and the others go on")
{
    asio::io_context context;
    manual_clock clock(context);
    recorded_lines lines;
    task_group tasks(context.get_executor(), lines);
    const auto timer = clock.make_timer();
    bool done = false;
    tasks.spawn("the patient one", wait_on(*timer, done));
    tasks.spawn("the hasty one", throw_a_surprise());
    clock.settle();
    CHECK(lines.holds("the hasty one"));
    CHECK(lines.holds("a broken promise"));
    CHECK(tasks.running() == 1);
    CHECK_FALSE(done);
    timer->wake();
    clock.settle();
    CHECK(done);
    CHECK(tasks.running() == 0);
}

TEST_CASE("joining a task group ends with the last task, or at its limit")
{
    asio::io_context context;
    manual_clock clock(context);
    recorded_lines lines;
    task_group tasks(context.get_executor(), lines);
    const auto timer = clock.make_timer();
    const auto joining = clock.make_timer();
    bool done = false;
    bool joined = false;
    tasks.spawn("a task", wait_on(*timer, done));
    const auto join = [&]
    {
        joined = false;
        asio::co_spawn(
            context, tasks.join(*joining, clock, clock.now() + 10s),
            [&](const std::exception_ptr&) { joined = true; });
    };
    join();
    clock.advance(9s);
    CHECK_FALSE(joined);
    clock.advance(1s);
    CHECK(joined);
    join();
    clock.advance(1s);
    timer->wake();
    clock.settle();
    CHECK(joined);
}

TEST_CASE("a login goes before polls, and takes a place of its own")
{
    appliance_settings settings;
    settings.connections = 2;
    settings.burst = 10;
    chance random(1);
    const boot_time now{1h};
    request_gate gate(settings, now, random, {});
    const auto first = gate.pass(request_class::poll, now);
    REQUIRE(first.has_value());
    gate.login_waits(true);
    CHECK_FALSE(gate.pass(request_class::poll, now).has_value());
    CHECK(gate.opens_at(request_class::poll, now) == never);
    const auto login = gate.pass(request_class::login, now);
    REQUIRE(login.has_value());
    gate.login_waits(false);
    CHECK_FALSE(gate.pass(request_class::poll, now).has_value()); // two are in flight
    CHECK(gate.opens_at(request_class::login, now) == never);
    gate.answered(*login);
    CHECK(gate.pass(request_class::poll, now).has_value());
    CHECK(gate.passed() == 3);
}

TEST_CASE("only the probe itself ends the probing of an open breaker")
{
    appliance_settings settings;
    settings.burst = 100;
    chance random(1);
    boot_time now{1h};
    int opened = 0;
    request_gate gate(
        settings, now, random,
        [&](const node_news& news) { opened += news.what == node_news::kind::opened; });
    std::vector<request_pass> passes;
    for (int sent = 0; sent < 5; ++sent)
        passes.push_back(*gate.pass(request_class::poll, now));
    for (int failed = 0; failed < 3; ++failed)
        gate.troubled(passes[static_cast<std::size_t>(failed)], trouble_of(trouble::timed_out), now);
    CHECK(opened == 1);
    CHECK_FALSE(gate.pass(request_class::poll, now).has_value());
    now += 2s;
    const auto probe = gate.pass(request_class::poll, now);
    REQUIRE(probe.has_value());
    gate.troubled(passes[3], trouble_of(trouble::timed_out), now);
    gate.dropped(passes[4]);
    CHECK(gate.opens_at(request_class::poll, now) == never);
    gate.dropped(*probe); // told nothing: the next one may go at once
    CHECK(gate.pass(request_class::poll, now).has_value());
    CHECK(gate.in_flight() == 1);
}
