// How many file descriptors this process may have open: sockets, mostly.
#pragma once

#include <cstdint>

namespace jobwatch
{

// Raises the soft limit to the hard one (shells and systemd start programs with a soft limit of 1024, for the sake of
// select(), which we do not use) and gives the limit that now holds.
std::uint64_t raise_descriptor_limit();

} // namespace jobwatch
