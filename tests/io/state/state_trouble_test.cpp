// A disk that refuses. A file size limit stands in for the full disk where root would be needed to fill one: SQLite
// sees a failing write() in its log, as with ENOSPC, under another name. A page limit gives SQLITE_FULL itself.
#include "file_size_limit.hpp"
#include "state_fixture.hpp"

#include <filesystem>

using namespace jobwatch;
using test::a_watch;
using test::an_ending;
using test::an_event;
using test::state_fixture;

TEST_CASE_FIXTURE(
    state_fixture, "when the log cannot grow, writes are refused, nothing is shown, and later ones work")
{
    submit(a_watch("job-1"));
    std::size_t told = 0;
    store->on_committed([&](auto news) { told += news.size(); });
    {
        const test::file_size_limit full(std::filesystem::file_size(state() + "/state.db-wal"));
        const auto refused = run(store->submit({a_watch("job-2")}));
        REQUIRE(refused.has_error());
        CHECK(refused.error() == errc::state_not_writable);
        CHECK(run(store->update(an_ending(1))).error() == errc::state_not_writable);
        CHECK(run(store->update_all({an_ending(1)})).error() == errc::state_not_writable);
        CHECK(run(store->append(an_event(event_type::daemon_degraded))).error() == errc::state_not_writable);
        CHECK(run(store->get(test::job("job-1"))).value()->number == 1); // reading goes on
    }
    CHECK(told == 0);
    CHECK(store->head() == 1);
    CHECK(store->watches_ended() == 0);
    CHECK(submit(a_watch("job-3")).number == 2); // no number was lost either
    end(1);
    CHECK(store->head() == 3);
    context.poll();
    CHECK(out.said(log_level::error, "the state cannot be written"));
    CHECK(out.said(log_level::info, "can be written again"));
    reopen();
    CHECK(ask("SELECT count(*) FROM watches WHERE job = 'job-2'") == 0);
    CHECK(ask("SELECT max(seq) = count(*) FROM events") == 1);
}

TEST_CASE_FIXTURE(state_fixture, "trouble is said once, not with every refused write")
{
    submit(a_watch("job-1"));
    const test::file_size_limit full(std::filesystem::file_size(state() + "/state.db-wal"));
    for (int index = 0; index < 5; ++index)
        CHECK(run(store->submit({a_watch("job-2")})).has_error());
    context.poll();
    CHECK(out.entries.size() == 1);
}

TEST_CASE_FIXTURE(state_fixture, "a full database refuses a batch as a whole")
{
    close();
    auto connection = open_state_writer(state());
    REQUIRE(connection.has_value());
    REQUIRE_FALSE(connection->run("PRAGMA max_page_count = 40"));
    state_writer writer(std::move(*connection));
    REQUIRE_FALSE(writer.load());
    watch_writes watches(writer);
    std::vector<new_watch> batch;
    for (int index = 0; index < 5'000; ++index)
        batch.push_back(a_watch("job-" + std::to_string(index)));
    REQUIRE_FALSE(writer.begin());
    const auto refused = watches.submit(batch);
    REQUIRE(refused.has_error());
    CHECK(refused.error().value() == 13); // SQLITE_FULL
    writer.undo();
    CHECK(writer.last_seq() == 0);
    CHECK(writer.take_events().empty());
    REQUIRE_FALSE(writer.begin());
    REQUIRE(watches.submit({a_watch("small")}).has_value()); // there is room for that
    REQUIRE_FALSE(writer.commit());
    CHECK(writer.last_seq() == 1);
}

TEST_CASE_FIXTURE(state_fixture, "one request that the tables refuse spoils no other of its group")
{
    submit(a_watch("job-1"));
    submit(a_watch("job-2"));
    // Somebody wrote an ending behind our back: ours is refused by the rule of one ending.
    REQUIRE_FALSE(sql("INSERT INTO events VALUES(3, 0, 'job.finished', 1, 'prod', 'failed', 'x')"));
    reopen();
    result<void> first;
    result<void> second;
    boost::asio::co_spawn(
        context, store->update(an_ending(1)), [&](std::exception_ptr, result<void> given) { first = given; });
    boost::asio::co_spawn(
        context, store->update(an_ending(2)),
        [&](std::exception_ptr, result<void> given) { second = given; });
    context.restart();
    context.run_for(test::patience);
    REQUIRE(first.has_error());
    CHECK(first.error() == errc::state_not_writable);
    CHECK(second.has_value());
    CHECK(out.said(log_level::error, "a watch has one ending"));
    CHECK(ask("SELECT count(*) FROM watches WHERE outcome IS NULL") == 1);
}
