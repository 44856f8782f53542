// Texts of others that may repeat what we sent them.
#pragma once

#include <string>
#include <string_view>

namespace jobwatch
{

// `text` without `secret`: from where it (or its beginning) stands, "[secret]" and nothing more.
std::string without_secret(std::string text, std::string_view secret);

} // namespace jobwatch
