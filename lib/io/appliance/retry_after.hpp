// The Retry-After header (RFC 9110, 10.2.3) in both of its forms.
#pragma once

#include "core/time.hpp"

#include <optional>
#include <string_view>

namespace jobwatch
{

// HTTP dates: "Sun, 06 Nov 1994 08:49:37 GMT" and the two old forms that must still be read.
std::optional<wall_time> parse_http_date(std::string_view text);

// Seconds, or a date counted from `now` (0 when it is past). Empty when it is neither. No bound is applied
// but one that keeps the number sane (ten years): the engine has its own.
std::optional<milliseconds> parse_retry_after(std::string_view text, wall_time now);

} // namespace jobwatch
