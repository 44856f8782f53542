#include "tunnel.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/status.hpp>

#include <array>

namespace jobwatch::simulator
{

namespace
{

namespace asio = boost::asio;
constexpr auto as_result = asio::as_tuple(asio::use_awaitable);

constexpr std::size_t head_limit = 8 * 1024;
constexpr std::string_view head_end = "\r\n\r\n";
constexpr unsigned bad_request = 400;
constexpr unsigned forbidden = 403;
constexpr unsigned needs_login = 407;
constexpr unsigned bad_gateway = 502;

// Every name is on the loopback; an address must be.
boost::system::result<asio::ip::address> address_of(const std::string& host)
{
    boost::system::error_code no_address;
    const auto given = asio::ip::make_address(host, no_address);
    if (no_address)
        return asio::ip::address(asio::ip::address_v4::loopback());
    if (!given.is_loopback())
        return boost::system::error_code(asio::error::access_denied);
    return given;
}

std::string refusal_text(unsigned status)
{
    const auto reason = boost::beast::http::obsolete_reason(static_cast<boost::beast::http::status>(status));
    std::string text = "HTTP/1.1 " + std::to_string(status) + " " + std::string(reason)
        + "\r\nContent-Type: text/html\r\nProxy-Agent: cm-simulator\r\nConnection: close\r\n";
    if (status == needs_login)
        text += "Proxy-Authenticate: Basic realm=\"cm-simulator\"\r\n";
    const std::string body = "<html><body>" + std::string(reason) + "</body></html>\n";
    return text + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

} // namespace

tunnel::tunnel(proxy_desk& rules, tcp::socket client) :
    rules_{rules}, client_{std::move(client)}, target_{client_.get_executor()}
{
}

void tunnel::cut()
{
    boost::system::error_code ignored;
    client_.set_option(asio::socket_base::linger(true, 0), ignored);
    client_.close(ignored);
    target_.close(ignored);
}

asio::awaitable<void> tunnel::serve()
{
    auto into = asio::dynamic_buffer(head_, head_limit);
    const auto [failure, length] = co_await asio::async_read_until(client_, into, head_end, as_result);
    if (failure && head_.empty()) // somebody who only looked whether we are there
        co_return;
    const auto target = failure ? std::nullopt : read_connect_line(head_.substr(0, head_.find("\r\n")));
    if (!target)
    {
        const auto why = proxy_fate::unreadable;
        co_await refuse(why, bad_request);
        co_return;
    }
    head_.erase(0, length);
    connect_target wanted = *target;
    co_await answer(std::move(wanted));
}

asio::awaitable<void> tunnel::answer(connect_target target)
{
    rules_.asked_for(target.host + ":" + std::to_string(target.port));
    const auto address = address_of(target.host);
    const proxy_mode mode = rules_.mode;
    if (mode == proxy_mode::refuse)
    {
        const auto why = proxy_fate::refused;
        const unsigned status = rules_.refusal;
        co_await refuse(why, status);
    }
    else if (mode == proxy_mode::hang)
        co_await hang();
    else if (mode == proxy_mode::cut)
    {
        rules_.became(proxy_fate::cut);
        cut();
    }
    else if (!address)
    {
        const auto why = proxy_fate::unreachable;
        co_await refuse(why, forbidden);
    }
    else
    {
        const tcp::endpoint there(*address, target.port);
        co_await pass(there);
    }
}

asio::awaitable<void> tunnel::refuse(proxy_fate why, unsigned status)
{
    rules_.became(why);
    const std::string text = refusal_text(status);
    const auto whole = asio::buffer(text);
    const auto [failure, count] = co_await asio::async_write(client_, whole, as_result);
    static_cast<void>(failure);
    static_cast<void>(count);
}

// Until the client gives up or somebody cuts us; what the client sends meanwhile is thrown away.
asio::awaitable<void> tunnel::hang()
{
    rules_.became(proxy_fate::hung);
    std::array<char, 1024> thrown_away{};
    const auto space = asio::buffer(thrown_away);
    for (bool there = true; there;)
    {
        const auto [failure, count] = co_await client_.async_read_some(space, as_result);
        static_cast<void>(count);
        there = !failure;
    }
}

asio::awaitable<void> tunnel::pass(tcp::endpoint target)
{
    const auto [unreachable] = co_await target_.async_connect(target, as_result);
    if (unreachable)
    {
        const auto why = proxy_fate::unreachable;
        co_await refuse(why, bad_gateway);
        co_return;
    }
    rules_.became(proxy_fate::passed);
    ++rules_.tunnels_open;
    const std::string_view established = "HTTP/1.1 200 Connection established\r\n\r\n";
    const auto greeting = asio::buffer(established);
    const auto [gone, written] = co_await asio::async_write(client_, greeting, as_result);
    static_cast<void>(written);
    const auto early = asio::buffer(head_);
    const auto [lost, sent] = co_await asio::async_write(target_, early, as_result);
    static_cast<void>(lost);
    rules_.bytes_up += sent;
    if (!gone)
    {
        // The way up ends when the client does, or when the way down has ended and closes both.
        const auto alive = shared_from_this();
        asio::co_spawn(
            client_.get_executor(), pump(client_, target_, rules_.bytes_up), [alive](std::exception_ptr) {});
        co_await pump(target_, client_, rules_.bytes_down);
    }
    --rules_.tunnels_open;
    boost::system::error_code ignored;
    client_.close(ignored);
    target_.close(ignored);
}

// A side that has ended is told to the other, which may still have something to say.
asio::awaitable<void> tunnel::pump(tcp::socket& from, tcp::socket& to, std::uint64_t& counter)
{
    std::array<char, 16 * 1024> held{};
    for (bool both = true; both;)
    {
        const auto space = asio::buffer(held);
        const auto [ended, count] = co_await from.async_read_some(space, as_result);
        const auto filled = asio::buffer(held.data(), count);
        const auto [lost, written] = co_await asio::async_write(to, filled, as_result);
        counter += written;
        both = !ended && !lost;
    }
    boost::system::error_code ignored;
    to.shutdown(tcp::socket::shutdown_send, ignored);
}

} // namespace jobwatch::simulator
