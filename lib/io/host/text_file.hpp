// Small files that people write: configuration, passwords.
#pragma once

#include "core/error.hpp"

#include <cstddef>
#include <string>

namespace jobwatch
{

inline constexpr std::size_t max_settings_file = 1 << 20; // bytes

// The whole file, if it is a regular one of at most `limit` bytes; an error names the file and the limit.
explained<std::string> read_text_file(const std::string& path, std::size_t limit);

// May users other than its owner and group read it?
bool is_readable_by_everyone(const std::string& path);

} // namespace jobwatch
