// An event as its line.
#pragma once

#include "core/event.hpp"

#include <string>

namespace jobwatch
{

// One JSON object and a newline; the order of the fields is the design's: scalars first, nested parts last.
std::string event_text(const event& happened, event_seq seq);

// Labels as a JSON object, for the store; and back (empty when the text is not one).
std::string labels_text(const watch_labels& labels);
watch_labels parse_labels(std::string_view text);

} // namespace jobwatch
