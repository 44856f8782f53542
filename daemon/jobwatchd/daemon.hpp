// Assembles the daemon: the only place that knows all types. Built bottom up, started and stopped in a fixed
// order, destroyed in reverse.
#pragma once

#include "configuration.hpp"

namespace jobwatch
{

// Runs until SIGTERM or SIGINT; returns the exit code. What goes wrong is told on standard error and in the log.
int run_daemon(const configuration& configured);

} // namespace jobwatch
