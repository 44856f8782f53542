#include "core/node_name.hpp"

namespace jobwatch
{

namespace
{

constexpr std::uint16_t default_https_port = 443;

} // namespace

std::string host_and_port(const node_address& node)
{
    const bool is_ipv6 = node.host.find(':') != std::string::npos;
    std::string name = is_ipv6 ? '[' + node.host + ']' : node.host;
    if (node.port != default_https_port)
        name.append(":").append(std::to_string(node.port));
    return name;
}

} // namespace jobwatch
