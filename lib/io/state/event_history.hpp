// All that the event files still tell, oldest first: the rotated ones, then events.jsonl up to its last whole line.
// Read in blocks and line by line; changes nothing.
#pragma once

#include "core/error.hpp"
#include "core/event.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace jobwatch
{

// A line of an event file that is longer is none of ours (documents are at most 64 KiB) and is passed over.
inline constexpr std::size_t max_history_line = 1 << 20; // bytes

struct history_damage
{
    std::uint64_t long_lines = 0;   // passed over
    std::vector<std::string> files; // archives whose end could not be read (a torn or damaged .gz)
};

// Without their newlines. What it fails with ends the reading.
using history_line = std::function<error_code(std::string_view line)>;

// Archives that end at or before event `after` are not opened. What cannot be read at all (permission, I/O) is a
// failure: what is not read now would be lost.
explained<history_damage>
read_event_history(const std::string& logs_directory, event_seq after, const history_line& take);

// The last event that the files tell of: of events.jsonl, or else of the newest rotated file. 0: of none.
explained<event_seq> last_in_history(const std::string& logs_directory);

} // namespace jobwatch
