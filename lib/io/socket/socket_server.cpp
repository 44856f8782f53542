#include "io/socket/socket_server.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>

namespace jobwatch
{

namespace
{

constexpr milliseconds sweep_interval{1'000}; // how often stalled and gone clients are looked for
constexpr milliseconds accept_pause{100};     // after an accept that failed (out of descriptors)

} // namespace

socket_server::socket_server(
    asio::any_io_executor executor, int control, int events, const control_settings& configured,
    change_rule rule, const surroundings& around) :
    configured_(configured),
    rule_(rule),
    around_(around),
    control_(executor, asio::local::stream_protocol(), control),
    events_(executor, asio::local::stream_protocol(), events),
    sweeper_(around.time.make_timer()),
    control_pause_(around.time.make_timer()),
    events_pause_(around.time.make_timer())
{
}

void socket_server::start()
{
    around_.tasks.spawn("accepting on control.sock", accept_control());
    around_.tasks.spawn("accepting on events.sock", accept_events());
    around_.tasks.spawn("the sweep of stalled clients", sweep());
}

void socket_server::stop()
{
    stopping_ = true;
    boost::system::error_code ignored;
    control_.close(ignored);
    events_.close(ignored);
    sweeper_->wake();
    control_pause_->wake();
    events_pause_->wake();
    around_.service.stop();
    for (const auto& client : control_clients_)
        client->stop();
    for (const auto& client : events_clients_)
        client->stop();
}

void socket_server::close_all()
{
    for (const auto& client : control_clients_)
        client->close_now();
    for (const auto& client : events_clients_)
        client->close_now();
}

std::size_t socket_server::clients() const
{
    return control_clients_.size() + events_clients_.size();
}

std::size_t socket_server::queued_bytes() const
{
    std::size_t queued = 0;
    for (const auto& client : control_clients_)
        queued += client->queued_bytes();
    for (const auto& client : events_clients_)
        queued += client->queued_bytes();
    return queued;
}

asio::awaitable<bool> socket_server::accept(acceptor& from, local_socket& into)
{
    boost::system::error_code failed;
    auto token = asio::redirect_error(asio::use_awaitable, failed);
    co_await from.async_accept(into, token);
    if (failed)
        say_once(failed);
    else
        said_failure_ = false;
    co_return !failed;
}

void socket_server::say_once(const boost::system::error_code& failed)
{
    if (!stopping_ && !said_failure_)
        around_.log.say(
            log_level::warning, "cannot accept a client: " + failed.message() + "; it is tried again");
    said_failure_ = true;
}

asio::awaitable<void> socket_server::accept_control()
{
    while (!stopping_)
    {
        local_socket client(control_.get_executor());
        const bool accepted = co_await accept(control_, client);
        if (accepted && !stopping_)
        {
            add_control(std::move(client));
            continue;
        }
        const boot_time later = around_.time.now() + accept_pause;
        co_await control_pause_->wait_until(later);
    }
}

asio::awaitable<void> socket_server::accept_events()
{
    while (!stopping_)
    {
        local_socket client(events_.get_executor());
        const bool accepted = co_await accept(events_, client);
        if (accepted && !stopping_)
        {
            add_events(std::move(client));
            continue;
        }
        const boot_time later = around_.time.now() + accept_pause;
        co_await events_pause_->wait_until(later);
    }
}

bool socket_server::refuse_when_full(local_socket& client)
{
    forget_gone();
    if (clients() < configured_.clients)
        return false;
    const refusal full{
        refusal_code::too_many,
        "too many clients: at most " + std::to_string(configured_.clients)
            + " are served ([control] clients)",
        {{"limit", std::int64_t{configured_.clients}}}};
    const std::string line = refusal_line("null", full);
    boost::system::error_code ignored;
    client.non_blocking(true, ignored);
    client.write_some(asio::buffer(line), ignored);
    client.close(ignored);
    return true;
}

void socket_server::add_control(local_socket client)
{
    if (refuse_when_full(client))
        return;
    const auto asking = peer_of(client.native_handle());
    if (!asking)
    {
        around_.log.say(log_level::warning, "a client is unknown to the kernel: " + asking.error().message());
        return;
    }
    const caller by{asking->who, may_change(*asking, rule_)};
    const control_session::surroundings around{
        around_.service, around_.feed, around_.time, around_.tasks, configured_.heartbeat};
    control_clients_.push_back(std::make_shared<control_session>(std::move(client), by, around));
    control_clients_.back()->start();
}

void socket_server::add_events(local_socket client)
{
    if (refuse_when_full(client))
        return;
    const events_session::surroundings around{around_.feed, around_.time, around_.tasks};
    events_clients_.push_back(std::make_shared<events_session>(std::move(client), around));
    events_clients_.back()->start();
}

void socket_server::forget_gone()
{
    control_clients_.remove_if([](const auto& client) { return client->closed(); });
    events_clients_.remove_if([](const auto& client) { return client->closed(); });
}

asio::awaitable<void> socket_server::sweep()
{
    while (!stopping_)
    {
        const boot_time next = around_.time.now() + sweep_interval;
        co_await sweeper_->wait_until(next);
        for (const auto& client : control_clients_)
            client->close_if_stalled(around_.time.now(), configured_.stalled_reader_after);
        for (const auto& client : events_clients_)
            client->close_if_stalled(around_.time.now(), configured_.stalled_reader_after);
        forget_gone();
    }
}

} // namespace jobwatch
