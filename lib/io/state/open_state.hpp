// state.db at start: whatever was left there, what comes out is a database that is ours, readable and not behind
// events.jsonl, or a failure that names what is in the way.
#pragma once

#include "io/state/state_replacement.hpp"

#include <memory>

namespace jobwatch
{

// Only a damaged database is set aside, or a missing one replaced (see state_replacement); of everything else that is
// in the way nothing is changed. The directory's lock is held.
explained<std::unique_ptr<state_writer>> open_state(const store_settings& settings, diagnostics& out);

} // namespace jobwatch
