#include "wire/json_pointer.hpp"

#include <array>
#include <charconv>

namespace jobwatch
{

namespace
{

// The token that is looked up in the container at `depth` (1 = the outermost), still escaped; `last` tells
// if it is the last one.
struct pointer_token
{
    std::string_view text;
    bool exists = false;
    bool last = false;
};

pointer_token token_at(std::string_view pointer, std::size_t depth)
{
    for (; !pointer.empty() && pointer.front() == '/'; --depth)
    {
        pointer.remove_prefix(1);
        const auto end = pointer.find('/');
        if (depth == 1)
            return {pointer.substr(0, end), true, end == std::string_view::npos};
        if (end == std::string_view::npos)
            break;
        pointer.remove_prefix(end);
    }
    return {};
}

// "~0" stands for '~' and "~1" for '/'.
bool means(std::string_view token, std::string_view name)
{
    while (!token.empty())
    {
        if (name.empty())
            return false;
        char wanted = token.front();
        token.remove_prefix(1);
        if (wanted == '~' && !token.empty() && (token.front() == '0' || token.front() == '1'))
        {
            wanted = token.front() == '0' ? '~' : '/';
            token.remove_prefix(1);
        }
        if (name.front() != wanted)
            return false;
        name.remove_prefix(1);
    }
    return name.empty();
}

} // namespace

void json_pointer_tracker::matched(std::size_t depth)
{
    next_matches_ = true;
    const auto bit = std::uint64_t{1} << (depth % 64);
    ambiguous_ = ambiguous_ || (seen_ & bit) != 0;
    seen_ |= bit;
}

void json_pointer_tracker::key(std::string_view name, std::size_t depth)
{
    next_matches_ = false;
    if (!on_path(depth))
        return;
    const auto token = token_at(pointer_, depth);
    if (token.exists && means(token.text, name))
        matched(depth);
}

void json_pointer_tracker::element(std::size_t index, std::size_t depth)
{
    next_matches_ = false;
    if (!on_path(depth))
        return;
    std::array<char, 20> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), index).ptr;
    const auto token = token_at(pointer_, depth);
    if (token.exists && token.text == std::string_view(digits.data(), end))
        matched(depth);
}

bool json_pointer_tracker::here(std::size_t depth) const
{
    return next_matches_ && on_path(depth) && token_at(pointer_, depth).last;
}

void json_pointer_tracker::container_begins(std::size_t new_depth)
{
    if (new_depth == 1 || (next_matches_ && on_path(new_depth - 1)))
        matched_depth_ = new_depth;
    next_matches_ = false;
}

void json_pointer_tracker::container_ends(std::size_t ended_depth)
{
    if (matched_depth_ >= ended_depth)
        matched_depth_ = ended_depth - 1;
    next_matches_ = false;
}

} // namespace jobwatch
