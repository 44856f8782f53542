// How much memory this process holds, for `status`.
#pragma once

#include <cstdint>

namespace jobwatch
{

// Resident bytes of this process; 0 when the kernel does not tell.
std::uint64_t resident_memory();

} // namespace jobwatch
