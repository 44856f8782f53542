// Times as state.db holds them: nanoseconds since 1970, and spans in milliseconds.
#pragma once

#include "core/duration_text.hpp"
#include "core/time.hpp"

#include <cstdint>
#include <optional>

namespace jobwatch
{

inline std::int64_t to_stored(wall_time time)
{
    return time.time_since_epoch().count();
}

inline std::optional<std::int64_t> to_stored(std::optional<wall_time> time)
{
    return time ? std::optional(to_stored(*time)) : std::nullopt;
}

inline std::optional<std::int64_t> to_stored(std::optional<milliseconds> span)
{
    return span ? std::optional<std::int64_t>(span->count()) : std::nullopt;
}

inline wall_time time_from_stored(std::int64_t value)
{
    return wall_time(std::chrono::nanoseconds(value));
}

} // namespace jobwatch
