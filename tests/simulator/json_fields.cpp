#include "json_fields.hpp"

#include "time_text.hpp"

#include <boost/json.hpp>

#include <algorithm>

namespace jobwatch::simulator
{

namespace json = boost::json;

std::string listed(std::span<const std::string_view> words)
{
    std::string out;
    for (std::size_t index = 0; index < words.size(); ++index)
    {
        if (index > 0)
            out += index + 1 == words.size() ? " or " : ", ";
        out += words[index];
    }
    return out;
}

void json_fields::blame(std::string_view name, const std::string& needs)
{
    if (!first_)
        first_ = complaint{std::string(name) + ": needs " + needs};
}

const json::value* json_fields::any(std::string_view name)
{
    known_.push_back(name);
    return of_.if_contains(name);
}

std::optional<std::string> json_fields::text(std::string_view name, std::size_t limit)
{
    const json::value* member = any(name);
    if (!member)
        return std::nullopt;
    if (member->is_string() && member->get_string().size() <= limit)
        return std::string(member->get_string());
    blame(name, "a string of at most " + std::to_string(limit) + " bytes");
    return std::nullopt;
}

std::optional<duration> json_fields::length(std::string_view name, duration least)
{
    const json::value* member = any(name);
    if (!member)
        return std::nullopt;
    const auto length = member->is_string() ? parse_duration(member->get_string()) : std::nullopt;
    if (length && *length >= least)
        return length;
    blame(name, std::string("a duration such as \"250ms\"") + (least > duration{0} ? " above 0" : ""));
    return std::nullopt;
}

std::optional<std::uint64_t>
json_fields::whole(std::string_view name, std::uint64_t least, std::uint64_t most)
{
    const json::value* member = any(name);
    if (!member)
        return std::nullopt;
    boost::system::error_code ec;
    const auto number = member->is_number() ? member->to_number<std::uint64_t>(ec) : 0;
    if (member->is_number() && !ec && number >= least && number <= most)
        return number;
    blame(name, "a whole number from " + std::to_string(least) + " to " + std::to_string(most));
    return std::nullopt;
}

std::optional<double> json_fields::fraction(std::string_view name)
{
    const json::value* member = any(name);
    if (!member)
        return std::nullopt;
    const double number = member->is_number() ? member->to_number<double>() : -1.0;
    if (number >= 0.0 && number <= 1.0)
        return number;
    blame(name, "a number from 0 to 1");
    return std::nullopt;
}

std::optional<bool> json_fields::flag(std::string_view name)
{
    const json::value* member = any(name);
    if (!member)
        return std::nullopt;
    if (member->is_bool())
        return member->get_bool();
    blame(name, "true or false");
    return std::nullopt;
}

std::optional<std::size_t> json_fields::word(std::string_view name, std::span<const std::string_view> allowed)
{
    const json::value* member = any(name);
    if (!member)
        return std::nullopt;
    const auto found = member->is_string()
        ? std::find(allowed.begin(), allowed.end(), std::string_view(member->get_string()))
        : allowed.end();
    if (found != allowed.end())
        return static_cast<std::size_t>(found - allowed.begin());
    blame(name, listed(allowed));
    return std::nullopt;
}

std::optional<complaint> json_fields::mistake() const
{
    if (first_)
        return first_;
    for (const auto& member : of_)
    {
        const std::string_view name(member.key().data(), member.key().size());
        if (std::find(known_.begin(), known_.end(), name) == known_.end())
            return complaint{"'" + std::string(name) + "' is not known here; known are " + listed(known_)};
    }
    return std::nullopt;
}

} // namespace jobwatch::simulator
