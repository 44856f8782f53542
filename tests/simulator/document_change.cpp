#include "document_change.hpp"

#include "time_text.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <array>

namespace jobwatch::simulator
{

namespace
{

namespace json = boost::json;

constexpr std::array<std::string_view, 3> time_members{"createdAt", "updatedAt", "completed_at"};
constexpr std::array<std::string_view, 3> unfinished_words{"in_progress", "in progress", "scheduled"};
constexpr std::size_t text_limit = 1024 * 1024;

// The member with the status word: kinds differ.
json::value* status_of(json::object& document)
{
    json::value* status = document.if_contains("overall_status");
    return status ? status : document.if_contains("status");
}

bool is_in_progress(json::object& document)
{
    const json::value* status = status_of(document);
    return status && status->is_string()
        && std::ranges::find(unfinished_words, std::string_view(status->get_string()))
        != unfinished_words.end();
}

void erase(json::object& document, std::string_view name)
{
    if (const auto found = document.find(name); found != document.end())
        document.stable_erase(found);
}

void set_back(json::object& document, duration by)
{
    if (json::value* status = status_of(document))
        *status = "in_progress";
    erase(document, "completed_at");
    erase(document, "detailed_status");
    json::value* updated = document.if_contains("updatedAt");
    const auto when =
        updated && updated->is_string() ? parse_appliance_time(updated->get_string()) : std::nullopt;
    if (when)
        *updated = appliance_time(*when - by);
}

json::array& array_in(json::object& object, std::string_view name)
{
    json::value& member = object[name];
    return member.is_array() ? member.get_array() : member.emplace_array();
}

void fail_items(json::object& document, std::uint64_t count)
{
    json::value& details = document["detailed_status"];
    json::object& object = details.is_object() ? details.get_object() : details.emplace_object();
    json::array& completed = array_in(object, "completed");
    json::array failed;
    for (std::uint64_t item = 1; item <= count; ++item)
    {
        failed.push_back(completed.empty() ? json::value(std::to_string(item)) : completed.back());
        if (!completed.empty())
            completed.pop_back();
    }
    object["failed"] = std::move(failed);
}

void change_word(json::object& document, const std::vector<std::pair<std::string, json::value>>& words)
{
    json::value* status = status_of(document);
    if (!status || !status->is_string())
        return;
    for (const auto& [word, instead] : words)
        if (status->get_string() == word)
        {
            *status = instead;
            return;
        }
}

// "...:01.25Z" with three digits is "...:01.250Z", with none "...:01Z".
std::string with_digits(std::string_view time, std::uint64_t digits)
{
    const std::size_t whole = std::min(time.find('.'), time.size() - 1);
    std::string fraction(time.substr(whole, time.size() - 1 - whole));
    if (!fraction.empty())
        fraction.erase(0, 1);
    fraction.resize(digits, '0');
    return std::string(time.substr(0, whole)) + (digits > 0 ? "." + fraction : "") + "Z";
}

void set_digits(json::object& document, std::uint64_t digits)
{
    for (const std::string_view name : time_members)
    {
        json::value* time = document.if_contains(name);
        if (time && time->is_string() && time->get_string().ends_with('Z'))
            *time = with_digits(time->get_string(), digits);
    }
}

// By hand: Boost.JSON would need a stack as deep as the value.
std::string nested(const std::string& object, std::uint64_t depth)
{
    const bool empty = object == "{}";
    return R"({"nested":)" + std::string(depth, '[') + std::string(depth, ']') + (empty ? "" : ",")
        + object.substr(1);
}

std::string changed_object(const document_change& how, json::object document)
{
    if (how.back)
        set_back(document, *how.back);
    if (how.failed_items > 0 && !is_in_progress(document))
        fail_items(document, how.failed_items);
    change_word(document, how.words);
    if (how.digits)
        set_digits(document, *how.digits);
    for (const auto& [name, value] : how.set)
        document[name] = value;
    for (const std::string& name : how.drop)
        erase(document, name);
    std::string text = json::serialize(document);
    return how.nest > 0 ? nested(text, how.nest) : text;
}

std::string shaped(const document_change& how, std::string text)
{
    switch (how.shape)
    {
    case document_change::wrapped:
        return R"({"application/json":)" + text + "}";
    case document_change::array:
        return "[" + text + "]";
    case document_change::half:
        text.resize(text.size() / 2);
        return text;
    default:
        return text;
    }
}

std::string with_id(std::string text, std::string_view job)
{
    constexpr std::string_view mark = "{id}";
    for (std::size_t at = text.find(mark); at != std::string::npos; at = text.find(mark, at + job.size()))
        text.replace(at, mark.size(), job);
    return text;
}

bool changes_members(const document_change& how)
{
    return how.back || how.failed_items > 0 || !how.words.empty() || how.digits || !how.set.empty()
        || !how.drop.empty() || how.nest > 0;
}

} // namespace

std::string changed(const document_change& how, const std::string& document, std::string_view job)
{
    std::string text = how.text ? with_id(*how.text, job) : document;
    boost::system::error_code ec;
    const json::value parsed = changes_members(how) ? json::parse(text, ec) : json::value();
    if (!ec && parsed.is_object())
        text = changed_object(how, parsed.get_object());
    return shaped(how, std::move(text));
}

namespace
{

std::vector<std::pair<std::string, json::value>> read_values(json_fields& from, std::string_view name)
{
    std::vector<std::pair<std::string, json::value>> values;
    const json::value* member = from.any(name);
    if (!member)
        return values;
    if (!member->is_object())
        from.blame(name, R"(an object such as {"overall_status":null})");
    else
        for (const auto& [key, value] : member->get_object())
            values.emplace_back(std::string(key), value);
    return values;
}

std::vector<std::string> read_names(json_fields& from, std::string_view name)
{
    std::vector<std::string> names;
    const json::value* member = from.any(name);
    if (!member)
        return names;
    if (member->is_array())
        for (const json::value& element : member->get_array())
            if (element.is_string())
                names.emplace_back(element.get_string());
    if (names.empty())
        from.blame(name, R"(an array of names such as ["overall_status"])");
    return names;
}

} // namespace

document_change read_document_change(json_fields& from)
{
    static constexpr std::array<std::string_view, 4> shape_words{"object", "wrapped", "array", "half"};
    document_change how;
    how.text = from.text("text", text_limit);
    how.back = from.length("back", duration{1});
    how.failed_items = from.whole("failed_items", 1, failed_items_limit).value_or(0);
    how.words = read_values(from, "words");
    how.digits = from.whole("digits", 0, 9);
    how.set = read_values(from, "set");
    how.drop = read_names(from, "drop");
    how.nest = from.whole("nest", 1, nest_limit).value_or(0);
    const auto shape = from.word("shape", shape_words).value_or(0);
    how.shape = static_cast<decltype(how.shape)>(shape);
    return how;
}

} // namespace jobwatch::simulator
