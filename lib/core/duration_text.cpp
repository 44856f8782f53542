#include "core/duration_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace jobwatch
{

namespace
{

struct duration_unit
{
    std::string_view name;
    std::int64_t length; // milliseconds
};

// Longest first: format_duration takes the first that divides.
constexpr std::array units{
    duration_unit{"d", 86'400'000}, duration_unit{"h", 3'600'000}, duration_unit{"m", 60'000},
    duration_unit{"s", 1'000},      duration_unit{"ms", 1},
};

constexpr std::int64_t longest_duration = 3650LL * 86'400'000;

const duration_unit* find_unit(std::string_view name)
{
    const auto found = std::ranges::find(units, name, &duration_unit::name);
    return found == units.end() ? nullptr : &*found;
}

// Halves go up. Written so that no value overflows.
std::int64_t rounded_quotient(std::int64_t value, std::int64_t divisor)
{
    return value / divisor + (value % divisor >= (divisor + 1) / 2 ? 1 : 0);
}

// "3 min 20 s"; a second part of zero is left out.
std::string two_parts(
    std::int64_t small_units, std::int64_t ratio, std::string_view large_name, std::string_view small_name)
{
    auto text = std::to_string(small_units / ratio) + ' ' + std::string(large_name);
    if (const auto rest = small_units % ratio; rest != 0)
        text += ' ' + std::to_string(rest) + ' ' + std::string(small_name);
    return text;
}

} // namespace

result<milliseconds> parse_duration(std::string_view text)
{
    std::int64_t number = 0;
    const char* const end = text.data() + text.size();
    const auto [rest, failure] = std::from_chars(text.data(), end, number);
    // from_chars takes a minus sign; a duration has none.
    if (failure != std::errc{} || text.front() == '-')
        return errc::bad_duration;
    const auto* const unit = find_unit({rest, end});
    if (unit == nullptr || number > longest_duration / unit->length)
        return errc::bad_duration;
    return milliseconds{number * unit->length};
}

result<time_limit> parse_time_limit(std::string_view text)
{
    if (text == "never")
        return time_limit{};
    const auto length = parse_duration(text);
    if (!length)
        return length.error();
    return time_limit{*length};
}

std::string format_duration(milliseconds value)
{
    const auto length = std::max<std::int64_t>(value.count(), 0);
    if (length == 0)
        return "0s"; // every unit divides zero; this one reads best
    const auto unit =
        std::ranges::find_if(units, [=](const duration_unit& each) { return length % each.length == 0; });
    return std::to_string(length / unit->length).append(unit->name);
}

std::string format_time_limit(time_limit value)
{
    return value ? format_duration(*value) : "never";
}

std::string describe_duration(milliseconds value)
{
    // Each step rounds first and looks at the rounded figure, so that 59.7 s is "1 min" and never "60 s".
    const auto length = std::max<std::int64_t>(value.count(), 0);
    if (const auto tenths = rounded_quotient(length, 100); tenths < 100)
        return std::to_string(tenths / 10) + '.' + std::to_string(tenths % 10) + " s";
    if (const auto seconds = rounded_quotient(length, 1'000); seconds < 60)
        return std::to_string(seconds) + " s";
    else if (seconds < 3'600)
        return two_parts(seconds, 60, "min", "s");
    if (const auto minutes = rounded_quotient(length, 60'000); minutes < 24 * 60)
        return two_parts(minutes, 60, "h", "min");
    return two_parts(rounded_quotient(length, 3'600'000), 24, "d", "h");
}

} // namespace jobwatch
