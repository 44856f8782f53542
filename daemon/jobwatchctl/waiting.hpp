// Waits for watches to end, exactly: it returns when all (or any) of those that were meant at the start have ended, or
// when its time limit has passed; restarts of the daemon only interrupt the asking. It never takes silence for an end.
#pragma once

#include "core/command.hpp"
#include "jobwatchctl/surroundings.hpp"

#include <optional>

namespace jobwatch::ctl
{

enum class wait_until : unsigned char
{
    all,
    any,
};

struct wait_wish
{
    watch_selection which; // or, when empty:
    watch_labels labels;
    wait_until until = wait_until::all;
    std::optional<milliseconds> timeout;
};

// Prints each watch that has ended, and on a terminal how many have. The code: 124 when the time limit has passed;
// else the worst outcome; else 3 when some are not known; else 0.
exit_code wait_for_watches(const wait_wish& wish, const surroundings& around);

} // namespace jobwatch::ctl
