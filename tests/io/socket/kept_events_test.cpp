// Readers and the real store: cursors that outlive a restart, and what retention has removed.
#include "engine/event_feed.hpp"
#include "io/state/state_fixture.hpp"
#include "support/manual_clock.hpp"

#include <doctest/doctest.h>

using namespace jobwatch;
using namespace jobwatch::test;

namespace
{

// The store and the feed of one run of the daemon.
struct kept_events : state_fixture
{
    kept_events() { begin(); }

    void begin()
    {
        feed = std::make_unique<event_feed>(*store, clock);
        store->on_committed([this](std::span<const watch_store::committed> told) { feed->publish(told); });
    }

    void restart()
    {
        feed.reset();
        reopen();
        begin();
    }

    void happen(std::size_t count)
    {
        for (std::size_t made = 0; made < count; ++made)
            REQUIRE(run(store->append(an_event(event_type::daemon_reloaded))).has_value());
    }

    // The same in one commit.
    void add_watches(std::size_t count)
    {
        std::vector<new_watch> batch;
        for (std::size_t made = 0; made < count; ++made)
            batch.push_back(a_watch("job-" + std::to_string(made)));
        REQUIRE(run(store->submit(std::move(batch))).has_value());
    }

    event_feed::page page_of(event_reader& reader) { return run(reader.next(clock.now())).value(); }

    manual_clock clock{context};
    std::unique_ptr<event_feed> feed;
};

} // namespace

TEST_CASE_FIXTURE(
    kept_events, "the same cursor works after a restart, and goes on from the disk into what is new")
{
    add_watches(700);
    const cursor mine{feed->log_id(), 100};
    restart();
    const feed_start begin = start_of(mine, *feed);
    CHECK_FALSE(begin.missing.has_value());
    event_reader reader(*feed, begin.cursor);
    happen(3);
    event_seq expected = mine.seq;
    for (auto page = page_of(reader); !page.empty(); page = page_of(reader))
    {
        CHECK(page.size() <= max_page_events);
        for (const shared_event& one : page)
        {
            REQUIRE(one->seq == ++expected);
            CHECK(one->text.starts_with("{\"seq\":" + std::to_string(expected) + ','));
        }
    }
    CHECK(expected == 703);
}

TEST_CASE_FIXTURE(
    kept_events,
    "events that were removed are a gap, also when none is left, and their numbers are not used again")
{
    happen(20);
    REQUIRE_FALSE(sql("DELETE FROM events WHERE seq <= 12"));
    restart();
    CHECK(feed->oldest() == 13);
    CHECK(start_of(from_begin{}, *feed).cursor == 12);
    const feed_start cut = start_of(cursor{feed->log_id(), 4}, *feed);
    REQUIRE(cut.missing.has_value());
    CHECK(cut.missing->from == 5);
    CHECK(cut.missing->to == 12);
    CHECK(cut.missing->why == "retention");

    {
        event_reader behind(*feed, 15);
        REQUIRE_FALSE(sql("DELETE FROM events")); // while it is being read
        CHECK(page_of(behind).empty());
        CHECK(behind.cursor() == 20);
    }
    restart();
    CHECK(feed->head() == 20);
    CHECK(feed->oldest() == 21);
    const feed_start all = start_of(cursor{feed->log_id(), 15}, *feed);
    REQUIRE(all.missing.has_value());
    CHECK(all.missing->to == 20);
    CHECK_FALSE(start_of(cursor{feed->log_id(), 20}, *feed).missing.has_value());
    happen(1);
    CHECK(feed->head() == 21);
}

TEST_CASE_FIXTURE(kept_events, "a cursor of another database, or from beyond the head, is told as that")
{
    happen(5);
    const cursor old{feed->log_id(), 5};
    close();
    std::filesystem::remove_all(state());
    open();
    begin();
    happen(2);
    CHECK(feed->log_id() != old.log);
    CHECK(start_of(old, *feed).missing->why == "foreign log");
    CHECK(start_of(old, *feed).cursor == 0);
    const feed_start beyond = start_of(cursor{"", 5}, *feed);
    REQUIRE(beyond.missing.has_value());
    CHECK(beyond.missing->from == 3);
    CHECK(beyond.missing->to == 5);
    CHECK(beyond.cursor == 2);
}
