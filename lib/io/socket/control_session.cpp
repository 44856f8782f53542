#include "io/socket/control_session.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <array>

namespace jobwatch
{

namespace
{

refusal line_too_long()
{
    return {
        refusal_code::too_many,
        "the line is too long: at most " + std::to_string(max_control_line)
            + " bytes are allowed; it was skipped",
        {{"limit", std::int64_t{max_control_line}}}};
}

refusal line_unfinished()
{
    return {
        refusal_code::invalid_request, "the last line has no newline at its end: it was not carried out", {}};
}

refusal too_many_waits()
{
    return {
        refusal_code::too_many,
        "at most " + std::to_string(max_waits_per_client) + " waits may be under way on one connection",
        {{"limit", std::int64_t{max_waits_per_client}}}};
}

} // namespace

control_session::control_session(
    client_connection::local_socket socket, caller by, const surroundings& around) :
    client_(std::move(socket), around.time), by_(by), around_(around), timer_(around.time.make_timer())
{
}

void control_session::start()
{
    const self session = shared_from_this();
    client_.on_gone([this] { client_gone(); });
    around_.tasks.spawn("a control client's writer", task(session, client_.write_all()));
    around_.tasks.spawn("a control client's hang-up watch", task(session, client_.watch_hang_up()));
    around_.tasks.spawn("a control client", task(session, run()));
}

void control_session::stop()
{
    stopping_ = true;
    if (subscription_)
        subscription_->wake();
    // Ends the reading; what was read is still answered.
    boost::system::error_code ignored;
    client_.socket().shutdown(asio::socket_base::shutdown_receive, ignored);
}

void control_session::client_gone()
{
    for (const auto& waiting : waits_)
        waiting->leave();
    if (subscription_)
        subscription_->wake();
    timer_->wake();
}

// Holds the session as long as the work goes on.
asio::awaitable<void> control_session::task(self session, asio::awaitable<void> work)
{
    co_await session->client_.or_close(std::move(work));
}

asio::awaitable<void> control_session::run()
{
    co_await read_lines();
    if (lines_.has_rest() && !stopping_)
        client_.put(refusal_line("null", line_unfinished()));
    while (beside_ != 0 && !client_.gone())
        co_await timer_->wait_until(never);
    client_.finish();
}

asio::awaitable<void> control_session::read_lines()
{
    std::vector<char> bytes(64 * 1024);
    // Whole lines are carried out even when their sender has left at once; the kernel holds only so many of them.
    while (!client_.closed())
    {
        boost::system::error_code failed;
        auto token = asio::redirect_error(asio::use_awaitable, failed);
        const auto space = asio::buffer(bytes);
        const std::size_t count = co_await client_.socket().async_read_some(space, token);
        if (failed)
            break;
        lines_.feed(std::string_view(bytes.data(), count));
        for (auto piece = lines_.next(); piece && !client_.closed(); piece = lines_.next())
        {
            if (piece->too_long)
                client_.put(refusal_line("null", line_too_long()));
            else
                co_await take_line(std::move(piece->line));
            // A client that does not read is not read from either.
            co_await client_.room(*timer_);
        }
    }
}

asio::awaitable<void> control_session::take_line(std::string line)
{
    if (line.empty() || line == "\r")
        co_return;
    auto asked = parse_control_line(line);
    if (!asked)
    {
        client_.put(refusal_line(asked.error().id, asked.error().why));
        co_return;
    }
    if (client_.gone() && !changes_state(asked->asked))
        co_return; // nobody is left to be told
    const bool waits = std::holds_alternative<wait_command>(asked->asked);
    const bool subscribes = std::holds_alternative<subscribe_command>(asked->asked);
    if (waits)
    {
        start_wait(std::move(*asked));
        co_return;
    }
    if (subscribes)
    {
        start_subscription(std::move(*asked));
        co_return;
    }
    const control_service::outcome_of given = co_await around_.service.execute(asked->asked, by_);
    put_answer(*asked, given);
}

void control_session::put_answer(const control_request& asked, const control_service::outcome_of& given)
{
    if (asked.id.empty() && !asked.bare)
        return; // a notification
    client_.put(
        given ? answer_line(asked, *given) : refusal_line(asked.bare ? "null" : asked.id, given.error()));
}

// --- wait ---------------------------------------------------------------------------------------------------------

void control_session::start_wait(control_request asked)
{
    if (waits_.size() >= max_waits_per_client)
    {
        put_answer(asked, too_many_waits());
        return;
    }
    ++beside_;
    around_.tasks.spawn("a client's wait", task(shared_from_this(), run_wait(std::move(asked))));
}

asio::awaitable<void> control_session::run_wait(control_request asked)
{
    const auto ticket = std::make_shared<wait_ticket>(around_.time);
    waits_.push_back(ticket);
    auto wanted = std::get<wait_command>(std::move(asked.asked));
    const control_service::outcome_of given = co_await around_.service.wait(std::move(wanted), *ticket);
    std::erase(waits_, ticket);
    put_answer(asked, given);
    beside_ended();
}

void control_session::beside_ended()
{
    --beside_;
    timer_->wake();
}

// --- subscribe ----------------------------------------------------------------------------------------------------

void control_session::start_subscription(control_request asked)
{
    if (subscribed_)
    {
        put_answer(
            asked, refusal{refusal_code::invalid_request, "this connection has a subscription already", {}});
        return;
    }
    subscribed_ = true;
    ++beside_;
    around_.tasks.spawn(
        "a client's subscription", task(shared_from_this(), run_subscription(std::move(asked))));
}

asio::awaitable<void> control_session::run_subscription(control_request asked)
{
    event_feed& feed = around_.feed;
    auto wanted = std::get<subscribe_command>(asked.asked);
    const std::optional<refusal> unknown =
        co_await around_.service.refuse_unknown(wanted.filter.appliance, std::nullopt);
    if (unknown)
    {
        subscribed_ = false; // it may try again
        put_answer(asked, *unknown);
        beside_ended();
        co_return;
    }
    const feed_start begin = start_of(wanted.from, feed);
    put_answer(asked, control_answer(subscribe_answer{feed.log_id(), feed.head()}));
    if (begin.missing)
        client_.put(gap_line(begin.missing->from, begin.missing->to, begin.missing->why));
    subscription_.emplace(feed, begin.cursor);
    co_await stream_events(std::move(wanted.filter));
    subscription_.reset();
    beside_ended();
}

asio::awaitable<void> control_session::stream_events(event_filter filter)
{
    event_reader& reader = *subscription_;
    const auto waiting = around_.time.make_timer();
    event_seq delivered = reader.cursor();
    boot_time heartbeat_at = around_.time.now() + around_.heartbeat;
    while (!client_.gone() && !stopping_)
    {
        auto events = co_await reader.next(heartbeat_at);
        if (!events)
        {
            // The store cannot be read: the client has its cursor and comes again.
            client_.close_now();
            co_return;
        }
        put_events(*events, filter, delivered);
        put_gap(delivered, reader.cursor());
        events->clear(); // nothing of it is kept while the client is waited for
        if (around_.time.now() >= heartbeat_at)
        {
            client_.put(heartbeat_line(delivered, around_.feed.head()));
            heartbeat_at = around_.time.now() + around_.heartbeat;
        }
        co_await client_.room(*waiting, max_queued_event_bytes);
    }
}

// The events behind `cursor` up to `last` are not there any more.
void control_session::put_gap(event_seq& cursor, event_seq last)
{
    if (cursor < last)
        client_.put(gap_line(cursor + 1, last, "retention"));
    cursor = std::max(cursor, last);
}

void control_session::put_events(
    const event_feed::page& events, const event_filter& filter, event_seq& cursor)
{
    std::string text;
    for (const shared_event& one : events)
    {
        if (one->seq != cursor + 1)
            text += gap_line(cursor + 1, one->seq - 1, "retention");
        cursor = one->seq;
        if (!passes(*one, filter))
            continue;
        const std::string_view line(one->text.data(), one->text.size() - 1);
        if (filter.labels.empty() || carries_labels(line, filter.labels))
            text += event_line(line);
    }
    text.shrink_to_fit(); // it may wait for long
    client_.put(std::move(text));
}

} // namespace jobwatch
