// What the store knows without asking the disk. Read and written on the engine's thread only; it outlives the store,
// because answers that are on their way back still pass here.
#pragma once

#include "engine/ports/watch_store.hpp"

#include <algorithm>
#include <span>

namespace jobwatch
{

struct store_front
{
    watch_store::listener told; // empty once the store is gone
    event_seq head = 0;
    event_seq oldest = 1;
    std::uint64_t ended = 0;

    // Retention has removed what was before.
    void forget(event_seq oldest_left, std::uint64_t watches_ended)
    {
        oldest = std::max(oldest, std::min(oldest_left, head + 1));
        ended = watches_ended;
    }

    void show(std::span<const watch_store::committed> events, std::uint64_t watches_ended)
    {
        ended = watches_ended;
        if (events.empty())
            return;
        if (oldest > head) // none is kept yet
            oldest = events.front().stored->seq;
        head = events.back().stored->seq;
        if (told)
            told(events);
    }
};

} // namespace jobwatch
