// The polite end of a TLS connection, which nobody needs to wait for.
#pragma once

#include "io/appliance/deadline.hpp"
#include "io/appliance/tls_context.hpp"

#include <memory>

namespace jobwatch
{

inline constexpr milliseconds goodbye_limit{500}; // a silent peer must not keep the socket for longer

// Tells the peer that we are done, waits a moment for its own goodbye, and closes. The stream must be past
// its handshake and have no operation under way.
void say_goodbye(std::unique_ptr<tls_stream> stream, const std::shared_ptr<deadline_ticker>& ticker);

} // namespace jobwatch
