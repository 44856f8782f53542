#include "io/appliance/printable.hpp"

#include <algorithm>

namespace jobwatch
{

namespace
{

// Error bodies are cut, so a long secret may stand in them in part only.
constexpr std::size_t telling_part = 16;
constexpr std::size_t shortest_secret = 4; // shorter ones would be found everywhere

bool is_continuation(char c)
{
    return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

// Bytes of the UTF-8 character that `text` begins with; 0 when it does not begin with one. Over-long forms and
// surrogates are not looked for: nobody here decodes the text.
std::size_t character_length(std::string_view text)
{
    const auto first = static_cast<unsigned char>(text.front());
    std::size_t length = 1;
    if (first >= 0xF0 && first < 0xF5)
        length = 4;
    else if (first >= 0xE0)
        length = 3;
    else if (first >= 0xC2)
        length = 2;
    else if (first >= 0x80)
        return 0;
    if (first >= 0xF5 || text.size() < length)
        return 0;
    return std::all_of(text.begin() + 1, text.begin() + static_cast<std::ptrdiff_t>(length), is_continuation)
        ? length
        : 0;
}

void append_escaped(std::string& to, char c)
{
    constexpr std::string_view digits = "0123456789abcdef";
    const auto byte = static_cast<unsigned char>(c);
    to += "\\x";
    to += digits[byte >> 4U];
    to += digits[byte & 0xFU];
}

} // namespace

std::string printable(std::string_view text, std::size_t limit)
{
    std::string shown;
    while (!text.empty())
    {
        if (shown.size() >= limit)
            return shown + "...";
        const auto first = static_cast<unsigned char>(text.front());
        const std::size_t length = character_length(text);
        if (length == 0 || first < ' ' || first == 0x7F)
            append_escaped(shown, text.front());
        else
            shown += text.substr(0, length);
        text.remove_prefix(std::max<std::size_t>(length, 1));
    }
    return shown;
}

std::string without_secret(std::string text, std::string_view secret)
{
    if (secret.size() < shortest_secret)
        return text;
    const auto place = text.find(secret.substr(0, telling_part));
    if (place == std::string::npos)
        return text;
    return text.substr(0, place) + "[secret]";
}

} // namespace jobwatch
