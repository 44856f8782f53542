// How loud an event is in the log that people read.
#pragma once

#include "core/event.hpp"
#include "core/settings.hpp"

namespace jobwatch
{

// `warning` where somebody may have to do something, else `info`.
log_level severity_of(event_type what);

} // namespace jobwatch
