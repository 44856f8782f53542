// Sets the appliance up as the command line wants it.
#pragma once

#include "appliance.hpp"
#include "options.hpp"

namespace jobwatch::simulator
{

// The appliance as the options want it, with all its jobs. Throws std::runtime_error for a bad file or step.
appliance make_appliance(const options& wanted, time_point now);

} // namespace jobwatch::simulator
