#include "io/socket/events_session.hpp"

#include "wire/control_message.hpp"
#include "wire/first_line.hpp"
#include "wire/line_splitter.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <array>

namespace jobwatch
{

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
            if (reader_ != nullptr)
                reader_->wake();
            timer_->wake();
        });
    around_.tasks.spawn("an event reader's writer", run_writer(session));
    around_.tasks.spawn("an event reader's hang-up watch", run_hang_up(session));
    around_.tasks.spawn("an event reader's first line", run_reader(session));
    around_.tasks.spawn("an event reader", run(session));
}

void events_session::stop()
{
    stopping_ = true;
    if (reader_ != nullptr)
        reader_->wake();
    timer_->wake();
}

asio::awaitable<void> events_session::run_writer(self session)
{
    co_await session->client_.write_all();
}

asio::awaitable<void> events_session::run_hang_up(self session)
{
    co_await session->client_.watch_hang_up();
    session->client_.close_now();
}

// Takes the first line; what comes after it is read and ignored, so that the client never blocks.
asio::awaitable<void> events_session::run_reader(self session)
{
    line_splitter lines(max_first_line);
    std::array<char, 512> bytes{};
    while (!session->client_.gone())
    {
        boost::system::error_code failed;
        auto token = asio::redirect_error(asio::use_awaitable, failed);
        const auto space = asio::buffer(bytes);
        const std::size_t count = co_await session->client_.socket().async_read_some(space, token);
        if (failed)
            break;
        if (session->has_line_)
            continue;
        lines.feed(std::string_view(bytes.data(), count));
        if (auto piece = lines.next())
        {
            session->first_line_ = piece->too_long ? "(a longer line)" : std::move(piece->line);
            session->has_line_ = true;
            session->timer_->wake();
        }
    }
}

asio::awaitable<void> events_session::await_first_line()
{
    const boot_time limit = around_.time.now() + first_line_wait;
    while (!has_line_ && !client_.gone() && !stopping_ && around_.time.now() < limit)
        co_await timer_->wait_until(limit);
    if (!has_line_)
        first_line_ = "tail";
    has_line_ = true; // later lines are ignored
}

asio::awaitable<void> events_session::run(self session)
{
    co_await session->await_first_line();
    const auto wish = parse_first_line(session->first_line_);
    if (!wish)
    {
        session->client_.put(refusal_line("null", wish.error()));
        session->client_.finish();
        co_return;
    }
    feed_start begin = start_of(*wish, session->around_.feed);
    if (std::holds_alternative<from_tail>(*wish))
        begin.cursor = session->connected_at_;
    if (begin.missing)
        session->client_.put(gap_event_line(begin.missing->from, begin.missing->to, begin.missing->why));
    event_reader reader(session->around_.feed, begin.cursor);
    session->reader_ = &reader;
    co_await session->stream(reader);
    session->reader_ = nullptr;
    session->client_.finish();
}

asio::awaitable<void> events_session::stream(event_reader& reader)
{
    event_seq delivered = reader.cursor();
    while (!client_.gone() && !stopping_)
    {
        const auto events = co_await reader.next(never);
        if (!events)
        {
            client_.close_now();
            co_return;
        }
        for (const shared_event& one : *events)
        {
            if (one->seq != delivered + 1)
                client_.put(gap_event_line(delivered + 1, one->seq - 1, "retention"));
            delivered = one->seq;
            client_.put(one, one->text);
        }
        co_await client_.room(*timer_);
    }
}

} // namespace jobwatch
