// What the connections of one appliance share. Shared ownership, so that a call whose connection was
// destroyed finds it still there when it ends.
#pragma once

#include "core/settings.hpp"
#include "io/appliance/deadline.hpp"
#include "io/appliance/resolver.hpp"
#include "io/appliance/tls_context.hpp"
#include "io/appliance/tls_session.hpp"

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

struct appliance_link
{
    asio::any_io_executor executor;
    appliance_settings settings;
    std::shared_ptr<tls_context> tls;
    std::shared_ptr<deadline_ticker> ticker;
    std::vector<std::unique_ptr<appliance_node>> nodes;
    std::size_t current = 0; // the node that new connections ask

    // A connection to this node could not be made: the next one is asked from now on. Of several connections
    // that found out at the same time, the first one counts.
    void pass_over(std::size_t node)
    {
        if (node == current)
            current = (current + 1) % nodes.size();
    }
};

} // namespace jobwatch
