// Cuts a stream of bytes into lines, in bounded memory: a line over the limit is reported once and skipped.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace jobwatch
{

class line_splitter
{
public:
    // `limit` in bytes, the newline included.
    explicit line_splitter(std::size_t limit) : limit_(limit) {}

    struct piece
    {
        std::string line;      // without its newline
        bool too_long = false; // instead of a line: one over the limit begins here, and is skipped
    };

    void feed(std::string_view bytes) { waiting_.append(bytes); }

    // The next whole line; empty when more bytes are needed. Call until it is empty before feeding more.
    std::optional<piece> next();

    // Bytes after the last newline, which nobody finished.
    bool has_rest() const { return skipping_ || begin_ < waiting_.size(); }

private:
    std::size_t limit_;
    std::string waiting_;
    std::size_t begin_ = 0;     // of the present line in waiting_
    std::size_t looked_at_ = 0; // no newline before here
    bool skipping_ = false;
};

} // namespace jobwatch
