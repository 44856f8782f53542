#include "engine/event_feed.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>

namespace jobwatch
{

void event_feed::publish(std::span<const watch_store::committed> events)
{
    for (const watch_store::committed& one : events)
    {
        recent_.push_back(one.stored);
        recent_bytes_ += one.stored->text.size();
        for (const listener& told : listeners_)
            told(one);
    }
    while (recent_.size() > max_recent_events || recent_bytes_ > max_recent_bytes)
    {
        recent_bytes_ -= recent_.front()->text.size();
        recent_.pop_front();
    }
    for (wake_timer* const reader : readers_)
        reader->wake();
}

bool event_feed::is_recent(event_seq seq) const
{
    if (recent_.empty())
        return seq >= head();
    return seq + 1 >= recent_.front()->seq;
}

event_feed::page event_feed::recent_after(event_seq seq) const
{
    page events;
    std::size_t bytes = 0;
    // `seq` has no holes, so the place of the next event can be computed.
    auto place = recent_.begin();
    if (!recent_.empty() && seq >= recent_.front()->seq)
        place +=
            static_cast<std::ptrdiff_t>(std::min<event_seq>(seq - recent_.front()->seq + 1, recent_.size()));
    for (; place != recent_.end() && events.size() < max_page_events && bytes < max_page_bytes; ++place)
    {
        events.push_back(*place);
        bytes += (*place)->text.size();
    }
    return events;
}

event_reader::event_reader(event_feed& feed, event_seq seq) :
    feed_(feed), timer_(feed.clock_.make_timer()), cursor_(seq)
{
    feed_.readers_.push_back(timer_.get());
}

event_reader::~event_reader()
{
    std::erase(feed_.readers_, timer_.get());
}

void event_reader::wake()
{
    woken_ = true;
    timer_->wake();
}

// A reader that catches up lets others run between its pages; one that waits for news does so by waiting.
asio::awaitable<void> event_reader::give_way() const
{
    const auto executor = co_await asio::this_coro::executor;
    co_await asio::post(executor, asio::use_awaitable);
}

asio::awaitable<result<event_feed::page>> event_reader::look()
{
    if (feed_.is_recent(cursor_))
    {
        if (behind_)
            co_await give_way();
        co_return feed_.recent_after(cursor_);
    }
    const event_seq head = feed_.head();
    auto stored = co_await feed_.store_.events_after(cursor_, max_page_events, max_page_bytes);
    // The store gives one event at least, if it holds any up to the head of that moment.
    if (stored && stored->empty())
        cursor_ = std::max(cursor_, head);
    co_return stored;
}

asio::awaitable<result<event_feed::page>> event_reader::next(boot_time until)
{
    const event_seq before = cursor_;
    result<event_feed::page> given = event_feed::page{};
    while (!woken_)
    {
        given = co_await look();
        if (!given || !given->empty() || cursor_ != before)
            break;
        behind_ = false;
        if (feed_.clock_.now() >= until)
            break;
        co_await timer_->wait_until(until);
    }
    woken_ = false;
    if (given && !given->empty())
    {
        cursor_ = given->back()->seq;
        behind_ = true;
    }
    co_return given;
}

feed_start start_of(const subscribe_start& wish, const event_feed& feed)
{
    const event_seq head = feed.head();
    const event_seq before_oldest = feed.oldest() - 1;
    if (std::holds_alternative<from_tail>(wish))
        return {head, {}};
    if (std::holds_alternative<from_begin>(wish))
        return {before_oldest, {}};
    const cursor& place = std::get<cursor>(wish);
    if (!place.log.empty() && place.log != feed.log_id())
        return {before_oldest, feed_start::gap{1, before_oldest, "foreign log"}};
    if (place.seq > head)
        return {head, feed_start::gap{head + 1, place.seq, "beyond the head"}};
    if (place.seq < before_oldest)
        return {before_oldest, feed_start::gap{place.seq + 1, before_oldest, "retention"}};
    return {place.seq, {}};
}

bool passes(const stored_event& happened, const event_filter& filter)
{
    const auto& types = filter.types;
    if (!types.empty() && std::find(types.begin(), types.end(), happened.type) == types.end())
        return false;
    return !filter.appliance || *filter.appliance == happened.appliance;
}

} // namespace jobwatch
