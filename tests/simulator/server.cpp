#include "server.hpp"

#include "connection.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <array>
#include <cstdio>

namespace jobwatch::simulator
{

namespace
{

namespace asio = boost::asio;
using tcp = asio::ip::tcp;
constexpr auto as_result = asio::as_tuple(asio::use_awaitable);

// A TLS record: alert, fatal, handshake_failure.
constexpr std::array<char, 7> handshake_failure{0x15, 0x03, 0x03, 0x00, 0x02, 0x02, 0x28};

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

void reset_socket(tcp::socket& socket)
{
    boost::system::error_code ignored;
    socket.set_option(asio::socket_base::linger(true, 0), ignored);
    socket.close(ignored);
}

} // namespace

time_point wall_clock()
{
    return std::chrono::time_point_cast<duration>(std::chrono::system_clock::now());
}

server::server(asio::io_context& context, tls_ptr tls, appliance& behind, const server_settings& settings) :
    tls_{std::move(tls)},
    behind_{behind},
    settings_{settings},
    writer_{settings.writer},
    place_{context},
    acceptor_{context},
    pause_{context},
    sweep_timer_{context}
{
    place_.open(settings_.listen.protocol());
    place_.set_option(asio::socket_base::reuse_address(true));
    place_.bind(settings_.listen);
    settings_.listen = place_.local_endpoint();
    listen();
}

server::~server() = default;

// Linux lets two sockets with SO_REUSEADDR have one port as long as the other one does not listen.
void server::listen()
{
    acceptor_.open(settings_.listen.protocol());
    acceptor_.set_option(asio::socket_base::reuse_address(true));
    acceptor_.bind(settings_.listen);
    acceptor_.listen(asio::socket_base::max_listen_connections);
}

void server::start()
{
    asio::co_spawn(acceptor_.get_executor(), accept_all(listening_), tell_surprise);
    asio::co_spawn(acceptor_.get_executor(), sweep(), tell_surprise);
}

void server::stop()
{
    stopped_ = true;
    boost::system::error_code ignored;
    acceptor_.close(ignored);
    pause_.cancel();
    sweep_timer_.cancel();
    for (const socket_ptr& socket : held_)
        reset_socket(*socket);
    for (const auto& weak : connections_)
        if (const auto open = weak.lock())
            open->close();
}

void server::enter(node_state next)
{
    const node_state before = std::exchange(doing_, next);
    const bool goes_quiet = next == node_state::silent && can_talk(before);
    if (before == next || stopped_)
        return;
    if (!goes_quiet && !(can_talk(before) && can_talk(next)))
        reset_connections();
    boost::system::error_code ignored;
    if (next == node_state::refusing)
    {
        ++listening_;
        acceptor_.close(ignored);
    }
    else if (before == node_state::refusing)
    {
        listen();
        asio::co_spawn(acceptor_.get_executor(), accept_all(listening_), tell_surprise);
    }
}

void server::reset_connections()
{
    for (const socket_ptr& socket : held_) // whoever holds it takes it out of the list
        reset_socket(*socket);
    for (const auto& weak : connections_)
        if (const auto open = weak.lock())
            open->reset();
}

asio::awaitable<void> server::accept_all(std::uint64_t ours)
{
    while (!stopped_ && listening_ == ours)
    {
        auto [failure, socket] = co_await acceptor_.async_accept(as_result);
        if (!failure)
        {
            welcome(std::move(socket));
            continue;
        }
        if (stopped_ || listening_ != ours)
            co_return;
        // Out of descriptors, most likely: some will come back.
        std::fprintf(stderr, "cm-simulator: cannot accept: %s\n", failure.message().c_str());
        pause_.expires_after(std::chrono::milliseconds{100});
        const auto [woken] = co_await pause_.async_wait(as_result);
        static_cast<void>(woken);
    }
}

void server::welcome(tcp::socket socket)
{
    if (can_talk(doing_))
        serve(std::move(socket));
    else
        hold(std::move(socket));
}

void server::hold(tcp::socket socket)
{
    connection_opened();
    const auto held = std::make_shared<tcp::socket>(std::move(socket));
    held_.push_back(held);
    const auto release = [this, held](std::exception_ptr surprise)
    {
        tell_surprise(surprise);
        held_.remove(held);
        connection_closed();
    };
    if (doing_ == node_state::silent)
        asio::co_spawn(acceptor_.get_executor(), say_nothing(held), release);
    else if (doing_ == node_state::handshake_fails)
        asio::co_spawn(acceptor_.get_executor(), turn_away(held), release);
    else
        release({});
}

void server::serve(tcp::socket socket)
{
    const auto guest = std::make_shared<connection>(*this, std::move(socket));
    connections_.push_back(guest);
    asio::co_spawn(
        acceptor_.get_executor(), guest->serve(),
        [guest](std::exception_ptr surprise) { tell_surprise(surprise); });
}

// Until the client has had enough, or the node's state changes.
asio::awaitable<void> server::say_nothing(socket_ptr socket)
{
    std::array<char, 4096> thrown_away{};
    const auto space = asio::buffer(thrown_away);
    for (bool there = true; there;)
    {
        const auto [failure, count] = co_await socket->async_read_some(space, as_result);
        static_cast<void>(count);
        there = !failure;
    }
}

// The alert comes after the client's first words, as from a server that did not like them.
asio::awaitable<void> server::turn_away(socket_ptr socket)
{
    std::array<char, 4096> hello{};
    const auto space = asio::buffer(hello);
    const auto [unread, length] = co_await socket->async_read_some(space, as_result);
    static_cast<void>(length);
    if (unread)
        co_return;
    shook_hands(handshake::failed);
    const auto alert = asio::buffer(handshake_failure);
    const auto [unsent, count] = co_await asio::async_write(*socket, alert, as_result);
    static_cast<void>(unsent);
    static_cast<void>(count);
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

void server::connection_opened()
{
    if (!counts())
        return;
    behind_.witness.connection_opened();
    ++of_node().connections;
}

void server::connection_closed()
{
    if (counts())
        behind_.witness.connection_closed();
}

void server::shook_hands(handshake how)
{
    if (!counts())
        return;
    behind_.witness.shook_hands(how);
    ++(how == handshake::failed ? of_node().handshakes_failed : of_node().handshakes);
}

void server::request_begun(request_class kind)
{
    if (counts() && kind != request_class::control)
        ++of_node().requests;
}

} // namespace jobwatch::simulator
