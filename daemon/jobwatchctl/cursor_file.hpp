// A reader's place in the stream of events, kept in a file: one line, LOG:SEQ. It is replaced as a whole, so whoever
// reads it, and whoever comes after a crash, finds the old place or the new one.
#pragma once

#include "core/command.hpp"
#include "core/error.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace jobwatch::ctl
{

// "LOG:SEQ"; LOG may be empty, which means the daemon's present log.
std::optional<cursor> parse_cursor(std::string_view text);
std::string format_cursor(const cursor& place);

// Nothing when there is no such file yet (or an empty one); a failure when it cannot be read or holds something else.
explained<std::optional<cursor>> load_cursor(const std::string& path);

// Durable when it returns well: written beside, synced, renamed over, and the folder synced.
explained<void> save_cursor(const std::string& path, const cursor& place);

} // namespace jobwatch::ctl
