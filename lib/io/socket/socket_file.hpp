// Makes a listening Unix socket at a path. A stale socket file is replaced, a live one is refused, and anything
// that is no socket is left alone.
#pragma once

#include "core/error.hpp"

#include <string>

#include <sys/types.h>

namespace jobwatch
{

// A listening, non-blocking socket, or why not. Nobody may close it but its owner.
explained<int> listen_at(const std::string& path, mode_t mode);

// Removes the socket file that listen_at made.
void remove_socket_file(const std::string& path);

} // namespace jobwatch
