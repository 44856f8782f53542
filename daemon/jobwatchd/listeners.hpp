// The two listening sockets: those that systemd passed, or our own.
#pragma once

#include "core/error.hpp"

#include <string>

namespace jobwatch
{

struct listening_sockets
{
    int control = -1;
    int events = -1;
    std::string own_control; // path of the file to be removed at the end; "" when systemd's
    std::string own_events;
};

explained<listening_sockets> open_sockets(const std::string& runtime_directory);

// Removes our own socket files; the server has closed the sockets.
void close_sockets(const listening_sockets& sockets);

} // namespace jobwatch
