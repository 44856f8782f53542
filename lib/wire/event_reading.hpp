// An event's line read back: how watches are made again from events.jsonl.
#pragma once

#include "core/error.hpp"
#include "wire/event_text.hpp"

#include <optional>
#include <string_view>

namespace jobwatch
{

// No number of ours comes near; a damaged digit must not use up all that are left.
inline constexpr std::uint64_t largest_number = 1'000'000'000'000'000;

struct read_event
{
    event_seq seq = 0;
    event happened;                    // of a type that this version does not know: `watch` is 0
    std::optional<told_limits> limits; // of watch.added, since the version that tells them
};

// errc::bad_json for whatever is no event of ours. Fields that are strange or not known are passed over, but not those
// that say which watch it is about.
result<read_event> read_event_text(std::string_view line);

} // namespace jobwatch
