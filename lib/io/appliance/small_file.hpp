// The small files that a credential stands on: passwords, tokens, certificates, keys. Read at once and whole, but only
// when they are what they should be, so that nothing in their place can hold up the loop or fill the memory.
#pragma once

#include "core/error.hpp"
#include "core/secret_text.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace jobwatch
{

// A short text that tells one state of a file from another (times, size, inode); "" when there is no such file,
// or we may not look at it.
std::string stamp_of(const std::string& path);

// The whole file, if it is a regular one of at most `limit` bytes. The failure begins with `what` ("CA file") and
// the path, and tells what stands there instead.
explained<secret_text> read_small_file(std::string_view what, const std::string& path, std::size_t limit);

} // namespace jobwatch
