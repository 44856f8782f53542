// What the connections of one appliance share. Shared ownership, so that a call whose connection was
// destroyed finds it still there when it ends.
#pragma once

#include "core/settings.hpp"
#include "io/appliance/deadline.hpp"
#include "io/appliance/resolver.hpp"
#include "io/appliance/tls_context.hpp"
#include "io/appliance/tls_session.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace jobwatch
{

struct appliance_node
{
    node_address address;
    host_resolver resolver;
    tls_session session;
    std::optional<asio::ip::address> served; // where a connection was made last: tried first

    appliance_node(const asio::any_io_executor& executor, node_address where, lookup_function lookup) :
        address(std::move(where)), resolver(executor, address.host, std::move(lookup))
    {
    }
};

// Through which all nodes are asked, if there is one.
struct appliance_proxy
{
    proxy_address address;
    host_resolver resolver;
    std::optional<asio::ip::address> served; // as a node's

    appliance_proxy(const asio::any_io_executor& executor, proxy_address where, lookup_function lookup) :
        address(std::move(where)), resolver(executor, address.host, std::move(lookup))
    {
    }
};

// News for people that belong to no request: files that were read anew, or cannot be.
using link_news = std::function<void(log_level level, const std::string& line)>;

struct appliance_link
{
    asio::any_io_executor executor;
    appliance_settings settings;
    std::shared_ptr<tls_context> tls;
    std::shared_ptr<deadline_ticker> ticker;
    std::vector<std::unique_ptr<appliance_node>> nodes; // in the order of `urls`
    std::unique_ptr<appliance_proxy> proxy;             // none: directly
    link_news say;                                      // may be empty
    std::string tls_stamp;     // of the files when `tls` was made, or could not be made, last
    bool tls_troubled = false; // the files cannot be used; `tls` is what was read before

    // Looks whether the files of `tls` have changed, and reads them anew; what cannot be used changes nothing. For
    // each new connection.
    void renew_tls();
};

// Fails, naming the file and what is wrong with it, when the CA file, or the client's certificate or key, cannot serve.
explained<std::shared_ptr<appliance_link>> make_appliance_link(
    asio::any_io_executor executor, const appliance_settings& appliance, lookup_function lookup,
    link_news say = {});

} // namespace jobwatch
