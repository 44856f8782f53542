// The URLs of an appliance's nodes and of a proxy, as they are written in the configuration.
#pragma once

#include "core/settings.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace jobwatch
{

// https://HOST[:PORT][/BASE]. None when it is not; then `why` tells what is wrong and what is allowed, and
// never repeats a user name or password.
std::optional<node_address> parse_node_url(std::string_view url, std::string& why);

// http://HOST:PORT. None when it is not, as above.
std::optional<proxy_address> parse_proxy_url(std::string_view url, std::string& why);

// A DNS name or an IPv4 address: letters, digits, '-', '_' and dots.
bool is_host_name(std::string_view text);

} // namespace jobwatch
