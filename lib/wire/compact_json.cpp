#include "wire/compact_json.hpp"

#include "wire/document.hpp"

namespace jobwatch
{

namespace
{

bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

// The position behind the string that begins at `position`.
std::size_t string_end(std::string_view text, std::size_t position)
{
    for (auto quote = text.find('"', position + 1); quote != std::string_view::npos;
         quote = text.find('"', quote + 1))
    {
        const auto last_other = text.find_last_not_of('\\', quote - 1); // the opening quote at the latest
        if ((quote - 1 - last_other) % 2 == 0)
            return quote + 1;
    }
    return text.size();
}

} // namespace

// Copied in pieces as long as can be, since most documents come without white space.
void append_compact(std::string& to, std::string_view text, std::size_t limit)
{
    std::size_t kept_from = 0;
    std::size_t position = 0;
    while (position < text.size() && to.size() + (position - kept_from) <= limit)
    {
        if (text[position] == '"')
        {
            position = string_end(text, position);
            continue;
        }
        if (!is_space(text[position]))
        {
            ++position;
            continue;
        }
        to += text.substr(kept_from, position - kept_from);
        while (position < text.size() && is_space(text[position]))
            ++position;
        kept_from = position;
    }
    to += text.substr(kept_from, position - kept_from);
}

std::string compact_json(std::string_view text)
{
    std::string compact;
    compact.reserve(text.size());
    append_compact(compact, text, text.size());
    return compact;
}

} // namespace jobwatch
