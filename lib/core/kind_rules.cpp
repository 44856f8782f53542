#include "core/kind_rules.hpp"

#include "core/kind.hpp"
#include "core/reading.hpp"

#include <algorithm>

namespace jobwatch
{

namespace
{

constexpr std::string_view id_mark = "{id}";

bool is_small_letter_or_digit(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

bool is_name_part(std::string_view text)
{
    const auto fits = [](char c) { return is_small_letter_or_digit(c) || c == '-'; };
    return !text.empty() && std::all_of(text.begin(), text.end(), fits);
}

// RFC 3986's pchar but '%': what needs no encoding, so that nobody must guess whether it was encoded already.
bool is_segment(std::string_view text)
{
    constexpr std::string_view more = "-._~!$&'()*+,;=:@";
    const auto fits = [&](char c) {
        return is_small_letter_or_digit(c) || (c >= 'A' && c <= 'Z')
            || more.find(c) != std::string_view::npos;
    };
    return std::all_of(text.begin(), text.end(), fits);
}

bool is_control_character(char c)
{
    return static_cast<unsigned char>(c) < ' ' || c == '\x7F';
}

std::string over(std::size_t limit)
{
    return "it has more than " + std::to_string(limit) + " bytes";
}

// Takes the part before the next '/', and that one.
std::string_view take_part(std::string_view& rest)
{
    const auto end = std::min(rest.find('/'), rest.size());
    const auto part = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    return part;
}

std::string wrong_with_segment(std::string_view segment, std::string_view rest)
{
    if (segment.empty() && !rest.empty())
        return "it has two / in a row";
    if (segment == "." || segment == "..")
        return "it has a segment \".\" or \"..\"";
    if (segment.find(id_mark) != std::string_view::npos)
        return "{id} must be a whole part between two /";
    if (segment.find_first_of("?#") != std::string_view::npos)
        return "a query or fragment does not belong into it";
    return is_segment(segment) ? "" : "it has characters that would have to be encoded";
}

} // namespace

std::string wrong_with_kind_name(std::string_view name)
{
    if (name.size() > max_kind_name)
        return over(max_kind_name);
    const auto slash = name.find('/');
    const bool fits = slash != std::string_view::npos && is_name_part(name.substr(0, slash))
        && is_name_part(name.substr(slash + 1));
    return fits ? "" : "a kind's name is VENDOR/NAME, both of a-z 0-9 -";
}

std::string wrong_with_kind_path(std::string_view path)
{
    if (path.size() > max_kind_path)
        return over(max_kind_path);
    if (!path.starts_with('/'))
        return "it must begin with /";
    if (path.starts_with("/v1/"))
        return "the appliance's paths begin with /api/v1/";
    std::size_t marks = 0;
    for (auto rest = path.substr(1); !rest.empty();)
    {
        const auto segment = take_part(rest);
        if (segment == id_mark)
            ++marks;
        else if (auto wrong = wrong_with_segment(segment, rest); !wrong.empty())
            return wrong;
    }
    if (marks == 0)
        return "it has no {id}, the place of the job's id";
    return marks == 1 ? "" : "it has more than one {id}";
}

std::string wrong_with_status_pointer(std::string_view pointer)
{
    if (pointer.size() > max_status_pointer)
        return over(max_status_pointer);
    if (!pointer.starts_with('/'))
        return "a JSON pointer begins with /, as \"/status\"";
    if (std::any_of(pointer.begin(), pointer.end(), is_control_character))
        return "it has control characters";
    if (std::count(pointer.begin(), pointer.end(), '/') > static_cast<std::ptrdiff_t>(max_pointer_tokens))
        return "documents are read " + std::to_string(max_pointer_tokens) + " levels deep";
    for (std::size_t at = 0; (at = pointer.find('~', at)) != std::string_view::npos; ++at)
        if (at + 1 == pointer.size() || (pointer[at + 1] != '0' && pointer[at + 1] != '1'))
            return "in a JSON pointer ~ is written ~0, and a / within a name ~1";
    return {};
}

std::string wrong_with_status_word(std::string_view word)
{
    const auto same = normalised_word(word);
    if (same.empty())
        return "a word has at least one letter";
    if (same.size() > max_status_word)
        return over(max_status_word);
    return std::any_of(same.begin(), same.end(), is_control_character) ? "it has control characters" : "";
}

} // namespace jobwatch
