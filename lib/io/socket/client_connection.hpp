// One client's Unix socket: a bounded outgoing queue with one writer, and the news that the client has gone (a
// half-close is not that). Sessions build on it. Held by shared_ptr; each coroutine of a session holds one.
#pragma once

#include "engine/ports/clock.hpp"

#include <boost/asio/local/stream_protocol.hpp>

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace jobwatch
{

// Above so many queued bytes whoever produces for the client waits for it to read: with answers, and with events, which
// are never lost by waiting. A reader that takes nothing costs the latter, and one page of events.
inline constexpr std::size_t max_queued_bytes = 1 << 20;
inline constexpr std::size_t max_queued_event_bytes = 128 << 10;

class client_connection
{
public:
    using local_socket = asio::local::stream_protocol::socket;
    using shared_text = std::shared_ptr<const std::string>;

    client_connection(local_socket socket, clock& time);

    local_socket& socket() { return socket_; }

    // Queues text for the client. Never waits: call room() before producing more.
    void put(std::string text);
    // The same without a copy: `text` is kept alive by `owner`.
    void put(std::shared_ptr<const void> owner, std::string_view text);

    // Waits until the queue is below the limit or the client has gone. `waiting` is the caller's own.
    asio::awaitable<void> room(wake_timer& waiting, std::size_t limit = max_queued_bytes);

    std::size_t queued_bytes() const { return queued_bytes_; }

    // Nothing more will be put: the connection is closed once all is written.
    void finish();
    void close_now();

    // The client has gone: nothing reaches it any more. What it sent before may still be read, until closed().
    bool gone() const { return gone_; }
    bool closed() const { return closed_; } // by us, which is the end
    void on_gone(std::function<void()> told) { on_gone_ = std::move(told); }

    // Closes a connection whose client has taken nothing for `limit` although there was something to take.
    void close_if_stalled(boot_time now, milliseconds limit);

    // To be spawned once each.
    asio::awaitable<void> write_all();     // until gone or finished
    asio::awaitable<void> watch_hang_up(); // until gone

    // Runs `work`; if an exception leaves it the client is not left waiting for an answer, but closed. What `work`
    // belongs to keeps this alive.
    asio::awaitable<void> or_close(asio::awaitable<void> work);

private:
    struct portion
    {
        std::shared_ptr<const void> owner;
        std::string_view text;
    };

    void written(std::size_t bytes);
    void look_for_progress(boot_time now);
    void lost();

    local_socket socket_;
    clock& clock_;
    std::unique_ptr<wake_timer> writer_;
    std::deque<portion> queue_;
    std::size_t queued_bytes_ = 0;
    boot_time progress_at_; // when the client last took something, or the queue became non-empty
    int in_kernel_ = 0;     // bytes written that the client had not taken when last looked at
    std::vector<wake_timer*> waiting_for_room_;
    std::function<void()> on_gone_;
    bool finishing_ = false;
    bool gone_ = false;
    bool closed_ = false;
};

} // namespace jobwatch
