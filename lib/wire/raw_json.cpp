#include "wire/raw_json.hpp"

#include <algorithm>

namespace jobwatch
{

namespace
{

constexpr std::string_view space = " \t\r\n";

// Takes the string at the start of `text`, quotes included.
std::string_view take_string(std::string_view& text)
{
    std::size_t end = 1;
    while (end < text.size() && text[end] != '"')
        end += text[end] == '\\' ? 2 : 1;
    end = std::min(end + 1, text.size());
    const auto taken = text.substr(0, end);
    text.remove_prefix(end);
    return taken;
}

void skip_space(std::string_view& text)
{
    text.remove_prefix(std::min(text.find_first_not_of(space), text.size()));
}

// Takes what stands before the ',' or the closing bracket that ends the value.
std::string_view take_value(std::string_view& text)
{
    const auto whole = text;
    std::size_t depth = 0;
    while (!text.empty())
    {
        const char c = text.front();
        if (depth == 0 && (c == ',' || c == '}' || c == ']'))
            break;
        if (c == '"')
        {
            take_string(text);
            continue;
        }
        if (c == '{' || c == '[')
            ++depth;
        else if (c == '}' || c == ']')
            --depth;
        text.remove_prefix(1);
    }
    const auto taken = whole.substr(0, whole.size() - text.size());
    return taken.substr(0, taken.find_last_not_of(space) + 1);
}

} // namespace

std::vector<raw_member> raw_members(std::string_view text)
{
    std::vector<raw_member> members;
    skip_space(text);
    text.remove_prefix(std::min<std::size_t>(1, text.size())); // the brace
    for (skip_space(text); text.starts_with('"'); skip_space(text))
    {
        raw_member member;
        member.name = take_string(text);
        skip_space(text);
        text.remove_prefix(std::min<std::size_t>(1, text.size())); // the colon
        skip_space(text);
        member.value = take_value(text);
        members.push_back(member);
        if (!text.starts_with(','))
            break;
        text.remove_prefix(1);
    }
    return members;
}

std::vector<std::string_view> raw_elements(std::string_view text)
{
    std::vector<std::string_view> elements;
    skip_space(text);
    text.remove_prefix(std::min<std::size_t>(1, text.size())); // the bracket
    for (skip_space(text); !text.empty() && text.front() != ']'; skip_space(text))
    {
        elements.push_back(take_value(text));
        if (!text.starts_with(','))
            break;
        text.remove_prefix(1);
    }
    return elements;
}

} // namespace jobwatch
