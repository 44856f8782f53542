// Secrets in memory: wiped when they are no longer needed.
#pragma once

#include <string>
#include <string_view>

namespace jobwatch
{

// Wipes what the string's whole capacity holds, and leaves it empty.
void wipe(std::string& text);

class secret_text
{
public:
    secret_text() = default;
    explicit secret_text(std::string text) : text_(std::move(text)) {}
    ~secret_text() { wipe(text_); }
    secret_text(secret_text&& other) noexcept;
    secret_text& operator=(secret_text&& other) noexcept;
    secret_text(const secret_text&) = delete;
    secret_text& operator=(const secret_text&) = delete;

    std::string_view view() const { return text_; }

private:
    std::string text_;
};

} // namespace jobwatch
