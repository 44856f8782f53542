// An event as its line.
#pragma once

#include "core/duration_text.hpp"
#include "core/event.hpp"

#include <string>

namespace jobwatch
{

// What watch.added tells besides, so that a watch can be made again from its event.
struct told_limits
{
    time_limit overdue_after;
    time_limit give_up_after;
};

// One JSON object and a newline; the order of the fields is the design's: scalars first, nested parts last.
std::string event_text(const event& happened, event_seq seq);
std::string event_text_with_limits(const event& happened, event_seq seq, const told_limits& limits);

// Labels as a JSON object, for the store; and back (empty when the text is not one).
std::string labels_text(const watch_labels& labels);
watch_labels parse_labels(std::string_view text);

} // namespace jobwatch
