// A damaged or missing state.db gives way to a new one, made from the event files. Steps, each safe to be killed in:
//
//   1. state.db.new is made, whole and synced; it holds the rebuilt watches and the state.replaced event already.
//   2. It is renamed to state.db.replacement-TIME: from here on the replacement is decided, and every start goes on.
//   3. state.db, -wal, -shm and -journal are renamed to state.db.damaged-TIME..., bytes kept, and the folder is synced.
//   4. state.db.replacement-TIME is renamed to state.db.
//
// So no old log ever lies beside a new database, and nothing that was rebuilt is lost. The directory's lock is held.
#pragma once

#include "engine/ports/diagnostics.hpp"
#include "io/state/state_writer.hpp"
#include "wire/event_text.hpp"

#include <string>

namespace jobwatch
{

struct store_settings
{
    std::string state_directory;
    std::string logs_directory; // of events.jsonl; "": there is none to rebuild from
    told_limits limits;         // of rebuilt watches whose event does not tell theirs
    time_limit retain{};        // how long events and ended watches are kept
};

// Steps 3 and 4, if an earlier start came as far as step 2.
explained<void> finish_replacement(const std::string& state_directory, diagnostics& out);

// All steps. `why` is a sentence about the old one: "state.db is damaged (file is not a database)". When it fails before
// step 2, nothing has changed.
explained<void> replace_state(const store_settings& settings, const std::string& why, diagnostics& out);

// The event files go on beyond the database: it was restored from a copy. What they tell is added to it, in one
// transaction: watches opened and ended since; numbers above theirs; a new log id; state.replaced.
explained<void> catch_up_with_history(state_writer& writer, const store_settings& settings, diagnostics& out);

} // namespace jobwatch
