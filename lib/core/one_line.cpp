#include "core/one_line.hpp"

#include <array>
#include <cstdint>

namespace jobwatch
{

namespace
{

struct character
{
    std::uint32_t code = 0;
    std::size_t bytes = 0; // 0: not UTF-8
};

std::uint32_t byte_at(std::string_view text, std::size_t at)
{
    return static_cast<unsigned char>(text[at]);
}

// How many bytes a character has that starts with this one, and the bits of the code that it carries.
character start_of(std::uint32_t byte)
{
    if (byte < 0x80)
        return {byte, 1};
    if (byte >= 0xC2 && byte < 0xE0)
        return {byte & 0x1FU, 2};
    if (byte >= 0xE0 && byte < 0xF0)
        return {byte & 0x0FU, 3};
    if (byte >= 0xF0 && byte < 0xF5)
        return {byte & 0x07U, 4};
    return {};
}

// The first character of a text that is not empty.
character first_character(std::string_view text)
{
    auto read = start_of(byte_at(text, 0));
    if (read.bytes > text.size())
        return {};
    for (std::size_t at = 1; at < read.bytes; ++at)
    {
        if ((byte_at(text, at) & 0xC0U) != 0x80)
            return {};
        read.code = (read.code << 6U) | (byte_at(text, at) & 0x3FU);
    }
    constexpr std::array<std::uint32_t, 5> smallest{0, 0, 0x80, 0x800, 0x10000};
    const bool surrogate = read.code >= 0xD800 && read.code < 0xE000;
    if (read.code < smallest[read.bytes] || surrogate || read.code > 0x10FFFF)
        return {};
    return read;
}

bool is_harmless(std::uint32_t code)
{
    const bool control = code < 0x20 || (code >= 0x7F && code < 0xA0);
    const bool separator = code == 0x2028 || code == 0x2029;
    const bool direction = code == 0x200E || code == 0x200F || (code >= 0x202A && code <= 0x202E)
        || (code >= 0x2066 && code <= 0x2069) || code == 0x061C;
    return !control && !separator && !direction;
}

void append_escaped(std::string& line, std::string_view bytes)
{
    constexpr std::string_view digits = "0123456789abcdef";
    for (const char each : bytes)
    {
        const auto byte = static_cast<unsigned char>(each);
        line += "\\x";
        line += digits[byte >> 4U];
        line += digits[byte & 0xFU];
    }
}

} // namespace

std::string one_line(std::string_view outside)
{
    std::string line;
    while (!outside.empty())
    {
        const auto next = first_character(outside);
        const auto bytes = outside.substr(0, next.bytes == 0 ? 1 : next.bytes);
        if (line.size() + bytes.size() > max_line_text)
            return line += "...";
        if (next.bytes != 0 && is_harmless(next.code))
            line += bytes;
        else
            append_escaped(line, bytes);
        outside.remove_prefix(bytes.size());
    }
    return line;
}

} // namespace jobwatch
