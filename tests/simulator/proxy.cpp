#include "proxy.hpp"

#include "tunnel.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace jobwatch::simulator
{

namespace
{

namespace asio = boost::asio;
constexpr auto as_result = asio::as_tuple(asio::use_awaitable);

} // namespace

proxy::proxy(asio::io_context& context, proxy_desk& rules, const asio::ip::tcp::endpoint& listen) :
    rules_{rules}, acceptor_{context, listen}, pause_{context}
{
    acceptor_.listen(asio::socket_base::max_listen_connections);
}

proxy::~proxy() = default;

void proxy::start()
{
    asio::co_spawn(acceptor_.get_executor(), accept_all(), [](std::exception_ptr) {});
}

void proxy::stop()
{
    stopped_ = true;
    boost::system::error_code ignored;
    acceptor_.close(ignored);
    pause_.cancel();
    close_all();
}

void proxy::obey()
{
    if (rules_.mode == proxy_mode::cut)
        close_all();
}

void proxy::close_all()
{
    for (const auto& weak : tunnels_)
        if (const auto open = weak.lock())
            open->cut();
}

asio::awaitable<void> proxy::accept_all()
{
    while (!stopped_)
    {
        auto [failure, socket] = co_await acceptor_.async_accept(as_result);
        if (failure && stopped_)
            co_return;
        if (failure) // out of descriptors, most likely: some will come back
        {
            pause_.expires_after(std::chrono::milliseconds{100});
            const auto [woken] = co_await pause_.async_wait(as_result);
            static_cast<void>(woken);
            continue;
        }
        std::erase_if(tunnels_, [](const std::weak_ptr<tunnel>& one) { return one.expired(); });
        const auto guest = std::make_shared<tunnel>(rules_, std::move(socket));
        tunnels_.push_back(guest);
        asio::co_spawn(acceptor_.get_executor(), guest->serve(), [guest](std::exception_ptr) {});
    }
}

} // namespace jobwatch::simulator
