// `wait`: it answers when the watches have ended, and never invents a result.
#include "engine/engine_fixture.hpp"

#include <doctest/doctest.h>

using namespace jobwatch;
using namespace jobwatch::test;
using namespace std::chrono_literals;

namespace
{

wait_command wait_for(std::vector<std::string> jobs)
{
    wait_command asked;
    asked.which.jobs = std::move(jobs);
    return asked;
}

const wait_answer& told(const engine_fixture::waiting& waiting)
{
    REQUIRE(waiting.answer.has_value());
    REQUIRE(waiting.answer->has_value());
    return std::get<wait_answer>(waiting.answer->value());
}

} // namespace

TEST_CASE("wait answers when all have ended, or when any has")
{
    engine_fixture engine;
    engine.start();
    engine.submit({"job-1", "job-2"});
    engine.prod.ends("job-1", engine.clock.now() + 10s);
    engine.prod.ends("job-2", engine.clock.now() + 60s);
    wait_command any = wait_for({"job-1", "job-2"});
    any.any = true;
    const auto for_any = engine.begin_wait(any);
    const auto for_all = engine.begin_wait(wait_for({"job-1", "job-2", "job-1", "job-3", "a/b"}));
    CHECK_FALSE(for_any->answer.has_value());
    engine.advance(20s);
    CHECK(told(*for_any).ended.size() == 1);
    CHECK(told(*for_any).open.size() == 1);
    CHECK_FALSE(told(*for_any).timed_out);
    CHECK_FALSE(for_all->answer.has_value());
    engine.advance(2min);
    CHECK(told(*for_all).ended.size() == 2);
    CHECK(told(*for_all).unknown == std::vector<std::string>{"job-3", "a/b"});

    const auto late = engine.begin_wait(wait_for({"job-1", "job-2"})); // all have ended already
    CHECK(told(*late).ended.size() == 2);
    const auto nothing = engine.begin_wait(wait_for({"job-3"}));
    CHECK(told(*nothing).unknown.size() == 1);
}

TEST_CASE("wait says that its time is up, and what is still open")
{
    engine_fixture engine;
    engine.start();
    engine.submit({"job-1"});
    wait_command asked = wait_for({"job-1"});
    asked.timeout = 10s;
    const auto waiting = engine.begin_wait(asked);
    engine.advance(10s - 1ms);
    CHECK_FALSE(waiting->answer.has_value());
    engine.advance(1ms);
    CHECK(told(*waiting).timed_out);
    CHECK(told(*waiting).open.size() == 1);
    CHECK(told(*waiting).ended.empty());
}

TEST_CASE("a watch that ends between the look-up and the waiting is not waited for")
{
    engine_fixture engine;
    engine.start();
    engine.submit({"job-1"});
    engine.store.between_find_and_answer = [&] { engine.store.finish("job-1", outcome::failed); };
    const auto waiting = engine.begin_wait(wait_for({"job-1"}));
    REQUIRE(told(*waiting).ended.size() == 1);
    CHECK(told(*waiting).ended[0].ended == outcome::failed);
}

TEST_CASE("a watch that retention removes before the waiting begins is not waited for for ever")
{
    engine_fixture engine;
    engine.start();
    engine.submit({"job-1"});
    engine.prod.ends("job-1", engine.clock.now());
    engine.advance(1min);
    engine.store.between_find_and_answer = [&] { engine.store.forget_watch(1); };
    const auto waiting = engine.begin_wait(wait_for({"job-1"}));
    CHECK(told(*waiting).open.empty());
}

TEST_CASE("wait by labels means the watches that carry them all when it is asked")
{
    engine_fixture engine;
    engine.start();
    submit_command asked;
    asked.jobs = {"job-1", "job-2"};
    asked.labels = {{"change", "CHG-1"}, {"team", "keys"}};
    (void)engine.ask(asked);
    engine.submit({"job-3"});
    engine.prod.ends("job-1", engine.clock.now());
    engine.prod.ends("job-2", engine.clock.now());
    wait_command by_label;
    by_label.labels = {{"change", "CHG-1"}};
    const auto waiting = engine.begin_wait(by_label);
    engine.advance(1min);
    CHECK(told(*waiting).ended.size() == 2);
}

TEST_CASE("clients that leave while they wait leave nothing behind")
{
    engine_fixture engine;
    engine.start();
    engine.submit({"job-1"});
    for (int round = 0; round < 100; ++round)
    {
        const auto waiting = engine.begin_wait(wait_for({"job-1"}));
        waiting->ticket.leave();
        engine.clock.settle();
        REQUIRE(waiting->answer.has_value());
        CHECK_FALSE(waiting->answer->has_value());
    }
    engine.prod.ends("job-1", engine.clock.now());
    engine.advance(1min); // the ending wakes nobody who is gone
    CHECK(engine.store.ending_of("job-1") == outcome::succeeded);
}

TEST_CASE("waits are bounded all together, and what has been waited for counts no more")
{
    engine_fixture engine;
    engine.start();
    std::vector<std::string> jobs;
    for (std::size_t number = 0; number < max_jobs_per_request; ++number)
        jobs.push_back("job-" + std::to_string(number));
    engine.submit(jobs);
    std::vector<std::shared_ptr<engine_fixture::waiting>> waits;
    for (std::size_t client = 0; client < max_waited_watches / max_jobs_per_request; ++client)
    {
        wait_command asked;
        for (watch_number number = 1; number <= max_jobs_per_request; ++number)
            asked.which.watches.push_back(number);
        waits.push_back(engine.begin_wait(asked));
        REQUIRE_FALSE(waits.back()->answer.has_value());
    }
    const auto refused = engine.begin_wait(wait_for({"job-0"}));
    REQUIRE(refused->answer.has_value());
    CHECK(refused->answer->error().code == refusal_code::too_many);
    waits.front()->ticket.leave();
    engine.clock.settle();
    CHECK_FALSE(engine.begin_wait(wait_for({"job-0"}))->answer.has_value());
    engine.service().stop();
    engine.clock.settle();
    for (const auto& waiting : waits)
        CHECK(waiting->answer->error().code == refusal_code::stopping);
}

TEST_CASE("waits under way end with `stopping` when the daemon stops")
{
    engine_fixture engine;
    engine.start();
    engine.submit({"job-1"});
    const auto waiting = engine.begin_wait(wait_for({"job-1"}));
    engine.stop();
    REQUIRE(waiting->answer.has_value());
    CHECK(waiting->answer->error().code == refusal_code::stopping);
}
