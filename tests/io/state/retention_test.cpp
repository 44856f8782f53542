// What is kept no longer goes in small steps: never an open watch, never what events.jsonl has not, never a number twice.
#include "events_file_fixture.hpp"
#include "io/state/retention.hpp"

using namespace jobwatch;
using test::a_watch;
using test::content;

namespace
{

struct retained : test::events_file_fixture
{
    // Ages the test's events, which are of 2023: older than a day.
    void retain_a_day()
    {
        retain = std::chrono::days(1);
        reopen();
    }

    void log_and_mark()
    {
        start();
        wait_until_logged(store->head());
        stop();
        REQUIRE_FALSE(store->commit_log_mark(store->head()));
    }

    template <class Condition>
    bool comes(Condition condition)
    {
        const auto limit = std::chrono::steady_clock::now() + test::patience;
        while (!condition() && std::chrono::steady_clock::now() < limit)
        {
            context.restart();
            context.poll();
            std::this_thread::yield();
        }
        return condition();
    }
};

} // namespace

TEST_CASE_FIXTURE(retained, "old events and ended watches go, open ones stay, and no number comes back")
{
    auto labelled = a_watch("labelled");
    labelled.labels = {{"change", "CHG-1"}};
    submit(labelled);
    add(2'000); // several steps
    for (watch_number number = 1; number <= 1'200; ++number)
        end(number);
    REQUIRE(store->head() == 3'201);
    log_and_mark();
    auto recent = test::an_event(event_type::daemon_started);
    recent.time = std::chrono::system_clock::now();
    REQUIRE(run(store->append(recent)).has_value());
    retain_a_day();
    CHECK(comes([&] { return store->oldest() == 3'202; }));
    CHECK(comes([&] { return store->watches_ended() == 0; }));
    CHECK(run(store->open_watches(0, 5'000)).value().size() == 801);
    CHECK(events().size() == 1);
    CHECK(store->head() == 3'202);
    CHECK(submit(a_watch("new")).number == 2'002);
    CHECK(submit(a_watch("labelled")).already == false); // it is forgotten
    CHECK(run(store->labelled({{"change", "CHG-1"}}, 10)).value().empty());
    reopen();
    CHECK(store->head() == 3'204);
    CHECK(store->oldest() == 3'202);
    CHECK(ask("SELECT count(*) FROM watches WHERE outcome IS NOT NULL") == 0);
    CHECK(ask("SELECT count(*) FROM documents") == 0);
}

TEST_CASE_FIXTURE(
    retained, "what is not known to be in events.jsonl stays, however old, and so does its watch")
{
    submit(a_watch("job-1"));
    submit(a_watch("job-2"));
    end(1);
    end(2);
    REQUIRE_FALSE(store->commit_log_mark(3)); // of four
    retain_a_day();
    CHECK(comes([&] { return store->oldest() == 4; }));
    CHECK(comes([&] { return store->watches_ended() == 1; }));
    CHECK(run(store->get(test::job("job-2"))).value().has_value());
    CHECK_FALSE(run(store->get(test::job("job-1"))).value().has_value());
    log_and_mark();
    CHECK(test::seqs_in(content(path())) == std::vector<event_seq>{4});
}

TEST_CASE_FIXTURE(retained, "an old event behind a young one waits for it, so that no hole is made")
{
    submit(a_watch("job-1"));
    auto young = a_watch("job-2");
    young.submitted_at = a_watch("job-2").submitted_at + std::chrono::hours(48);
    submit(young);
    submit(a_watch("job-3"));
    REQUIRE_FALSE(store->commit_log_mark(3));
    close();
    auto connection = open_state_writer(state());
    REQUIRE(connection.has_value());
    state_writer writer(std::move(*connection));
    REQUIRE_FALSE(writer.load());
    retention keeper(writer, std::chrono::hours(24));
    const auto now = a_watch("job-1").submitted_at + std::chrono::hours(25);
    CHECK(keeper.step(now).value()); // the first
    CHECK_FALSE(keeper.step(now).value());
    CHECK(keeper.oldest() == 2);
    CHECK(keeper.step(now + std::chrono::hours(48)).value());
    CHECK(keeper.oldest() == 4);
    CHECK_FALSE(keeper.step(now + std::chrono::hours(48)).value()); // the watches are open
    CHECK(ask("SELECT count(*) FROM watches") == 3);
}
