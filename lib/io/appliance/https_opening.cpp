// How an https_connection comes to be open: addresses, connection, handshake.
#include "io/appliance/https_connection.hpp"
#include "io/appliance/tls_errors.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>

#include <algorithm>

namespace jobwatch
{

namespace
{

// Trouble of our own: no node can help it.
bool is_own_limit(error_code failed)
{
    return failed == boost::system::errc::too_many_files_open
        || failed == boost::system::errc::too_many_files_open_in_system
        || failed == boost::system::errc::no_buffer_space || failed == boost::system::errc::not_enough_memory;
}

// What asio's stream asks about each certificate. Heap-owned by both, since the stream outlives the
// handshake.
struct certificate_judge
{
    certificate_demand demand;
    std::string complaint; // the first one
    connection_fault fault = connection_fault::none;
};

void judge_certificates(tls_stream& stream, const std::shared_ptr<certificate_judge>& judge)
{
    stream.set_verify_callback(
        [judge](bool passed, asio::ssl::verify_context& verifying)
        {
            if (!passed && judge->complaint.empty())
            {
                judge->complaint = describe_refused_certificate(verifying.native_handle(), judge->demand);
                judge->fault = fault_of_refused_certificate(verifying.native_handle());
            }
            return passed;
        });
}

connection_fault fault_of_connect(error_code failed)
{
    if (failed == asio::error::connection_refused)
        return connection_fault::refused;
    if (failed == asio::error::network_unreachable || failed == asio::error::host_unreachable)
        return connection_fault::unreachable;
    return failed == asio::error::timed_out ? connection_fault::connect_timed_out
                                            : connection_fault::no_connection;
}

} // namespace

std::string https_connection::tls_version() const
{
    return connected() ? SSL_get_version(stream_->native_handle()) : std::string();
}

asking_error https_connection::failed_opening(connection_fault fault, trouble what, std::string_view text)
{
    trace_.fault = fault;
    return error(what, text);
}

asio::awaitable<exchange_result> https_connection::open()
{
    drop();
    trace_ = {};
    if (interrupted_ == interruption::aborted)
        co_return aborted_error();
    interrupted_ = interruption::none;
    link_->renew_tls();
    const milliseconds limit = link_->settings.connect_timeout;
    host_resolver& way = link_->proxy ? link_->proxy->resolver : node().resolver;
    auto found = co_await way.resolve(bell_, limit);
    if (interrupted_ == interruption::aborted)
        co_return aborted_error();
    if (found.addresses.empty())
        co_return failed_opening(
            connection_fault::no_address, trouble::resolve,
            the_proxy() + "the host name gave no address: " + found.failure);
    trace_.addresses = found.addresses;
    trace_.step = connection_step::connect;
    std::vector<asio::ip::address> addresses = std::move(found.addresses);
    auto made = co_await connect(std::move(addresses));
    if (made.has_value() && link_->proxy)
    {
        trace_.step = connection_step::proxy;
        made = co_await tunnel();
    }
    if (made.has_value())
    {
        trace_.step = connection_step::tls;
        made = co_await handshake();
    }
    deadline_.clear();
    if (made.has_value())
        co_return made;
    drop();
    if (interrupted_ == interruption::aborted)
        co_return aborted_error();
    co_return made;
}

// Each address gets its share of what is left of the time, so that a silent one leaves some for the others.
asio::awaitable<exchange_result> https_connection::connect(std::vector<asio::ip::address> addresses)
{
    using clock = std::chrono::steady_clock;
    std::optional<asio::ip::address>& served = link_->proxy ? link_->proxy->served : node().served;
    const std::uint16_t port = link_->proxy ? link_->proxy->address.port : node().address.port;
    if (served)
        std::stable_partition(
            addresses.begin(), addresses.end(), [&](const auto& one) { return one == *served; });
    const auto end = clock::now() + link_->settings.connect_timeout;
    asking_error last =
        failed_opening(connection_fault::no_connection, trouble::connect, "no address to connect to");
    for (std::size_t i = 0; i < addresses.size(); ++i)
    {
        const asio::ip::tcp::endpoint peer(addresses[i], port);
        stream_ = std::make_unique<tls_stream>(link_->executor, link_->tls->native);
        interrupted_ = interruption::none;
        const auto left = std::chrono::ceil<milliseconds>(end - clock::now());
        const auto share = left / static_cast<std::int64_t>(addresses.size() - i);
        deadline_.set(share);
        error_code failed;
        co_await stream_->next_layer().async_connect(peer, asio::redirect_error(asio::use_awaitable, failed));
        deadline_.clear();
        if (interrupted_ == interruption::aborted)
            co_return aborted_error();
        if (interrupted_ == interruption::none && !failed)
        {
            served = addresses[i];
            trace_.peer = addresses[i];
            trace_.fault = connection_fault::none;
            co_return exchange_result();
        }
        if (is_own_limit(failed))
            co_return failed_opening(
                connection_fault::own_limit, trouble::own_limit,
                "we cannot open a socket: " + failed.message());
        const std::string where = fmt::format("{} port {}", addresses[i].to_string(), peer.port());
        if (interrupted_ == interruption::timed_out)
        {
            last = timed_out_error(the_proxy() + "no connection to " + where, share);
            trace_.fault = connection_fault::connect_timed_out;
        }
        else
            last = failed_opening(
                fault_of_connect(failed), trouble::connect,
                fmt::format("{}cannot connect to {}: {}", the_proxy(), where, failed.message()));
    }
    co_return last;
}

asio::awaitable<exchange_result> https_connection::handshake()
{
    const milliseconds limit = link_->settings.connect_timeout;
    error_code failed;
    stream_->next_layer().set_option(asio::ip::tcp::no_delay(true), failed);
    const auto judge = std::make_shared<certificate_judge>();
    judge->demand.name =
        link_->settings.server_name.empty() ? node().address.host : link_->settings.server_name;
    judge->demand.authorities = link_->tls->authorities;
    expect_name(stream_->native_handle(), judge->demand.name);
    if (link_->tls->check == certificate_check::full)
        judge_certificates(*stream_, judge);
    node().session.attach(stream_->native_handle());
    deadline_.set(limit);
    co_await stream_->async_handshake(
        asio::ssl::stream_base::client, asio::redirect_error(asio::use_awaitable, failed));
    deadline_.clear();
    if (interrupted_ == interruption::aborted)
        co_return aborted_error();
    if (interrupted_ == interruption::timed_out)
    {
        trace_.fault = connection_fault::handshake_timed_out;
        co_return timed_out_error("the TLS handshake did not end", limit);
    }
    if (failed)
    {
        node().session.forget(); // it may be what the server stumbled over
        if (judge->complaint.empty())
            co_return failed_opening(
                fault_of_failed_handshake(failed), trouble::tls, describe_failed_handshake(failed));
        co_return failed_opening(judge->fault, trouble::tls, judge->complaint);
    }
    open_ = true;
    co_return exchange_result();
}

} // namespace jobwatch
