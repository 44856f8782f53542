#include "time_text.hpp"

#include <array>
#include <cstdio>
#include <cstdlib>

namespace jobwatch::simulator
{

namespace
{

struct calendar
{
    std::chrono::year_month_day day;
    std::chrono::hh_mm_ss<duration> clock;
    unsigned weekday;
};

calendar calendar_of(time_point when)
{
    const auto midnight = std::chrono::floor<std::chrono::days>(when);
    return {
        std::chrono::year_month_day{midnight}, std::chrono::hh_mm_ss<duration>{when - midnight},
        std::chrono::weekday{midnight}.c_encoding()};
}

struct unit
{
    std::string_view name;
    double microseconds;
};

constexpr std::array<unit, 5> units{{{"us", 1}, {"ms", 1e3}, {"s", 1e6}, {"m", 60e6}, {"h", 3600e6}}};

} // namespace

std::string appliance_time(time_point when)
{
    const calendar at = calendar_of(when);
    std::array<char, 64> text{};
    const int length = std::snprintf(
        text.data(), text.size(), "%04d-%02u-%02uT%02ld:%02ld:%02ld.%06ld", static_cast<int>(at.day.year()),
        static_cast<unsigned>(at.day.month()), static_cast<unsigned>(at.day.day()),
        static_cast<long>(at.clock.hours().count()), static_cast<long>(at.clock.minutes().count()),
        static_cast<long>(at.clock.seconds().count()), static_cast<long>(at.clock.subseconds().count()));
    std::string trimmed(text.data(), static_cast<std::size_t>(length));
    trimmed.erase(trimmed.find_last_not_of('0') + 1);
    if (trimmed.back() == '.')
        trimmed.pop_back();
    return trimmed + 'Z';
}

std::optional<time_point> parse_appliance_time(std::string_view text)
{
    constexpr std::string_view form = "0000-00-00T00:00:00";
    if (text.size() <= form.size() || !text.ends_with('Z'))
        return std::nullopt;
    for (std::size_t at = 0; at < form.size(); ++at)
        if ((form[at] == '0') != (text[at] >= '0' && text[at] <= '9')
            || (form[at] != '0' && form[at] != text[at]))
            return std::nullopt;
    const auto number = [text](std::size_t from, std::size_t count)
    { return std::atoi(std::string(text.substr(from, count)).c_str()); };
    const std::chrono::year_month_day day{
        std::chrono::year(number(0, 4)), std::chrono::month(static_cast<unsigned>(number(5, 2))),
        std::chrono::day(static_cast<unsigned>(number(8, 2)))};
    std::string fraction(text.substr(form.size(), text.size() - 1 - form.size()));
    if (!day.ok() || (!fraction.empty() && (fraction[0] != '.' || fraction.size() < 2)))
        return std::nullopt;
    fraction.resize(7, '0'); // the point and microseconds
    if (fraction.find_first_not_of("0123456789", 1) != std::string::npos)
        return std::nullopt;
    return time_point(std::chrono::sys_days(day)) + std::chrono::hours{number(11, 2)}
    + std::chrono::minutes{number(14, 2)} + std::chrono::seconds{number(17, 2)}
    + duration{std::atoi(fraction.c_str() + 1)};
}

std::string http_date(time_point when)
{
    static constexpr std::array<const char*, 7> days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static constexpr std::array<const char*, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const calendar at = calendar_of(when);
    std::array<char, 64> text{};
    const int length = std::snprintf(
        text.data(), text.size(), "%s, %02u %s %04d %02ld:%02ld:%02ld GMT", days.at(at.weekday),
        static_cast<unsigned>(at.day.day()), months.at(static_cast<unsigned>(at.day.month()) - 1),
        static_cast<int>(at.day.year()), static_cast<long>(at.clock.hours().count()),
        static_cast<long>(at.clock.minutes().count()), static_cast<long>(at.clock.seconds().count()));
    return {text.data(), static_cast<std::size_t>(length)};
}

std::string age_text(std::chrono::seconds age)
{
    const auto all = age.count();
    std::string text = std::to_string(all % 60) + "s";
    if (all >= 60)
        text = std::to_string(all / 60 % 60) + "m" + text;
    if (all >= 3600)
        text = std::to_string(all / 3600) + "h" + text;
    return text;
}

std::optional<duration> parse_duration(std::string_view text)
{
    const std::size_t digits = text.find_first_not_of("0123456789.");
    if (digits == 0 || digits == std::string_view::npos || digits > 15)
        return std::nullopt;
    const std::string number(text.substr(0, digits));
    char* end = nullptr;
    const double value = std::strtod(number.c_str(), &end);
    if (end != number.c_str() + number.size())
        return std::nullopt;
    for (const unit& known : units)
    {
        const double micros = value * known.microseconds;
        if (text.substr(digits) == known.name && micros <= static_cast<double>(endless_life.count()))
            return duration{static_cast<duration::rep>(micros + 0.5)};
    }
    return std::nullopt;
}

std::optional<span> parse_span(std::string_view text)
{
    const std::size_t dots = text.find("..");
    const auto low = parse_duration(text.substr(0, dots));
    const auto high = dots == std::string_view::npos ? low : parse_duration(text.substr(dots + 2));
    if (!low || !high || *low > *high)
        return std::nullopt;
    return span{*low, *high};
}

} // namespace jobwatch::simulator
