// The command line of jobwatchd.
#pragma once

#include <optional>
#include <string>

namespace jobwatch
{

struct daemon_options
{
    std::string config = "/etc/jobwatchd/jobwatchd.toml";
    bool check_state = false;  // instead of running
    std::string checked_state; // the file; "": the configuration's
};

// Empty when the program is to end at once with `exit_code` (help, version, a wrong command line).
std::optional<daemon_options> parse_command_line(int argc, char** argv, int& exit_code);

} // namespace jobwatch
