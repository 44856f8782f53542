// Where events.jsonl ends, after whatever killed its writer: the last whole line that is an event, and what hangs
// torn behind it. Reads backwards in blocks, so that a huge file costs nothing.
#pragma once

#include "core/error.hpp"
#include "core/event.hpp"

#include <cstdint>

namespace jobwatch
{

// More than one append can leave unsynced. After a power cut the file may be as long as what was written, with
// zeros for pages that never reached the disk; a zero in this last part means that all after it is void.
inline constexpr std::uint64_t largest_unsynced = 4 << 20; // bytes

struct events_tail
{
    std::uint64_t whole = 0; // bytes up to the end of the last whole line
    std::uint64_t torn = 0;  // bytes after that, to be cut off
    event_seq last = 0;      // of the last whole line that is an event; 0: there is none
};

// Changes nothing.
result<events_tail> find_events_tail(int file);

} // namespace jobwatch
