// JSON text laid out for people. Nothing but the white space between its tokens changes.
#pragma once

#include <string>
#include <string_view>

namespace jobwatch::ctl
{

// `text` must be valid JSON. Every line but the first begins with `margin`.
std::string pretty_json(std::string_view text, std::string_view margin);

} // namespace jobwatch::ctl
