// A watch as the control socket shows it.
#pragma once

#include "core/watch_view.hpp"

#include <string>

namespace jobwatch
{

// One JSON object. What is not known is left out; flags stand only when they are set.
void append_watch(std::string& to, const watch_view& watch);

} // namespace jobwatch
