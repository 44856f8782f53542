// How jobwatchd ends.
#pragma once

namespace jobwatch
{

inline constexpr int exit_ok = 0;      // stopped in order
inline constexpr int exit_failed = 1;  // could not start, or could not go on
inline constexpr int exit_usage = 2;   // wrong command line
inline constexpr int exit_config = 78; // wrong configuration

} // namespace jobwatch
