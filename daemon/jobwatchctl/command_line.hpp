// The command line of jobwatchctl: options, help, and the call of the command that was asked for.
#pragma once

#include "jobwatchctl/console.hpp"

namespace jobwatch::ctl
{

exit_code run_command_line(int argc, const char* const* argv, console& io);

} // namespace jobwatch::ctl
