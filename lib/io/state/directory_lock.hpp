// One process owns a directory: whoever holds the lock on a file in it. The kernel drops the lock when the process
// ends, however it ends, so there is never a stale one to remove.
#pragma once

#include "core/error.hpp"
#include "io/state/file_descriptor.hpp"

#include <string>

namespace jobwatch
{

class directory_lock
{
public:
    // errc::state_locked names the owner's pid if it is known; other failures say what the system said.
    static explained<directory_lock>
    take(const std::string& directory, const std::string& file_name = "lock");

private:
    explicit directory_lock(file_descriptor file) : file_(std::move(file)) {}

    file_descriptor file_;
};

} // namespace jobwatch
