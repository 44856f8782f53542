// What stands between us and state.db, as an administrator reads it: the path, the cause, what to do.
#pragma once

#include "core/error.hpp"

#include <string>
#include <string_view>

namespace jobwatch
{

// "cannot open /var/lib/jobwatchd/state.db: database is locked; ...". errc::state_corrupt if that is the cause, else
// the code as it is. `doing` is "open", "read", ...
failure database_failure(error_code ec, const std::string& path, std::string_view doing);

// The same for what the system said.
failure file_failure(int system_error, const std::string& path, std::string_view doing);

} // namespace jobwatch
