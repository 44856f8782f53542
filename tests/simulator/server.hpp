// The transport: listens, speaks TLS and HTTP/1.1, and hands each request to `decide`. One thread; it owns its
// connections and closes those that are silent for too long.
#pragma once

#include "appliance.hpp"
#include "response_writer.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <list>
#include <memory>

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
};

class connection;

class server
{
public:
    // Binds and listens; throws boost::system::system_error when that fails.
    server(
        boost::asio::io_context& context, boost::asio::ssl::context& tls, appliance& behind,
        const server_settings& settings);
    ~server();

    // Answers until stop().
    void start();

    // Closes everything; run() of the io_context returns once that is done.
    void stop();

    boost::asio::ip::tcp::endpoint endpoint() const { return acceptor_.local_endpoint(); }

private:
    friend class connection;

    boost::asio::awaitable<void> accept_all();
    boost::asio::awaitable<void> sweep();
    void welcome(boost::asio::ip::tcp::socket socket);

    boost::asio::ssl::context& tls_;
    appliance& behind_;
    server_settings settings_;
    response_writer writer_;
    boost::asio::ip::tcp::acceptor acceptor_;
    boost::asio::steady_timer pause_;
    boost::asio::steady_timer sweep_timer_;
    std::list<std::weak_ptr<connection>> connections_;
    bool stopped_ = false;
};

// Now, by the clock that the appliance's decisions are given.
time_point wall_clock();

} // namespace jobwatch::simulator
