// Readers of events: every event once and in order, however slow the reader is.
#include "engine/engine_fixture.hpp"

#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <doctest/doctest.h>

#include <algorithm>

using namespace jobwatch;
using namespace jobwatch::test;
using namespace std::chrono_literals;

namespace
{

void add_events(engine_fixture& engine, std::size_t count)
{
    for (std::size_t made = 0; made < count; ++made)
    {
        event happened;
        happened.type = event_type::daemon_reloaded;
        (void)run_coroutine(engine.context, engine.store.append(std::move(happened)));
    }
}

enum class page_may
{
    not_skip,
    skip,
};

// What is there for the reader now; checks that it goes on exactly where it was.
std::size_t read_page(engine_fixture& engine, event_reader& reader, page_may may = page_may::not_skip)
{
    const event_seq before = reader.cursor();
    const auto given = run_coroutine(engine.context, reader.next(engine.clock.now()));
    REQUIRE(given.has_value());
    event_seq expected = before;
    for (const shared_event& one : *given)
        REQUIRE(one->seq == ++expected);
    if (may == page_may::not_skip)
        REQUIRE(reader.cursor() == expected);
    return given->size();
}

void read_all(engine_fixture& engine, event_reader& reader)
{
    while (read_page(engine, reader) != 0)
    {
    }
    CHECK(reader.cursor() == engine.feed().head());
}

// Takes turns with whoever else is ready.
asio::awaitable<void> count_turns(std::size_t& turns)
{
    const auto executor = co_await asio::this_coro::executor;
    while (++turns < 100)
        co_await asio::post(executor, asio::use_awaitable);
}

asio::awaitable<void>
read_pages(engine_fixture& engine, const std::size_t& turns, std::vector<std::size_t>& at)
{
    event_reader reader(engine.feed(), 0);
    while (reader.cursor() != engine.feed().head())
    {
        const auto page = co_await reader.next(engine.clock.now());
        at.push_back(page->empty() ? 0 : turns);
    }
}

asio::awaitable<void> read_one(event_reader& reader, boot_time until, std::optional<std::size_t>& count)
{
    const auto given = co_await reader.next(until);
    count = given ? given->size() : 0;
}

} // namespace

TEST_CASE("live, slow and mixed readers get every event once and in order")
{
    engine_fixture engine;
    engine.start();
    event_reader live(engine.feed(), 0);
    event_reader slow(engine.feed(), 0);
    event_reader mixed(engine.feed(), 0);
    for (int part = 0; part < 40; ++part)
    {
        add_events(engine, 500);
        read_all(engine, live);
        if (part % 3 == 0)
            read_page(engine, mixed);
    }
    read_all(engine, mixed);
    read_all(engine, slow); // 20,000 behind: from the store, then from memory
    CHECK(engine.feed().readers() == 3);
}

TEST_CASE("around the oldest event in memory no reader loses one")
{
    engine_fixture engine;
    engine.start();
    add_events(engine, max_recent_events + 8); // the first 8 are in the store only
    for (event_seq place = 5; place < 12; ++place)
    {
        event_reader reader(engine.feed(), place);
        CHECK(read_page(engine, reader) > 0);
    }
}

TEST_CASE("a reader after a restart is served from the store until the feed has events of its own")
{
    engine_fixture engine;
    engine.start();
    add_events(engine, 100);
    engine.restart();
    event_reader reader(engine.feed(), 40);
    CHECK(read_page(engine, reader) == 60);
    CHECK(read_page(engine, reader) == 0);
    add_events(engine, 3);
    CHECK(read_page(engine, reader) == 3);
}

TEST_CASE("a page has bounds, and a waiting reader wakes with the next event, at its time, or by wake()")
{
    engine_fixture engine;
    engine.start();
    add_events(engine, 2'000);
    event_reader reader(engine.feed(), 0);
    CHECK(read_page(engine, reader) <= max_page_events);
    read_all(engine, reader);

    std::optional<std::size_t> count;
    const auto read = [&](boot_time until)
    {
        count.reset();
        asio::co_spawn(engine.context, read_one(reader, until, count), asio::detached);
        engine.clock.settle();
        CHECK_FALSE(count.has_value());
    };
    read(never);
    add_events(engine, 1);
    engine.clock.settle();
    CHECK(count == 1U);
    read(engine.clock.now() + 15s);
    engine.advance(15s);
    CHECK(count == 0U);
    read(never);
    reader.wake();
    engine.clock.settle();
    CHECK(count == 0U);
}

TEST_CASE(
    "what retention has removed while a reader was behind shows in its cursor, even when nothing is left")
{
    engine_fixture engine;
    engine.start();
    add_events(engine, 100);
    engine.restart(); // none of them is in memory
    event_reader reader(engine.feed(), 40);
    engine.store.forget_events_before(101);
    CHECK(read_page(engine, reader, page_may::skip) == 0);
    CHECK(reader.cursor() == 100);
    add_events(engine, 1);
    CHECK(read_page(engine, reader) == 1);
    engine.store.forget_events_before(102);
    CHECK(read_page(engine, reader) == 0); // it had them all
    CHECK(reader.cursor() == 101);
}

TEST_CASE("a reader that catches up lets others run between its pages, from memory too")
{
    engine_fixture engine;
    engine.start();
    add_events(engine, 4 * max_page_events);
    std::size_t turns = 0;
    std::vector<std::size_t> turns_at_page;
    asio::co_spawn(engine.context, count_turns(turns), asio::detached);
    asio::co_spawn(engine.context, read_pages(engine, turns, turns_at_page), asio::detached);
    engine.clock.settle();
    REQUIRE(turns_at_page.size() == 4);
    CHECK(std::adjacent_find(turns_at_page.begin(), turns_at_page.end()) == turns_at_page.end());
}

TEST_CASE("readers that have gone leave nothing behind")
{
    engine_fixture engine;
    engine.start();
    {
        event_reader reader(engine.feed(), 0);
        CHECK(engine.feed().readers() == 1);
    }
    CHECK(engine.feed().readers() == 0);
    add_events(engine, 1);
}

TEST_CASE("a subscription starts where it wishes, or after a gap that says why")
{
    engine_fixture engine;
    engine.start();
    add_events(engine, 100);
    event_feed& feed = engine.feed();
    const std::string log = feed.log_id();
    CHECK(start_of(from_tail{}, feed).cursor == 100);
    CHECK(start_of(from_begin{}, feed).cursor == 0);
    CHECK(start_of(cursor{log, 42}, feed).cursor == 42);
    CHECK(start_of(cursor{"", 42}, feed).cursor == 42);
    CHECK_FALSE(start_of(cursor{log, 100}, feed).missing.has_value());

    engine.store.forget_events_before(51);
    CHECK(start_of(from_begin{}, feed).cursor == 50);
    CHECK_FALSE(start_of(cursor{log, 50}, feed).missing.has_value());
    const feed_start old = start_of(cursor{log, 10}, feed);
    REQUIRE(old.missing.has_value());
    CHECK(old.cursor == 50);
    CHECK(old.missing->from == 11);
    CHECK(old.missing->to == 50);
    CHECK(old.missing->why == "retention");
    const feed_start beyond = start_of(cursor{log, 101}, feed);
    REQUIRE(beyond.missing.has_value());
    CHECK(beyond.cursor == 100);
    const feed_start foreign = start_of(cursor{"another", 7}, feed);
    REQUIRE(foreign.missing.has_value());
    CHECK(foreign.cursor == 50);
    CHECK(foreign.missing->why == "foreign log");
}
