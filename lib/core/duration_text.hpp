// Durations as people write them in the configuration, on the command line and in requests.
#pragma once

#include "core/error.hpp"
#include "core/time.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace jobwatch
{

// A span of time, or no limit at all ("never").
using time_limit = std::optional<milliseconds>;

// A whole number and one unit: ms, s, m, h, d. At most 3650 days. errc::bad_duration otherwise.
result<milliseconds> parse_duration(std::string_view text);

// parse_duration's form, or "never".
result<time_limit> parse_time_limit(std::string_view text);

// The shortest exact form that parse_duration reads back: "90s", "5m", "200ms".
std::string format_duration(milliseconds value);
std::string format_time_limit(time_limit value);

// For people, rounded: "0.8 s", "12 s", "3 min 20 s", "2 h 5 min", "4 d 3 h".
std::string describe_duration(milliseconds value);

} // namespace jobwatch
