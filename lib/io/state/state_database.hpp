// state.db: how it is opened. The writer comes first, since it makes the file; any number of readers follow.
#pragma once

#include "io/state/sqlite_connection.hpp"

#include <cstdint>
#include <string>

namespace jobwatch
{

// Makes the directory (0700, but not those above it) if there is none.
explained<void> make_state_directory(const std::string& directory);

// Makes the file (0600) and its tables if there are none. The directory's lock must be held. Closing the connection leaves
// the log as it is until keep_log(false) says that the database is sound.
explained<sqlite_connection> open_state_writer(const std::string& directory);

explained<sqlite_connection> open_state_reader(const std::string& directory);

std::string state_database_path(const std::string& directory);

} // namespace jobwatch
