#include "wire/settings_reader.hpp"

#include "wire/json_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <numeric>
#include <optional>
#include <sstream>

namespace jobwatch
{

namespace
{

std::string number_text(double value)
{
    std::ostringstream text;
    text << value;
    return text.str();
}

bool holds_control_character(std::string_view text)
{
    return std::any_of(
        text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7F'; });
}

std::string listed(const std::vector<std::string>& names)
{
    std::string text;
    for (const auto& name : names)
        text += (text.empty() ? "" : ", ") + name;
    return text;
}

std::string duration_range(milliseconds least, milliseconds most, std::string_view more)
{
    return "allowed are durations from \"" + format_duration(least) + "\" to \"" + format_duration(most) + '"'
        + std::string(more) + ", written as a whole number and a unit (ms, s, m, h, d)";
}

// "64MiB" in bytes.
std::optional<std::uint64_t> parse_size(std::string_view text)
{
    struct unit
    {
        std::string_view name;
        unsigned shift;
    };
    static constexpr std::array<unit, 3> units{{{"KiB", 10}, {"MiB", 20}, {"GiB", 30}}};
    std::uint32_t count = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), count);
    if (failed != std::errc())
        return std::nullopt;
    const auto name = text.substr(static_cast<std::size_t>(end - text.data()));
    for (const auto& candidate : units)
        if (candidate.name == name)
            return std::uint64_t{count} << candidate.shift;
    return std::nullopt;
}

std::string format_size(std::uint64_t bytes)
{
    return bytes >= 1ULL << 30 ? std::to_string(bytes >> 30U) + "GiB" : std::to_string(bytes >> 20U) + "MiB";
}

// Letters added, left out, replaced, or swapped with their neighbour.
std::size_t edit_distance(std::string_view one, std::string_view other)
{
    std::vector<std::size_t> before_last(other.size() + 1);
    std::vector<std::size_t> last(other.size() + 1);
    std::vector<std::size_t> row(other.size() + 1);
    std::iota(last.begin(), last.end(), std::size_t{0});
    for (std::size_t i = 1; i <= one.size(); ++i)
    {
        row[0] = i;
        for (std::size_t j = 1; j <= other.size(); ++j)
        {
            const bool same = one[i - 1] == other[j - 1];
            row[j] = std::min({last[j - 1] + (same ? 0 : 1), last[j] + 1, row[j - 1] + 1});
            const bool swapped = i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1];
            if (swapped)
                row[j] = std::min(row[j], before_last[j - 2] + 1);
        }
        std::swap(before_last, last);
        std::swap(last, row);
    }
    return last.back();
}

} // namespace

std::string nearest_name(std::string_view given, const std::vector<std::string>& known)
{
    constexpr std::size_t longest_name = 64;
    constexpr std::size_t least_prefix = 4;
    if (given.size() > longest_name)
        return {};
    const std::string* nearest = nullptr;
    std::size_t distance = given.size() < least_prefix ? 2 : 3; // must be nearer than this
    for (const auto& name : known)
    {
        const auto found = edit_distance(given, name);
        if (found >= distance)
            continue;
        nearest = &name;
        distance = found;
    }
    for (const auto& name : known)
        if (nearest == nullptr && given.size() >= least_prefix && name.starts_with(given))
            nearest = &name;
    return nearest != nullptr ? *nearest : std::string();
}

std::string shown(const toml::node& value)
{
    if (const auto* text = value.as_string())
        return quoted(text->get());
    if (const auto* number = value.as_integer())
        return std::to_string(number->get());
    if (const auto* number = value.as_floating_point())
        return number_text(number->get());
    if (const auto* flag = value.as_boolean())
        return flag->get() ? "true" : "false";
    if (value.is_array())
        return "an array";
    return value.is_table() ? "a table" : "a date or time";
}

std::string settings_reader::full(std::string_view key) const
{
    return path_.empty() ? printable(key) : path_ + '.' + printable(key);
}

void settings_reader::note(std::string_view key, const toml::node& at, std::string text)
{
    mistakes_.push_back({at.source().begin.line, full(key), std::move(text)});
}

void settings_reader::note_table(std::string text)
{
    mistakes_.push_back({table_.source().begin.line, path_, std::move(text)});
}

void settings_reader::wrong(std::string_view key, const toml::node& value, std::string_view allowed)
{
    note(key, value, "= " + shown(value) + ": " + std::string(allowed));
}

void settings_reader::missing(std::string_view key, std::string_view allowed)
{
    note(key, table_, "is missing: " + std::string(allowed));
}

const toml::node* settings_reader::take(std::string_view key)
{
    if (std::find(known_.begin(), known_.end(), key) == known_.end())
        known_.emplace_back(key);
    return table_.get(key);
}

// Values of unknown keys are not shown: one of them may be a password.
void settings_reader::finish()
{
    for (const auto& [key, value] : table_)
    {
        const std::string_view name = key.str();
        if (std::find(known_.begin(), known_.end(), name) != known_.end())
            continue;
        const auto nearest = nearest_name(name, known_);
        const auto hint =
            nearest.empty() ? "; known here are " + listed(known_) : "; did you mean \"" + nearest + "\"?";
        mistakes_.push_back({key.source().begin.line, full(name), "is not known" + hint});
    }
}

void settings_reader::text(std::string_view key, std::string& to)
{
    const auto* value = take(key);
    if (value == nullptr)
        return;
    const auto* text = value->as_string();
    if (text == nullptr || text->get().empty() || text->get().size() > max_setting_text
        || holds_control_character(text->get()))
        wrong(key, *value, "allowed is a string of 1 to 1024 bytes without control characters");
    else
        to = text->get();
}

void settings_reader::word(std::string_view key, std::span<const std::string_view> words, std::size_t& to)
{
    const auto* value = take(key);
    if (value == nullptr)
        return;
    std::string allowed;
    for (std::size_t i = 0; i < words.size(); ++i)
    {
        if (value->as_string() != nullptr && value->as_string()->get() == words[i])
        {
            to = i;
            return;
        }
        allowed += i == 0 ? "" : i + 1 == words.size() ? " and " : ", ";
        allowed += '"' + std::string(words[i]) + '"';
    }
    wrong(key, *value, "allowed are " + allowed);
}

void settings_reader::natural(
    std::string_view key, std::uint32_t least, std::uint32_t most, std::uint32_t& to)
{
    const auto* value = take(key);
    if (value == nullptr)
        return;
    const auto* number = value->as_integer();
    if (number == nullptr || number->get() < least || number->get() > most)
        wrong(
            key, *value,
            "allowed are whole numbers from " + std::to_string(least) + " to " + std::to_string(most));
    else
        to = static_cast<std::uint32_t>(number->get());
}

void settings_reader::real(std::string_view key, double least, double most, double& to)
{
    const auto* value = take(key);
    if (value == nullptr)
        return;
    double number = std::nan("");
    if (const auto* whole = value->as_integer())
        number = static_cast<double>(whole->get());
    else if (const auto* fraction = value->as_floating_point())
        number = fraction->get();
    if (number >= least && number <= most) // false for NaN
        to = number;
    else
        wrong(key, *value, "allowed are numbers from " + number_text(least) + " to " + number_text(most));
}

void settings_reader::duration(std::string_view key, milliseconds least, milliseconds most, milliseconds& to)
{
    const auto* value = take(key);
    if (value == nullptr)
        return;
    const auto* text = value->as_string();
    const auto parsed =
        text != nullptr ? parse_duration(text->get()) : result<milliseconds>(errc::bad_duration);
    if (parsed && *parsed >= least && *parsed <= most)
        to = *parsed;
    else
        wrong(key, *value, duration_range(least, most, ""));
}

void settings_reader::limit(std::string_view key, milliseconds least, milliseconds most, time_limit& to)
{
    const auto* value = take(key);
    if (value == nullptr)
        return;
    const auto* text = value->as_string();
    const auto parsed =
        text != nullptr ? parse_time_limit(text->get()) : result<time_limit>(errc::bad_duration);
    if (parsed && (!*parsed || (**parsed >= least && **parsed <= most)))
        to = *parsed;
    else
        wrong(key, *value, duration_range(least, most, ", or \"never\""));
}

void settings_reader::size(std::string_view key, std::uint64_t least, std::uint64_t most, std::uint64_t& to)
{
    const auto* value = take(key);
    if (value == nullptr)
        return;
    const auto* text = value->as_string();
    const auto bytes = text != nullptr ? parse_size(text->get()) : std::nullopt;
    if (bytes && *bytes >= least && *bytes <= most)
        to = *bytes;
    else
        wrong(
            key, *value,
            "allowed are sizes from \"" + format_size(least) + "\" to \"" + format_size(most)
                + "\", written as a whole number and KiB, MiB or GiB");
}

} // namespace jobwatch
