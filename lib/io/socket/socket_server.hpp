// Both sockets: accepts clients, counts them, closes stalled ones, and stops in order.
#pragma once

#include "core/settings.hpp"
#include "engine/control_service.hpp"
#include "io/socket/control_session.hpp"
#include "io/socket/events_session.hpp"
#include "io/socket/peer.hpp"

#include <boost/asio/local/stream_protocol.hpp>

#include <list>
#include <memory>

namespace jobwatch
{

class socket_server
{
public:
    struct surroundings
    {
        control_service& service;
        event_feed& feed;
        clock& time;
        diagnostics& log;
        task_group& tasks;
    };

    // The listening sockets become the server's own.
    socket_server(
        asio::any_io_executor executor, int control, int events, const control_settings& configured,
        change_rule rule, const surroundings& around);

    void start();

    // Accepts no more; clients get what is outstanding and are then closed. Ends when the tasks end.
    void stop();

    // Closes whoever is left.
    void close_all();

    std::size_t clients() const;
    std::size_t queued_bytes() const; // that wait for clients to read

private:
    using acceptor = asio::local::stream_protocol::acceptor;
    using local_socket = client_connection::local_socket;

    asio::awaitable<void> accept_control();
    asio::awaitable<void> accept_events();
    asio::awaitable<bool> accept(acceptor& from, local_socket& into);
    void say_once(const boost::system::error_code& failed); // until accepting works again
    asio::awaitable<void> sweep();
    void add_control(local_socket client);
    void add_events(local_socket client);
    bool refuse_when_full(local_socket& client);
    void forget_gone();

    control_settings configured_;
    change_rule rule_;
    surroundings around_;
    acceptor control_;
    acceptor events_;
    std::unique_ptr<wake_timer> sweeper_;
    std::unique_ptr<wake_timer> control_pause_;
    std::unique_ptr<wake_timer> events_pause_;
    std::list<std::shared_ptr<control_session>> control_clients_;
    std::list<std::shared_ptr<events_session>> events_clients_;
    bool said_failure_ = false;
    bool stopping_ = false;
};

} // namespace jobwatch
