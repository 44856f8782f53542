// One process owns a directory: whoever holds the lock on a file in it. The kernel drops the lock when the process
// ends, however it ends, so there is never a stale one to remove.
#pragma once

#include "core/error.hpp"
#include "io/state/file_descriptor.hpp"

#include <functional>
#include <string>

namespace jobwatch
{

// What happens between two tries to take a lock that somebody holds; false: no further try.
using lock_pause = std::function<bool()>;

// Waits up to two seconds in all: a process that was killed holds its lock until the kernel has cleared it away, and
// whoever starts the next one at once must not be turned away for that. Blocks; for the start only.
lock_pause patient_pause();

class directory_lock
{
public:
    // errc::state_locked names the owner's pid if it is known; other failures say what the system said.
    static explained<directory_lock> take(
        const std::string& directory, const std::string& file_name = "lock",
        const lock_pause& between_tries = [] { return false; });

private:
    explicit directory_lock(file_descriptor file) : file_(std::move(file)) {}

    file_descriptor file_;
};

} // namespace jobwatch
