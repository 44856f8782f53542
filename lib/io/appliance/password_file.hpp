// The file that holds a password: read anew for each login, and looked at for changes in between.
#pragma once

#include "core/error.hpp"
#include "core/secret_text.hpp"

#include <string>
#include <string_view>

namespace jobwatch
{

inline constexpr std::size_t max_password_file = 4 * 1024; // bytes

// A short text that tells one state of a file from another (times, size, inode); "" when there is no such file,
// or we may not look at it.
std::string stamp_of(const std::string& path);

// The password without the line break at its end. The failure names the file and what is allowed.
explained<secret_text> read_password(const std::string& path);

} // namespace jobwatch
