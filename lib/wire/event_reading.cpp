#include "wire/event_reading.hpp"

#include "core/job_id.hpp"
#include "core/timestamp.hpp"
#include "wire/document_fields.hpp"
#include "wire/raw_json.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <utility>

namespace jobwatch
{

namespace
{

namespace json = boost::json;

std::string_view text_at(const json::object& of, std::string_view name)
{
    const auto* value = of.if_contains({name.data(), name.size()});
    const auto* text = value == nullptr ? nullptr : value->if_string();
    return text == nullptr ? std::string_view() : std::string_view(text->data(), text->size());
}

std::optional<std::uint64_t> number_at(const json::object& of, std::string_view name)
{
    const auto* value = of.if_contains({name.data(), name.size()});
    const auto* number = value == nullptr ? nullptr : value->if_int64();
    if (number == nullptr || *number < 0 || std::cmp_greater(*number, largest_number))
        return std::nullopt;
    return static_cast<std::uint64_t>(*number);
}

std::optional<wall_time> time_at(const json::object& of, std::string_view name)
{
    const auto time = parse_timestamp(text_at(of, name));
    return time ? std::optional(*time) : std::nullopt;
}

job_facts read_facts(const json::object& of)
{
    job_facts facts;
    facts.overall_status = text_at(of, "overall_status");
    facts.operation = text_at(of, "operation");
    facts.key_id = text_at(of, "key_id");
    facts.versions_done = number_at(of, "versions_done");
    facts.version_count = number_at(of, "version_count");
    facts.completed_at = time_at(of, "completed_at");
    return facts;
}

watch_labels read_labels(const json::object& of)
{
    watch_labels labels;
    const auto* value = of.if_contains("labels");
    if (value == nullptr || !value->is_object())
        return labels;
    for (const auto& member : value->get_object())
        if (const auto* text = member.value().if_string())
            labels.emplace(std::string(member.key()), std::string(*text));
    return labels;
}

std::optional<submitter> read_submitter(const json::object& of)
{
    const auto* value = of.if_contains("submitted_by");
    if (value == nullptr || !value->is_object())
        return std::nullopt;
    const auto uid = number_at(value->get_object(), "uid");
    const auto pid = number_at(value->get_object(), "pid");
    if (!uid || !pid || !std::in_range<std::uint32_t>(*uid) || !std::in_range<std::int32_t>(*pid))
        return std::nullopt;
    return submitter{static_cast<std::uint32_t>(*uid), static_cast<std::int32_t>(*pid)};
}

std::optional<told_limits> read_limits(const json::object& of)
{
    const auto overdue = parse_time_limit(text_at(of, "overdue_after"));
    const auto give_up = parse_time_limit(text_at(of, "give_up_after"));
    if (!overdue || !give_up)
        return std::nullopt;
    return told_limits{*overdue, *give_up};
}

// To the letter, as all documents are handed on.
std::string document_of(std::string_view line)
{
    for (const auto& member : raw_members(line))
        if (member.name == "\"document\"")
            return std::string(member.value);
    return {};
}

// Which watch an event is about; false when that cannot be told.
bool read_place(const json::object& of, event& to)
{
    if (!of.contains("watch"))
        return true;
    const auto job = parse_job_id(text_at(of, "job"));
    to.watch = number_at(of, "watch").value_or(0);
    to.kind = text_at(of, "kind");
    if (to.watch == 0 || !job || to.kind.empty() || to.appliance.empty())
        return false;
    to.job = job->text();
    return true;
}

bool is_ending(const event& happened)
{
    return happened.type == event_type::job_finished || happened.type == event_type::watch_removed;
}

bool read_ending(const json::object& of, std::string_view line, event& to)
{
    to.ended = parse_outcome(text_at(of, "outcome"));
    if (const auto span = number_at(of, "noticed_after_ms"))
        to.noticed_after = milliseconds(static_cast<milliseconds::rep>(*span));
    if (of.contains("document"))
        to.document = document_of(line);
    return to.ended.has_value();
}

std::optional<json::value> parse_line(std::string_view line)
{
    json::parse_options options;
    options.max_depth = max_document_depth + 1; // the document lies within the event
    error_code failed;
    auto parsed = json::parse({line.data(), line.size()}, failed, {}, options);
    if (failed || !parsed.is_object())
        return std::nullopt;
    return parsed;
}

} // namespace

result<read_event> read_event_text(std::string_view line)
{
    const auto parsed = parse_line(line);
    if (!parsed)
        return make_error_code(errc::bad_json);
    const auto& fields = parsed->get_object();
    const auto word = text_at(fields, "event");
    const auto time = time_at(fields, "time");
    read_event read;
    read.seq = number_at(fields, "seq").value_or(0);
    if (read.seq == 0 || word.empty() || !time)
        return make_error_code(errc::bad_json);
    const auto type = parse_event_type(word);
    if (!type) // of a later version
        return read;
    auto& happened = read.happened;
    happened.type = *type;
    happened.time = *time;
    happened.appliance = text_at(fields, "appliance");
    if (!read_place(fields, happened))
        return make_error_code(errc::bad_json);
    if (is_ending(happened) && !read_ending(fields, line, happened))
        return make_error_code(errc::bad_json);
    happened.facts = read_facts(fields);
    happened.polls = static_cast<std::uint32_t>(
        std::min<std::uint64_t>(number_at(fields, "polls").value_or(0), UINT32_MAX));
    happened.reason = text_at(fields, "reason");
    happened.labels = read_labels(fields);
    happened.submitted_by = read_submitter(fields);
    read.limits = read_limits(fields);
    return read;
}

} // namespace jobwatch
