// Where `wait` hears that watches have ended.
#pragma once

#include "engine/ports/clock.hpp"
#include "engine/ports/watch_store.hpp"

#include <cstddef>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace jobwatch
{

// What one `wait` still waits for. It must be taken off the board before it dies.
struct ending_wait
{
    std::unordered_set<watch_number> open; // not yet ended
    std::size_t ended = 0;                 // of those that were put on the board
    wake_timer* timer = nullptr;           // woken at each ending
};

class ending_board
{
public:
    void put(ending_wait& waiting);  // listens to all of waiting.open
    void take(ending_wait& waiting); // listens no more

    void ended(watch_number number); // told by the feed

    // This one had ended before `waiting` was put on the board.
    void ended_for(ending_wait& waiting, watch_number number);

private:
    void forget(watch_number number, ending_wait& waiting);

    std::unordered_map<watch_number, std::vector<ending_wait*>> waits_;
};

} // namespace jobwatch
