// One connection to the proxy: its CONNECT, and then bytes in both directions until the target has ended.
// Owned by the task that runs serve(); the proxy holds it only to cut it.
#pragma once

#include "proxy_desk.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <memory>
#include <string>

namespace jobwatch::simulator
{

class tunnel : public std::enable_shared_from_this<tunnel>
{
public:
    using tcp = boost::asio::ip::tcp;

    tunnel(proxy_desk& rules, tcp::socket client);

    boost::asio::awaitable<void> serve();

    // May be called at any time; the client sees a reset.
    void cut();

private:
    boost::asio::awaitable<void> answer(connect_target target);
    boost::asio::awaitable<void> refuse(proxy_fate why, unsigned status);
    boost::asio::awaitable<void> hang();
    boost::asio::awaitable<void> pass(tcp::endpoint target);
    boost::asio::awaitable<void> pump(tcp::socket& from, tcp::socket& to, std::uint64_t& counter);

    proxy_desk& rules_;
    tcp::socket client_;
    tcp::socket target_;
    std::string head_; // the CONNECT, and what the client sent too early
};

} // namespace jobwatch::simulator
