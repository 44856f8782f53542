// The file that holds a password: read anew for each login, and looked at for changes in between.
#pragma once

#include "core/error.hpp"

#include <string>
#include <string_view>

namespace jobwatch
{

inline constexpr std::size_t max_password_file = 4 * 1024; // bytes

// Text that is wiped from memory when it is no longer needed.
class secret_text
{
public:
    secret_text() = default;
    explicit secret_text(std::string text) : text_(std::move(text)) {}
    ~secret_text();
    secret_text(secret_text&& other) noexcept;
    secret_text& operator=(secret_text&& other) noexcept;
    secret_text(const secret_text&) = delete;
    secret_text& operator=(const secret_text&) = delete;

    std::string_view view() const { return text_; }

private:
    void wipe();

    std::string text_;
};

// Wipes what the string's whole capacity holds, and leaves it empty.
void wipe(std::string& text);

// A short text that tells one state of a file from another (times, size, inode); "" when there is no such file,
// or we may not look at it.
std::string stamp_of(const std::string& path);

// The password without the line break at its end. The failure names the file and what is allowed.
explained<secret_text> read_password(const std::string& path);

} // namespace jobwatch
