#include "wire/json_text.hpp"

#include "core/one_line.hpp"

#include <array>
#include <charconv>
#include <cmath>

namespace jobwatch
{

namespace
{

constexpr std::string_view hex_digits = "0123456789abcdef";

unsigned char byte_at(std::string_view text, std::size_t position)
{
    return static_cast<unsigned char>(text[position]);
}

bool is_tail(std::string_view text, std::size_t position)
{
    return position < text.size() && (byte_at(text, position) & 0xC0U) == 0x80U;
}

// The second byte excludes over-long forms, surrogates and what is above U+10FFFF.
bool second_byte_fits(unsigned char first, unsigned char second)
{
    switch (first)
    {
    case 0xE0:
        return second >= 0xA0;
    case 0xED:
        return second <= 0x9F;
    case 0xF0:
        return second >= 0x90;
    case 0xF4:
        return second <= 0x8F;
    default:
        return true;
    }
}

bool is_plain(unsigned char byte)
{
    return byte >= 0x20 && byte < 0x7F && byte != '"' && byte != '\\';
}

void append_escaped_ascii(std::string& to, unsigned char byte)
{
    switch (byte)
    {
    case '"':
        to += "\\\"";
        return;
    case '\\':
        to += "\\\\";
        return;
    case '\n':
        to += "\\n";
        return;
    case '\r':
        to += "\\r";
        return;
    case '\t':
        to += "\\t";
        return;
    default:
        to += "\\u00";
        to += hex_digits[byte >> 4U];
        to += hex_digits[byte & 0xFU];
    }
}

} // namespace

std::size_t utf8_length(std::string_view text)
{
    if (text.empty())
        return 0;
    const auto first = byte_at(text, 0);
    if (first < 0x80)
        return 1;
    if (first < 0xC2 || first > 0xF4 || !is_tail(text, 1) || !second_byte_fits(first, byte_at(text, 1)))
        return 0;
    if (first < 0xE0)
        return 2;
    if (!is_tail(text, 2))
        return 0;
    if (first < 0xF0)
        return 3;
    return is_tail(text, 3) ? 4 : 0;
}

bool is_utf8(std::string_view text)
{
    while (!text.empty())
    {
        const auto length = utf8_length(text);
        if (length == 0)
            return false;
        text.remove_prefix(length);
    }
    return true;
}

std::string_view cut_utf8(std::string_view text, std::size_t limit)
{
    if (text.size() <= limit)
        return text;
    // Not further than one character is long: text that is no UTF-8 is cut where it stands.
    for (std::size_t back = 0; back < 4 && back <= limit; ++back)
        if (!is_tail(text, limit - back))
            return text.substr(0, limit - back);
    return text.substr(0, limit);
}

void append_json_string(std::string& to, std::string_view text)
{
    to += '"';
    while (!text.empty())
    {
        std::size_t plain = 0;
        while (plain < text.size() && is_plain(byte_at(text, plain)))
            ++plain;
        to += text.substr(0, plain);
        text.remove_prefix(plain);
        if (text.empty())
            break;
        const auto length = utf8_length(text);
        if (length == 0)
            to += "\xEF\xBF\xBD";
        else if (length == 1)
            append_escaped_ascii(to, byte_at(text, 0));
        else
            to += text.substr(0, length);
        text.remove_prefix(length == 0 ? 1 : length);
    }
    to += '"';
}

std::string json_string(std::string_view text)
{
    std::string written;
    written.reserve(text.size() + 2);
    append_json_string(written, text);
    return written;
}

std::string printable(std::string_view text, std::size_t limit)
{
    const auto kept = cut_utf8(text, limit);
    std::string shown = one_line(kept);
    if (kept.size() < text.size() && !shown.ends_with("..."))
        shown += "...";
    return shown;
}

std::string quoted(std::string_view text, std::size_t limit)
{
    return '"' + printable(text, limit) + '"';
}

void object_writer::real(std::string_view name, double value)
{
    std::string& to = begin(name);
    if (!std::isfinite(value))
    {
        to += "null"; // JSON knows no infinity
        return;
    }
    std::array<char, 32> digits{};
    const auto [end, failed] = std::to_chars(digits.data(), digits.data() + digits.size(), value);
    to.append(digits.data(), failed == std::errc{} ? end : digits.data());
}

std::string& object_writer::begin(std::string_view name)
{
    if (!first_)
        to_ += ',';
    first_ = false;
    to_ += '"';
    to_ += name;
    to_ += "\":";
    return to_;
}

} // namespace jobwatch
