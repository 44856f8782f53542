#include "io/appliance/retry_after.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>

#include <time.h>

namespace jobwatch
{

namespace
{

constexpr std::chrono::seconds longest_pause{10LL * 365 * 24 * 3'600};
constexpr std::size_t longest_date = 64; // bytes; no form comes near it

constexpr std::array<const char*, 3> date_forms{
    "%a, %d %b %Y %H:%M:%S GMT", // IMF-fixdate
    "%A, %d-%b-%y %H:%M:%S GMT", // RFC 850
    "%a %b %d %H:%M:%S %Y",      // asctime
};

std::string_view trimmed(std::string_view text)
{
    constexpr std::string_view blanks = " \t";
    const auto first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos)
        return {};
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

bool is_digits(std::string_view text)
{
    return !text.empty()
        && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

milliseconds parse_seconds(std::string_view digits)
{
    long long seconds = 0;
    const auto [end, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), seconds);
    if (failed != std::errc() || seconds > longest_pause.count())
        return longest_pause; // too long for the number's type, too
    return std::chrono::seconds(seconds);
}

} // namespace

std::optional<wall_time> parse_http_date(std::string_view text)
{
    const auto date = trimmed(text);
    if (date.size() > longest_date)
        return std::nullopt;
    const std::string zero_ended(date);
    for (const char* const form : date_forms)
    {
        tm parts{};
        const char* const end = strptime(zero_ended.c_str(), form, &parts);
        if (end == nullptr || *end != '\0')
            continue;
        const auto year = parts.tm_year + 1'900;
        if (year < 1'970 || year > 2'200) // what a wall_time surely holds
            return std::nullopt;
        return wall_time(std::chrono::seconds(timegm(&parts)));
    }
    return std::nullopt;
}

std::optional<milliseconds> parse_retry_after(std::string_view text, wall_time now)
{
    const auto value = trimmed(text);
    if (is_digits(value))
        return parse_seconds(value);
    const auto moment = parse_http_date(value);
    if (!moment)
        return std::nullopt;
    const auto pause = std::chrono::ceil<milliseconds>(*moment - now);
    return std::clamp(pause, milliseconds(0), milliseconds(longest_pause));
}

} // namespace jobwatch
