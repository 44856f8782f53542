// One client of events.sock: connect and read. A first line may say where to start.
#pragma once

#include "engine/event_feed.hpp"
#include "engine/task_group.hpp"
#include "io/socket/client_connection.hpp"

#include <memory>
#include <optional>
#include <string>

namespace jobwatch
{

inline constexpr milliseconds first_line_wait{250}; // silence for so long means `tail`
inline constexpr std::size_t max_first_line = 128;  // bytes

class events_session : public std::enable_shared_from_this<events_session>
{
public:
    struct surroundings
    {
        event_feed& feed;
        clock& time;
        task_group& tasks;
    };

    events_session(client_connection::local_socket socket, const surroundings& around);

    void start();
    void stop();
    void close_if_stalled(boot_time now, milliseconds limit) { client_.close_if_stalled(now, limit); }
    bool closed() const { return client_.closed(); }
    std::size_t queued_bytes() const { return client_.queued_bytes(); }
    void close_now() { client_.close_now(); }

private:
    using self = std::shared_ptr<events_session>;

    // Every task of the session is one of these.
    static asio::awaitable<void> task(self session, asio::awaitable<void> work);
    asio::awaitable<void> run();
    asio::awaitable<void> run_reader();
    asio::awaitable<void> run_hang_up();

    asio::awaitable<void> await_first_line();
    asio::awaitable<void> stream();
    void put_gap(event_seq& cursor, event_seq last);

    client_connection client_;
    surroundings around_;
    std::unique_ptr<wake_timer> timer_; // of run()
    std::optional<event_reader> reader_;
    event_seq connected_at_; // head when the client connected
    std::string first_line_;
    bool line_begun_ = false;      // some bytes of it are there: its end is waited for
    bool line_unfinished_ = false; // and never came
    bool has_line_ = false;
    bool stopping_ = false;
};

} // namespace jobwatch
