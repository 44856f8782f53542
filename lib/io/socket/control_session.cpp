#include "io/socket/control_session.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

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
    around_.tasks.spawn("a control client's writer", run_writer(session));
    around_.tasks.spawn("a control client's hang-up watch", run_hang_up(session));
    around_.tasks.spawn("a control client", run(session));
}

void control_session::stop()
{
    stopping_ = true;
    if (subscription_ != nullptr)
        subscription_->wake();
    // Ends the reading; what was read is still answered.
    boost::system::error_code ignored;
    client_.socket().shutdown(asio::socket_base::shutdown_receive, ignored);
}

void control_session::client_gone()
{
    for (wait_ticket* const waiting : waits_)
        waiting->leave();
    if (subscription_ != nullptr)
        subscription_->wake();
    timer_->wake();
}

asio::awaitable<void> control_session::run_writer(self session)
{
    co_await session->client_.write_all();
}

asio::awaitable<void> control_session::run_hang_up(self session)
{
    co_await session->client_.watch_hang_up();
}

asio::awaitable<void> control_session::run(self session)
{
    co_await session->read_lines();
    if (session->lines_.has_rest() && !session->stopping_)
        session->client_.put(refusal_line("null", line_unfinished()));
    while (session->beside_ != 0 && !session->client_.gone())
        co_await session->timer_->wait_until(never);
    session->client_.finish();
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
    const bool waits = std::holds_alternative<wait_command>(asked->asked);
    const bool subscribes = std::holds_alternative<subscribe_command>(asked->asked);
    if ((waits || subscribes) && client_.gone())
        co_return; // nobody is left to be told
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
    around_.tasks.spawn("a client's wait", run_wait(shared_from_this(), std::move(asked)));
}

asio::awaitable<void> control_session::run_wait(self session, control_request asked)
{
    wait_ticket ticket(session->around_.time);
    session->waits_.push_back(&ticket);
    auto wanted = std::get<wait_command>(asked.asked);
    const control_service::outcome_of given =
        co_await session->around_.service.wait(std::move(wanted), ticket);
    std::erase(session->waits_, &ticket);
    session->put_answer(asked, given);
    session->beside_ended();
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
    around_.tasks.spawn("a client's subscription", run_subscription(shared_from_this(), std::move(asked)));
}

asio::awaitable<void> control_session::run_subscription(self session, control_request asked)
{
    event_feed& feed = session->around_.feed;
    auto wanted = std::get<subscribe_command>(asked.asked);
    const feed_start begin = start_of(wanted.from, feed);
    session->put_answer(asked, control_answer(subscribe_answer{feed.log_id(), feed.head()}));
    if (begin.missing)
        session->client_.put(gap_line(begin.missing->from, begin.missing->to, begin.missing->why));
    event_reader reader(feed, begin.cursor);
    session->subscription_ = &reader;
    co_await session->stream_events(reader, std::move(wanted.filter));
    session->subscription_ = nullptr;
    session->beside_ended();
}

asio::awaitable<void> control_session::stream_events(event_reader& reader, event_filter filter)
{
    const auto waiting = around_.time.make_timer();
    event_seq delivered = reader.cursor();
    boot_time heartbeat_at = around_.time.now() + around_.heartbeat;
    while (!client_.gone() && !stopping_)
    {
        const auto events = co_await reader.next(heartbeat_at);
        if (!events)
        {
            // The store cannot be read: the client has its cursor and comes again.
            client_.close_now();
            co_return;
        }
        put_events(*events, filter, delivered);
        if (around_.time.now() >= heartbeat_at)
        {
            client_.put(heartbeat_line(delivered, around_.feed.head()));
            heartbeat_at = around_.time.now() + around_.heartbeat;
        }
        co_await client_.room(*waiting);
    }
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
    client_.put(std::move(text));
}

} // namespace jobwatch
