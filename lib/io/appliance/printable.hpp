// Text of others (certificates, error bodies) made fit for a log line of ours.
#pragma once

#include <string>
#include <string_view>

namespace jobwatch
{

// Control characters and bytes that are not UTF-8 as \xNN; longer text is cut and ends in "...".
std::string printable(std::string_view text, std::size_t limit);

// `text` without `secret`: from where it (or its beginning) stands, "[secret]" and nothing more.
std::string without_secret(std::string text, std::string_view secret);

} // namespace jobwatch
