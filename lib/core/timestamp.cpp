#include "core/timestamp.hpp"

#include <optional>

namespace jobwatch
{

namespace
{

using namespace std::chrono;

constexpr int first_year = 1678; // what wall_time can hold, in whole years
constexpr int last_year = 2261;

// Takes the parts of a time off the front of its text.
class time_reader
{
public:
    explicit time_reader(std::string_view text) : rest_(text) {}

    // Exactly `digits` decimal digits.
    std::optional<int> number(std::size_t digits)
    {
        if (rest_.size() < digits)
            return std::nullopt;
        int value = 0;
        for (const char digit : rest_.substr(0, digits))
        {
            if (digit < '0' || digit > '9')
                return std::nullopt;
            value = value * 10 + (digit - '0');
        }
        rest_.remove_prefix(digits);
        return value;
    }

    // The next character, if it is one of these; 0 otherwise.
    char one_of(std::string_view allowed)
    {
        if (rest_.empty() || allowed.find(rest_.front()) == std::string_view::npos)
            return 0;
        const char taken = rest_.front();
        rest_.remove_prefix(1);
        return taken;
    }

    bool at_end() const { return rest_.empty(); }

private:
    std::string_view rest_;
};

std::optional<sys_days> read_date(time_reader& text)
{
    const auto years = text.number(4);
    if (!years || *years < first_year || *years > last_year || !text.one_of("-"))
        return std::nullopt;
    const auto months = text.number(2);
    if (!months || !text.one_of("-"))
        return std::nullopt;
    const auto days_ = text.number(2);
    if (!days_)
        return std::nullopt;
    const year_month_day date{
        year{*years}, month{static_cast<unsigned>(*months)}, day{static_cast<unsigned>(*days_)}};
    if (!date.ok())
        return std::nullopt;
    return sys_days{date};
}

// ".670123" or nothing.
std::optional<nanoseconds> read_fraction(time_reader& text)
{
    if (!text.one_of("."))
        return nanoseconds{0};
    std::int64_t value = 0;
    int digits = 0;
    for (; digits < 9; ++digits)
    {
        const auto digit = text.number(1);
        if (!digit)
            break;
        value = value * 10 + *digit;
    }
    if (digits == 0)
        return std::nullopt;
    for (; digits < 9; ++digits)
        value *= 10;
    return nanoseconds{value};
}

std::optional<nanoseconds> read_time_of_day(time_reader& text)
{
    const auto hour = text.number(2);
    if (!hour || *hour > 23 || !text.one_of(":"))
        return std::nullopt;
    const auto minute = text.number(2);
    if (!minute || *minute > 59 || !text.one_of(":"))
        return std::nullopt;
    const auto second = text.number(2);
    if (!second || *second > 60)
        return std::nullopt;
    const auto fraction = read_fraction(text);
    if (!fraction)
        return std::nullopt;
    const nanoseconds whole_minutes = hours{*hour} + minutes{*minute};
    // System time has no leap seconds: all of one counts as the last moment before it, which keeps the order.
    if (*second == 60)
        return whole_minutes + minutes{1} - nanoseconds{1};
    return whole_minutes + seconds{*second} + *fraction;
}

// "Z", "+02:00": what local time is ahead of UTC.
std::optional<minutes> read_offset(time_reader& text)
{
    if (text.one_of("Zz"))
        return minutes{0};
    const char sign = text.one_of("+-");
    if (sign == 0)
        return std::nullopt;
    const auto hour = text.number(2);
    if (!hour || *hour > 23 || !text.one_of(":"))
        return std::nullopt;
    const auto minute = text.number(2);
    if (!minute || *minute > 59)
        return std::nullopt;
    const minutes ahead = hours{*hour} + minutes{*minute};
    return sign == '-' ? -ahead : ahead;
}

void append_number(std::string& text, std::int64_t value, std::size_t digits)
{
    const auto written = std::to_string(value);
    if (written.size() < digits)
        text.append(digits - written.size(), '0');
    text += written;
}

} // namespace

result<wall_time> parse_timestamp(std::string_view text)
{
    time_reader reader(text);
    const auto date = read_date(reader);
    if (!date || !reader.one_of("Tt "))
        return errc::bad_timestamp;
    const auto time_of_day = read_time_of_day(reader);
    if (!time_of_day)
        return errc::bad_timestamp;
    const auto offset = read_offset(reader);
    if (!offset || !reader.at_end())
        return errc::bad_timestamp;
    // The years allowed leave months of room at both ends of wall_time: no offset can overflow it.
    return wall_time{*date} + *time_of_day - *offset;
}

std::string format_timestamp(wall_time time)
{
    const auto moment = floor<milliseconds>(time);
    const auto date = floor<days>(moment);
    const year_month_day calendar{date};
    const hh_mm_ss clock{moment - date};
    std::string text;
    text.reserve(24);
    append_number(text, int{calendar.year()}, 4);
    append_number(text += '-', unsigned{calendar.month()}, 2);
    append_number(text += '-', unsigned{calendar.day()}, 2);
    append_number(text += 'T', clock.hours().count(), 2);
    append_number(text += ':', clock.minutes().count(), 2);
    append_number(text += ':', clock.seconds().count(), 2);
    append_number(text += '.', clock.subseconds().count(), 3);
    return text += 'Z';
}

std::string describe_timestamp(wall_time time)
{
    std::string text = format_timestamp(time);
    text.resize(std::string_view("2026-11-23T14:02:11").size());
    text[std::string_view("2026-11-23").size()] = ' ';
    return text + " UTC";
}

} // namespace jobwatch
