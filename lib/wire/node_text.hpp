// A node of an appliance as the control socket shows it.
#pragma once

#include "core/watch_view.hpp"

#include <string>

namespace jobwatch
{

// One JSON object, of `status` and of `explain`.
void append_node(std::string& to, const node_report& node);

} // namespace jobwatch
