// RFC 3339 times, read as appliances write them and written as our events show them.
#pragma once

#include "core/error.hpp"
#include "core/time.hpp"

#include <string>
#include <string_view>

namespace jobwatch
{

// Accepts 0 to 9 fraction digits, `Z` or a numeric offset, `T` or a space. errc::bad_timestamp otherwise and
// for years outside 1678 to 2261 (appliances write 0001-01-01T00:00:00Z for "never").
result<wall_time> parse_timestamp(std::string_view text);

// "2026-11-23T14:02:11.482Z": UTC, always three fraction digits, rounded down.
std::string format_timestamp(wall_time time);

// For people, to the second: "2026-11-23 14:02:11 UTC"
std::string describe_timestamp(wall_time time);

} // namespace jobwatch
