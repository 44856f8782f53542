// compact_json with a limit.
#pragma once

#include <string>
#include <string_view>

namespace jobwatch
{

// Appends what is no white space between the tokens of valid JSON. Stops after passing `limit` bytes of `to`.
void append_compact(std::string& to, std::string_view text, std::size_t limit);

} // namespace jobwatch
