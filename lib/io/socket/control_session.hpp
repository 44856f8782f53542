// One client of control.sock: reads lines, asks the control service, writes the answers in order. `wait` and
// `subscribe` run beside and answer when they can.
#pragma once

#include "engine/control_service.hpp"
#include "engine/task_group.hpp"
#include "io/socket/client_connection.hpp"
#include "wire/control_message.hpp"
#include "wire/line_splitter.hpp"

#include <memory>
#include <optional>
#include <vector>

namespace jobwatch
{

inline constexpr std::size_t max_waits_per_client = 16; // `wait` requests under way on one connection

class control_session : public std::enable_shared_from_this<control_session>
{
public:
    struct surroundings
    {
        control_service& service;
        event_feed& feed;
        clock& time;
        task_group& tasks;
        milliseconds heartbeat;
    };

    control_session(client_connection::local_socket socket, caller by, const surroundings& around);

    void start();
    void stop(); // answers what is outstanding with `stopping`, then closes
    void close_if_stalled(boot_time now, milliseconds limit) { client_.close_if_stalled(now, limit); }
    bool closed() const { return client_.closed(); }
    std::size_t queued_bytes() const { return client_.queued_bytes(); }
    void close_now() { client_.close_now(); }

private:
    using self = std::shared_ptr<control_session>;

    // Every task of the session is one of these.
    static asio::awaitable<void> task(self session, asio::awaitable<void> work);
    asio::awaitable<void> run();
    asio::awaitable<void> run_wait(control_request asked);
    asio::awaitable<void> run_subscription(control_request asked);

    asio::awaitable<void> read_lines();
    asio::awaitable<void> take_line(std::string line);
    asio::awaitable<void> stream_events(event_filter filter);
    void start_wait(control_request asked);
    void start_subscription(control_request asked);
    void put_answer(const control_request& asked, const control_service::outcome_of& given);
    void put_events(const event_feed::page& events, const event_filter& filter, event_seq& cursor);
    void put_gap(event_seq& cursor, event_seq last);
    void beside_ended();
    void client_gone();

    client_connection client_;
    caller by_;
    surroundings around_;
    line_splitter lines_{max_control_line};
    std::unique_ptr<wake_timer> timer_; // of run()
    std::vector<std::shared_ptr<wait_ticket>> waits_;
    std::optional<event_reader> subscription_;
    std::size_t beside_ = 0; // waits and subscriptions under way
    bool subscribed_ = false;
    bool stopping_ = false;
};

} // namespace jobwatch
