// The transport of one node, or of the control paths alone: listens, speaks TLS and HTTP/1.1, and hands each request to
// `decide`. One thread; it owns its connections and closes those that are silent for too long.
#pragma once

#include "appliance.hpp"
#include "certificate_office.hpp"
#include "response_writer.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include <list>
#include <memory>
#include <optional>

namespace jobwatch::simulator
{

enum class chatter
{
    silent,
    each_request, // one line on standard error
};

struct server_settings
{
    boost::asio::ip::tcp::endpoint listen;
    std::chrono::steady_clock::duration idle_timeout = std::chrono::minutes{2};
    writer_settings writer;
    chatter log = chatter::silent;
    std::size_t node = 0; // or no_node: the control paths alone, in no count of anything
};

class connection;

class server
{
public:
    // Binds and listens; throws boost::system::system_error when that fails.
    server(boost::asio::io_context& context, tls_ptr tls, appliance& behind, const server_settings& settings);
    ~server();

    // Answers until stop().
    void start();

    // Closes everything; run() of the io_context returns once that is done.
    void stop();

    // From now on the node is in this state. Connections are reset when it cannot talk.
    void enter(node_state next);

    // For connections from now on.
    void serve_with(tls_ptr tls) { tls_ = std::move(tls); }

    // Every connection but one that is answering a control path just now, which follows when it has answered.
    void reset_connections();

    // Also while nothing listens there: the port stays ours.
    boost::asio::ip::tcp::endpoint endpoint() const { return settings_.listen; }

private:
    friend class connection;
    using socket_ptr = std::shared_ptr<boost::asio::ip::tcp::socket>;

    void listen();
    boost::asio::awaitable<void> accept_all(std::uint64_t ours);
    boost::asio::awaitable<void> sweep();
    void welcome(boost::asio::ip::tcp::socket socket);
    void serve(boost::asio::ip::tcp::socket socket);
    void hold(boost::asio::ip::tcp::socket socket);
    boost::asio::awaitable<void> say_nothing(socket_ptr socket);
    boost::asio::awaitable<void> turn_away(socket_ptr socket);

    // The books: the ledger's and this node's own.
    void connection_opened();
    void connection_closed();
    void shook_hands(handshake how);
    void request_begun(request_class kind);
    bool counts() const { return settings_.node != no_node; }
    node_counts& of_node() { return behind_.nodes.at(settings_.node).counts; }

    tls_ptr tls_;
    appliance& behind_;
    server_settings settings_;
    response_writer writer_;
    node_state doing_ = node_state::up;
    // Bound, but never listening: keeps the port while the acceptor is closed.
    boost::asio::ip::tcp::socket place_;
    boost::asio::ip::tcp::acceptor acceptor_;
    boost::asio::steady_timer pause_;
    boost::asio::steady_timer sweep_timer_;
    std::list<std::weak_ptr<connection>> connections_;
    std::list<socket_ptr> held_;  // accepted in a state in which nobody is served
    std::uint64_t listening_ = 0; // how often it ended; tells an old accept loop to end
    bool stopped_ = false;
};

// Now, by the clock that the appliance's decisions are given.
time_point wall_clock();

} // namespace jobwatch::simulator
