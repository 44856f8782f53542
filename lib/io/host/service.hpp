// What systemd tells us and what we tell it. All of it does nothing, or finds nothing, without systemd.
#pragma once

#include "core/error.hpp"

#include <optional>
#include <string>

namespace jobwatch
{

// Listening sockets that systemd opened for us, by their names (FileDescriptorName=).
struct activated_sockets
{
    std::optional<int> control;
    std::optional<int> events;
};

// Takes them over. An error when a socket has an unknown name, is none, or a name comes twice.
explained<activated_sockets> take_activated_sockets();

// To NOTIFY_SOCKET, if there is one.
void notify_ready(const std::string& status);
void notify_status(const std::string& status);
void notify_stopping();

} // namespace jobwatch
