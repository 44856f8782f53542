// The way through an HTTP proxy: CONNECT, and then TLS with the node as if there were none.
#include "io/appliance/https_connection.hpp"
#include "wire/connect_message.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <fmt/format.h>

#include <array>

namespace jobwatch
{

std::string https_connection::the_proxy() const
{
    if (!link_->proxy)
        return {};
    return fmt::format("the proxy {} port {}: ", link_->proxy->address.host, link_->proxy->address.port);
}

// The socket is connected to the proxy. Nothing is read beyond the answer: the node speaks only after us.
asio::awaitable<exchange_result> https_connection::tunnel()
{
    const milliseconds limit = link_->settings.connect_timeout;
    const std::string request = connect_request(node().address);
    const auto bytes = asio::buffer(request);
    asio::ip::tcp::socket& socket = stream_->next_layer();
    std::string header;
    std::array<char, 1024> piece{};
    error_code failed;
    deadline_.set(limit);
    co_await asio::async_write(socket, bytes, asio::redirect_error(asio::use_awaitable, failed));
    while (!failed && !is_over_connect_answer(header) && header.size() <= max_connect_answer)
    {
        const auto space = asio::buffer(piece);
        const std::size_t count =
            co_await socket.async_read_some(space, asio::redirect_error(asio::use_awaitable, failed));
        header.append(piece.data(), count);
    }
    deadline_.clear();
    if (interrupted_ == interruption::aborted)
        co_return aborted_error();
    trace_.fault = connection_fault::no_proxy;
    if (interrupted_ == interruption::timed_out)
    {
        if (header.empty())
            trace_.fault = connection_fault::proxy_silent;
        co_return timed_out_error(the_proxy() + "no answer to CONNECT", limit);
    }
    if (!failed && is_over_connect_answer(header))
        trace_.fault = connect_fault(header);
    if (trace_.fault == connection_fault::none)
        co_return exchange_result();
    co_return tunnel_error(failed, header);
}

// All of it is trouble on the way to the node, as a connection that cannot be made.
asking_error https_connection::tunnel_error(error_code failed, std::string_view header) const
{
    std::string text;
    if (failed == asio::error::eof)
        text = "it closed the connection before it answered CONNECT";
    else if (failed)
        text = "the connection failed: " + failed.message();
    else if (!is_over_connect_answer(header))
        text = fmt::format("its answer to CONNECT has more than {} bytes", max_connect_answer);
    else
        text = connect_trouble(header);
    return error(trouble::connect, the_proxy() + text);
}

} // namespace jobwatch
