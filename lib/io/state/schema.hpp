// The tables of state.db, and the rules that hold whoever writes to them: an ended watch never changes, a watch has
// one ending, events are never changed, numbers never come back.
#pragma once

#include "core/error.hpp"
#include "io/state/sqlite_connection.hpp"

#include <string>

namespace jobwatch
{

inline constexpr int schema_version = 2;                // PRAGMA user_version; each new one needs a migration
inline constexpr int state_application_id = 0x4a574443; // "JWCD" in the file's header: this is ours

// Makes the tables of a new database; of an existing one, checks that it is ours and of a version we know, and brings
// an earlier version up to this one (all of it or nothing).
// errc::state_newer, errc::state_corrupt, or what SQLite said. `path` is for the texts.
explained<void> prepare_schema(sqlite_connection& connection, const std::string& path);

} // namespace jobwatch
