#include "headers.hpp"

#include <boost/beast/core/string.hpp>
#include <boost/json.hpp>

#include <algorithm>
#include <charconv>

namespace jobwatch::simulator
{

namespace
{

using boost::beast::iequals;

std::string_view trimmed(std::string_view text)
{
    const std::size_t first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos)
        return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

bool is_refused(std::string_view parameters)
{
    const std::string_view weight = trimmed(parameters);
    return weight.starts_with("q=0") && weight.find_first_not_of("0.", 2) == std::string_view::npos;
}

// Calls `wanted` with each element of a list such as "a;q=1, b", without its parameters.
template <class Wanted>
bool any_element(std::string_view list, Wanted wanted)
{
    while (!list.empty())
    {
        const std::string_view element = list.substr(0, list.find(','));
        list.remove_prefix(std::min(list.size(), element.size() + 1));
        const std::size_t semicolon = element.find(';');
        const bool refused = semicolon != std::string_view::npos && is_refused(element.substr(semicolon + 1));
        if (!refused && wanted(trimmed(element.substr(0, semicolon))))
            return true;
    }
    return false;
}

} // namespace

bool accepts_json(std::string_view accept)
{
    return any_element(
        accept,
        [](std::string_view type)
        { return type == "*/*" || iequals(type, "application/*") || iequals(type, "application/json"); });
}

bool is_json(std::string_view content_type)
{
    return iequals(trimmed(content_type.substr(0, content_type.find(';'))), "application/json");
}

bool offers_gzip(std::string_view accept_encoding)
{
    return any_element(
        accept_encoding, [](std::string_view coding) { return iequals(coding, "gzip") || coding == "*"; });
}

std::optional<std::string_view> bearer_token(std::string_view authorization)
{
    constexpr std::size_t scheme = 7;
    if (authorization.size() <= scheme || !iequals(authorization.substr(0, scheme), "Bearer "))
        return std::nullopt;
    return trimmed(authorization.substr(scheme));
}

std::optional<std::string> percent_decoded(std::string_view text)
{
    std::string decoded;
    for (std::size_t at = 0; at < text.size(); ++at)
    {
        if (text[at] != '%')
        {
            decoded += text[at];
            continue;
        }
        const std::string_view digits = text.substr(at + 1, 2);
        unsigned value = 0;
        const auto [end, ec] = std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
        if (ec != std::errc{} || digits.size() != 2 || end != digits.data() + 2)
            return std::nullopt;
        decoded += static_cast<char>(value);
        at += 2;
    }
    return decoded;
}

std::vector<std::pair<std::string, std::string>> query_pairs(std::string_view query)
{
    std::vector<std::pair<std::string, std::string>> pairs;
    while (!query.empty())
    {
        const std::string_view one = query.substr(0, query.find('&'));
        query.remove_prefix(std::min(query.size(), one.size() + 1));
        const std::size_t sign = std::min(one.find('='), one.size());
        auto name = percent_decoded(one.substr(0, sign));
        auto value = percent_decoded(one.substr(std::min(sign + 1, one.size())));
        if (name && value)
            pairs.emplace_back(std::move(*name), std::move(*value));
    }
    return pairs;
}

std::string quoted(std::string_view text)
{
    return boost::json::serialize(boost::json::string_view(text.data(), text.size()));
}

} // namespace jobwatch::simulator
