// Times and durations as the appliance, HTTP and our command line write them.
#pragma once

#include "clock.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace jobwatch::simulator
{

// RFC 3339 in UTC, up to six fraction digits, trailing zeros trimmed (and the point with them).
std::string appliance_time(time_point when);

// The same read again, with any number of fraction digits, of which six count; nothing when malformed.
std::optional<time_point> parse_appliance_time(std::string_view text);

// "Sun, 06 Nov 1994 08:49:37 GMT".
std::string http_date(time_point when);

// Whole seconds as the appliance's runtime (Go) prints them: "50s", "1m30s", "2h0m5s".
std::string age_text(std::chrono::seconds age);

// "250ms", "0.5s", "5m", "1h"; nothing when the text is no duration.
std::optional<duration> parse_duration(std::string_view text);

// "0.2s..2s", or one duration for both ends; nothing when malformed or descending.
struct span
{
    duration low{};
    duration high{};
};
std::optional<span> parse_span(std::string_view text);

} // namespace jobwatch::simulator
