#include "io/socket/events_session.hpp"

#include "wire/control_message.hpp"
#include "wire/first_line.hpp"
#include "wire/line_splitter.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <array>

namespace jobwatch
{

namespace
{

answer_or_refusal<subscribe_start> line_unfinished()
{
    return refusal{refusal_code::invalid_request, "the first line has no newline at its end", {}};
}

} // namespace

events_session::events_session(client_connection::local_socket socket, const surroundings& around) :
    client_(std::move(socket), around.time),
    around_(around),
    timer_(around.time.make_timer()),
    connected_at_(around.feed.head())
{
}

void events_session::start()
{
    const self session = shared_from_this();
    client_.on_gone(
        [this]
        {
            if (reader_)
                reader_->wake();
            timer_->wake();
        });
    around_.tasks.spawn("an event reader's writer", task(session, client_.write_all()));
    around_.tasks.spawn("an event reader's hang-up watch", task(session, run_hang_up()));
    around_.tasks.spawn("an event reader's first line", task(session, run_reader()));
    around_.tasks.spawn("an event reader", task(session, run()));
}

void events_session::stop()
{
    stopping_ = true;
    if (reader_)
        reader_->wake();
    timer_->wake();
}

// Holds the session as long as the work goes on.
asio::awaitable<void> events_session::task(self session, asio::awaitable<void> work)
{
    co_await session->client_.or_close(std::move(work));
}

asio::awaitable<void> events_session::run_hang_up()
{
    co_await client_.watch_hang_up();
    client_.close_now();
}

// Takes the first line; what comes after it is read and ignored, so that the client never blocks.
asio::awaitable<void> events_session::run_reader()
{
    line_splitter lines(max_first_line);
    std::array<char, 512> bytes{};
    while (!client_.gone())
    {
        boost::system::error_code failed;
        auto token = asio::redirect_error(asio::use_awaitable, failed);
        const auto space = asio::buffer(bytes);
        const std::size_t count = co_await client_.socket().async_read_some(space, token);
        if (failed)
            break;
        if (has_line_)
            continue;
        lines.feed(std::string_view(bytes.data(), count));
        auto piece = lines.next();
        line_begun_ = lines.has_rest();
        if (piece)
        {
            first_line_ = piece->too_long ? "(a longer line)" : std::move(piece->line);
            has_line_ = true;
            timer_->wake();
        }
    }
    if (has_line_ || !line_begun_)
        co_return;
    line_unfinished_ = true;
    has_line_ = true;
    timer_->wake();
}

asio::awaitable<void> events_session::await_first_line()
{
    const boot_time limit = around_.time.now() + first_line_wait;
    // A cursor that comes in two portions must not be taken for silence: that would be a silent gap.
    while (!has_line_ && !client_.gone() && !stopping_ && (line_begun_ || around_.time.now() < limit))
    {
        const boot_time until = line_begun_ ? never : limit;
        co_await timer_->wait_until(until);
    }
    if (!has_line_)
        first_line_ = "tail";
    has_line_ = true; // later lines are ignored
}

asio::awaitable<void> events_session::run()
{
    co_await await_first_line();
    const auto wish = line_unfinished_ ? line_unfinished() : parse_first_line(first_line_);
    if (!wish)
    {
        client_.put(refusal_line("null", wish.error()));
        client_.finish();
        co_return;
    }
    feed_start begin = start_of(*wish, around_.feed);
    if (std::holds_alternative<from_tail>(*wish))
        begin.cursor = connected_at_;
    if (begin.missing)
        client_.put(gap_event_line(begin.missing->from, begin.missing->to, begin.missing->why));
    reader_.emplace(around_.feed, begin.cursor);
    co_await stream();
    reader_.reset();
    client_.finish();
}

asio::awaitable<void> events_session::stream()
{
    event_reader& reader = *reader_;
    event_seq delivered = reader.cursor();
    while (!client_.gone() && !stopping_)
    {
        auto events = co_await reader.next(never);
        if (!events)
        {
            client_.close_now();
            co_return;
        }
        for (const shared_event& one : *events)
        {
            put_gap(delivered, one->seq - 1);
            delivered = one->seq;
            client_.put(one, one->text);
        }
        put_gap(delivered, reader.cursor());
        events->clear(); // what is sent is let go, while the client is waited for
        co_await client_.room(*timer_, max_queued_event_bytes);
    }
}

// The events behind `cursor` up to `last` are not there any more.
void events_session::put_gap(event_seq& cursor, event_seq last)
{
    if (cursor < last)
        client_.put(gap_event_line(cursor + 1, last, "retention"));
    cursor = std::max(cursor, last);
}

} // namespace jobwatch
