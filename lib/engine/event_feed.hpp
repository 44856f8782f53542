// Hands committed events on: to whoever listens (log lines, events.jsonl, ended watches) and to readers with a
// cursor. The newest events are kept in memory, shared by all readers; a reader that has fallen behind them is
// served from the store at its own pace, so it costs bounded memory and slows nobody.
#pragma once

#include "core/command.hpp"
#include "engine/ports/clock.hpp"
#include "engine/ports/watch_store.hpp"

#include <deque>
#include <functional>
#include <memory>
#include <span>
#include <vector>

namespace jobwatch
{

inline constexpr std::size_t max_recent_events = 8'192;
inline constexpr std::size_t max_recent_bytes = 8 << 20;
inline constexpr std::size_t max_page_events = 512; // handed to a reader at once
inline constexpr std::size_t max_page_bytes = 256 << 10;

class event_feed
{
public:
    using listener = std::function<void(const watch_store::committed&)>;

    event_feed(watch_store& store, clock& time) : store_(store), clock_(time) {}
    event_feed(const event_feed&) = delete;
    event_feed& operator=(const event_feed&) = delete;

    // Called for each event in `seq` order, before any reader sees it. Set before the first publish.
    void on_event(listener told) { listeners_.push_back(std::move(told)); }

    void publish(std::span<const watch_store::committed> events); // given to watch_store::on_committed

    event_seq head() const { return store_.head(); }
    event_seq oldest() const { return store_.oldest(); }
    const std::string& log_id() const { return store_.log_id(); }
    std::size_t readers() const { return readers_.size(); }

    using page = std::vector<shared_event>;

private:
    friend class event_reader;

    page recent_after(event_seq seq) const;
    bool is_recent(event_seq seq) const; // is the event after `seq` in memory, if there is one?

    watch_store& store_;
    clock& clock_;
    std::vector<listener> listeners_;
    std::deque<shared_event> recent_;
    std::size_t recent_bytes_ = 0;
    std::vector<wake_timer*> readers_;
};

// One reader's place in the feed. Used by one coroutine.
class event_reader
{
public:
    // Goes on after `seq`, which is at most head().
    event_reader(event_feed& feed, event_seq seq);
    ~event_reader();
    event_reader(const event_reader&) = delete;
    event_reader& operator=(const event_reader&) = delete;

    // The next events, at least one, as soon as there are any; empty when `until` came first or wake() was called. What
    // is missing between the cursor before and the first of them, or, when there are none, the cursor after, has been
    // removed by retention.
    asio::awaitable<result<event_feed::page>> next(boot_time until);

    // Ends a next() under way.
    void wake();

    event_seq cursor() const { return cursor_; }

private:
    asio::awaitable<result<event_feed::page>> look(); // what there is now
    asio::awaitable<void> give_way() const;

    event_feed& feed_;
    std::unique_ptr<wake_timer> timer_;
    event_seq cursor_;
    bool woken_ = false;
    bool behind_ = false; // it got a page, and has not come to the end since
};

// Where a subscription starts, and the gap to be told first, if its wish cannot be met to the letter.
struct feed_start
{
    struct gap
    {
        event_seq from = 0;
        event_seq to = 0;
        std::string why; // "retention", "foreign log", "beyond the head"
    };

    event_seq cursor = 0;
    std::optional<gap> missing;
};

feed_start start_of(const subscribe_start& wish, const event_feed& feed);

// All but the labels, which only the event's text holds.
bool passes(const stored_event& happened, const event_filter& filter);

} // namespace jobwatch
