#include "wire/control_params.hpp"

#include "wire/json_text.hpp"

#include <boost/json/serialize.hpp>

#include <algorithm>
#include <limits>

namespace jobwatch
{

namespace
{

namespace json = boost::json;

constexpr std::string_view allowed_jobs = "an array of 1 to 10000 job ids, each a string";
constexpr std::string_view allowed_watches = "an array of watch numbers, each 1 or more";
constexpr std::string_view allowed_labels =
    "an object of at most 16 strings, names of 1 to 64 bytes, values of at most 256 bytes";
constexpr std::string_view allowed_limit =
    "a string of a whole number and a unit, such as \"90s\", \"2h\" or \"7d\"";

std::optional<std::uint64_t> natural(const json::value& given)
{
    if (const auto* whole = given.if_uint64())
        return *whole;
    if (const auto* whole = given.if_int64(); whole != nullptr && *whole >= 0)
        return static_cast<std::uint64_t>(*whole);
    return std::nullopt;
}

std::string allowed_durations(milliseconds least, milliseconds most)
{
    std::string text(allowed_limit);
    text += ", from " + format_duration(least) + " to " + format_duration(most);
    return text + ", or \"never\"";
}

bool fits(const watch_labels& labels)
{
    return labels.size() <= max_labels
        && std::all_of(
               labels.begin(), labels.end(),
               [](const auto& label)
               {
                   return !label.first.empty() && label.first.size() <= max_label_name
                       && label.second.size() <= max_label_value;
               });
}

} // namespace

std::string shown(const json::value& given)
{
    if (given.is_object())
        return given.get_object().empty() ? "an empty object" : "an object";
    if (given.is_array())
        return given.get_array().empty() ? "an empty array" : "an array";
    if (const auto* text = given.if_string())
        return quoted(*text);
    return printable(json::serialize(given));
}

const json::value* control_params::take(std::string_view name)
{
    if (std::find(known_.begin(), known_.end(), name) == known_.end())
        known_.emplace_back(name);
    return refused() ? nullptr : given_.if_contains(json::string_view(name.data(), name.size()));
}

void control_params::refuse(std::string_view name, const json::value& given, std::string_view allowed)
{
    if (refused())
        return;
    refusal why{.code = refusal_code::invalid_params, .message = {}, .facts = {}};
    why.message = quoted(name) + " is " + shown(given) + "; allowed: " + std::string(allowed);
    why.facts = {
        {"parameter", std::string(name)}, {"given", shown(given)}, {"allowed", std::string(allowed)}};
    refusal_ = std::move(why);
}

void control_params::refuse_missing(std::string_view name, std::string_view allowed)
{
    if (refused())
        return;
    // Given, but empty, is a mistake of its own.
    if (const auto* given = given_.if_contains(json::string_view(name.data(), name.size())))
        return refuse(name, *given, allowed);
    refusal why{.code = refusal_code::invalid_params, .message = {}, .facts = {}};
    why.message = quoted(name) + " is missing; allowed: " + std::string(allowed);
    why.facts = {{"parameter", std::string(name)}, {"allowed", std::string(allowed)}};
    refusal_ = std::move(why);
}

void control_params::refuse_too_many(std::string_view name, std::size_t given)
{
    if (refused())
        return;
    refusal why{.code = refusal_code::too_many, .message = {}, .facts = {}};
    why.message = quoted(name) + " asks for " + std::to_string(given) + "; at most "
        + std::to_string(max_jobs_per_request) + " are allowed in one request";
    why.facts = {
        {"parameter", std::string(name)},
        {"given", static_cast<std::int64_t>(given)},
        {"limit", static_cast<std::int64_t>(max_jobs_per_request)}};
    refusal_ = std::move(why);
}

std::optional<refusal> control_params::finish()
{
    std::string allowed;
    for (const auto& name : known_)
        allowed += (allowed.empty() ? "" : ", ") + name;
    for (const auto& member : given_)
    {
        const std::string_view name(member.key().data(), member.key().size());
        if (refused() || std::find(known_.begin(), known_.end(), name) != known_.end())
            continue;
        refusal why{.code = refusal_code::invalid_params, .message = {}, .facts = {}};
        why.message =
            "unknown parameter " + quoted(name) + "; allowed: " + (allowed.empty() ? "none" : allowed);
        why.facts = {{"parameter", printable(name)}, {"allowed", allowed.empty() ? "none" : allowed}};
        refusal_ = std::move(why);
    }
    return std::move(refusal_);
}

void control_params::text(std::string_view name, std::optional<std::string>& to)
{
    const auto* given = take(name);
    if (given == nullptr)
        return;
    const auto* text = given->if_string();
    if (text == nullptr || text->empty() || text->size() > max_control_name)
        refuse(name, *given, "a string of 1 to 256 bytes");
    else
        to = std::string(*text);
}

void control_params::flag(std::string_view name, bool& to)
{
    const auto* given = take(name);
    if (given == nullptr)
        return;
    if (!given->is_bool())
        refuse(name, *given, "true or false");
    else
        to = given->get_bool();
}

void control_params::number(std::string_view name, std::uint64_t least, std::uint64_t most, std::uint64_t& to)
{
    const auto* given = take(name);
    if (given == nullptr)
        return;
    const auto value = natural(*given);
    if (value && *value >= least && *value <= most)
        to = *value;
    else if (most == std::numeric_limits<std::uint64_t>::max())
        refuse(name, *given, "a whole number, " + std::to_string(least) + " or more");
    else
        refuse(name, *given, std::to_string(least) + " to " + std::to_string(most));
}

void control_params::duration(
    std::string_view name, milliseconds least, milliseconds most, std::optional<time_limit>& to)
{
    const auto* given = take(name);
    if (given == nullptr)
        return;
    const auto* text = given->if_string();
    if (text == nullptr)
        return refuse(name, *given, allowed_durations(least, most));
    const auto limit = parse_time_limit(std::string_view(text->data(), text->size()));
    if (!limit || (*limit && (**limit < least || **limit > most)))
        return refuse(name, *given, allowed_durations(least, most));
    to = *limit;
}

void control_params::labels(std::string_view name, watch_labels& to)
{
    const auto* given = take(name);
    if (given == nullptr)
        return;
    const auto* object = given->if_object();
    if (object == nullptr || object->size() > max_labels)
        return refuse(name, *given, allowed_labels);
    for (const auto& member : *object)
    {
        const std::string label(member.key());
        const auto* value = member.value().if_string();
        if (value == nullptr || !fits({{label, std::string(*value)}}))
            return refuse(std::string(name) + '.' + printable(label), member.value(), allowed_labels);
        to[label] = std::string(*value);
    }
}

const json::array* control_params::elements(std::string_view name, std::string_view allowed)
{
    const auto* given = take(name);
    if (given == nullptr)
        return nullptr;
    const auto* array = given->if_array();
    if (array == nullptr)
        refuse(name, *given, allowed);
    else if (array->size() > max_jobs_per_request)
        refuse_too_many(name, array->size());
    return refused() ? nullptr : array;
}

void control_params::words(std::string_view name, std::string_view allowed, std::vector<std::string>& to)
{
    const auto all = "an array of " + std::string(allowed);
    const auto* given = elements(name, all);
    if (given == nullptr)
        return;
    for (const auto& element : *given)
    {
        const auto* word = element.if_string();
        if (word == nullptr)
            return refuse(name, element, all);
        to.emplace_back(*word);
    }
}

void control_params::jobs(std::vector<std::string>& to)
{
    const auto* given = elements("jobs", allowed_jobs);
    if (given == nullptr)
        return;
    to.reserve(given->size());
    for (const auto& element : *given)
    {
        const auto* job = element.if_string();
        if (job == nullptr)
            return refuse("jobs[" + std::to_string(to.size()) + ']', element, allowed_jobs);
        to.emplace_back(*job);
    }
}

void control_params::watches(std::vector<watch_number>& to)
{
    const auto* given = elements("watches", allowed_watches);
    if (given == nullptr)
        return;
    to.reserve(given->size());
    for (const auto& element : *given)
    {
        const auto number = natural(element);
        if (!number || *number == 0)
            return refuse("watches[" + std::to_string(to.size()) + ']', element, allowed_watches);
        to.push_back(*number);
    }
}

void control_params::selection(watch_selection& to)
{
    jobs(to.jobs);
    watches(to.watches);
    const auto asked = to.jobs.size() + to.watches.size();
    if (asked > max_jobs_per_request)
        refuse_too_many("jobs", asked);
}

} // namespace jobwatch
