// What a node is called: in the Host header and by people.
#pragma once

#include "core/settings.hpp"

#include <string>

namespace jobwatch
{

// "cm1.example.com", "cm1.example.com:8443", "[::1]:8443"
std::string host_and_port(const node_address& node);

} // namespace jobwatch
