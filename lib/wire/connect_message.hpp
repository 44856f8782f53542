// What is said to an HTTP proxy before TLS begins: CONNECT, and its answer.
#pragma once

#include "core/connection_fault.hpp"
#include "core/settings.hpp"

#include <string>
#include <string_view>

namespace jobwatch
{

inline constexpr std::size_t max_connect_answer = 8 * 1024; // bytes of its header

// The proxy resolves the node's name, not we.
std::string connect_request(const node_address& node);

// Nothing more need be read: the empty line has come, or it is no HTTP anyway.
bool is_over_connect_answer(std::string_view header);

// Why the proxy gives no tunnel, for a person and with what can be done; "" when it gives one. `header` is all that
// was read: the node waits for our first word, so that nothing may follow the empty line.
std::string connect_trouble(std::string_view header);

// The same for programs; connection_fault::none when the tunnel is there.
connection_fault connect_fault(std::string_view header);

} // namespace jobwatch
