// What a reader of events.sock may say first.
#pragma once

#include "core/command.hpp"

#include <string>
#include <string_view>

namespace jobwatch
{

// "tail", "begin", "after SEQ" or "after LOG SEQ".
answer_or_refusal<subscribe_start> parse_first_line(std::string_view line);

// A gap among the lines of events.sock, where a reader expects an event: {"event":"gap",...}, with no `seq`.
std::string gap_event_line(event_seq from, event_seq to, std::string_view why);

} // namespace jobwatch
