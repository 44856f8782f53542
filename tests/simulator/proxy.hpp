// A tiny HTTP proxy that knows CONNECT alone, for clients that must go through one. It finds every host name on the
// loopback, whatever it is, and goes nowhere else. One thread; it owns its tunnels.
#pragma once

#include "proxy_desk.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include <list>
#include <memory>

namespace jobwatch::simulator
{

class tunnel;

class proxy
{
public:
    // Binds and listens; throws boost::system::system_error when that fails.
    proxy(boost::asio::io_context& context, proxy_desk& rules, const boost::asio::ip::tcp::endpoint& listen);
    ~proxy();

    void start();
    void stop();

    // To be called when the rules have changed: cuts what is open if they say so.
    void obey();

    boost::asio::ip::tcp::endpoint endpoint() const { return acceptor_.local_endpoint(); }

private:
    boost::asio::awaitable<void> accept_all();
    void close_all();

    proxy_desk& rules_;
    boost::asio::ip::tcp::acceptor acceptor_;
    boost::asio::steady_timer pause_;
    std::list<std::weak_ptr<tunnel>> tunnels_;
    bool stopped_ = false;
};

} // namespace jobwatch::simulator
