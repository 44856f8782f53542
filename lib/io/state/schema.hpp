// The tables of state.db, and the rules that hold whoever writes to them: an ended watch never changes, a watch has
// one ending, events are never changed, numbers never come back.
#pragma once

#include "core/error.hpp"
#include "io/state/sqlite_connection.hpp"

#include <span>
#include <string>

namespace jobwatch
{

inline constexpr int schema_version = 2;                // PRAGMA user_version; each new one needs a migration
inline constexpr int state_application_id = 0x4a574443; // "JWCD" in the file's header: this is ours

// A step from the version before to version `to`: taken as a whole or not at all.
struct migration
{
    int to = 0;
    const char* sql = nullptr;
};

// Takes the steps above `version` in their order, each in a transaction of its own: a kill between two leaves a
// database of the version in between, which the next start brings on.
[[nodiscard]] error_code
migrate(sqlite_connection& connection, int version, std::span<const migration> steps);

// A new random id for a database's numbering; empty when the system has no randomness.
std::string make_log_id();

// Makes the tables of a new database; of an existing one, checks that it is ours and of a version we know, and brings
// an earlier version up to this one.
// errc::state_newer, errc::state_corrupt, or what SQLite said. `path` is for the texts.
explained<void> prepare_schema(sqlite_connection& connection, const std::string& path);

} // namespace jobwatch
