#include "server.hpp"

#include "connection.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <cstdio>

namespace jobwatch::simulator
{

namespace
{

namespace asio = boost::asio;
constexpr auto as_result = asio::as_tuple(asio::use_awaitable);

void tell_surprise(std::exception_ptr surprise)
{
    if (!surprise)
        return;
    try
    {
        std::rethrow_exception(surprise);
    }
    catch (const std::exception& error)
    {
        std::fprintf(stderr, "cm-simulator: a connection ended with: %s\n", error.what());
    }
}

} // namespace

time_point wall_clock()
{
    return std::chrono::time_point_cast<duration>(std::chrono::system_clock::now());
}

server::server(
    asio::io_context& context, asio::ssl::context& tls, appliance& behind, const server_settings& settings) :
    tls_{tls},
    behind_{behind},
    settings_{settings},
    writer_{settings.writer},
    acceptor_{context, settings.listen},
    pause_{context},
    sweep_timer_{context}
{
    acceptor_.listen(asio::socket_base::max_listen_connections);
}

server::~server() = default;

void server::start()
{
    asio::co_spawn(acceptor_.get_executor(), accept_all(), tell_surprise);
    asio::co_spawn(acceptor_.get_executor(), sweep(), tell_surprise);
}

void server::stop()
{
    stopped_ = true;
    boost::system::error_code ignored;
    acceptor_.close(ignored);
    pause_.cancel();
    sweep_timer_.cancel();
    for (const auto& weak : connections_)
        if (const auto open = weak.lock())
            open->close();
}

asio::awaitable<void> server::accept_all()
{
    while (!stopped_)
    {
        auto [failure, socket] = co_await acceptor_.async_accept(as_result);
        if (!failure)
        {
            welcome(std::move(socket));
            continue;
        }
        if (stopped_)
            co_return;
        // Out of descriptors, most likely: some will come back.
        std::fprintf(stderr, "cm-simulator: cannot accept: %s\n", failure.message().c_str());
        pause_.expires_after(std::chrono::milliseconds{100});
        const auto [woken] = co_await pause_.async_wait(as_result);
        static_cast<void>(woken);
    }
}

void server::welcome(asio::ip::tcp::socket socket)
{
    const auto guest = std::make_shared<connection>(*this, std::move(socket));
    connections_.push_back(guest);
    asio::co_spawn(
        acceptor_.get_executor(), guest->serve(),
        [guest](std::exception_ptr surprise) { tell_surprise(surprise); });
}

// One timer for all connections: to re-arm one for every request would cost more than the request.
asio::awaitable<void> server::sweep()
{
    while (!stopped_)
    {
        sweep_timer_.expires_after(std::chrono::seconds{1});
        const auto [failure] = co_await sweep_timer_.async_wait(as_result);
        if (failure)
            co_return;
        const auto now = std::chrono::steady_clock::now();
        for (auto place = connections_.begin(); place != connections_.end();)
        {
            const auto open = place->lock();
            if (open && open->deadline() < now)
                open->close();
            place = open ? std::next(place) : connections_.erase(place);
        }
    }
}

} // namespace jobwatch::simulator
