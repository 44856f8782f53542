#include "wire/event_text.hpp"

#include "core/timestamp.hpp"
#include "wire/json_text.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

namespace jobwatch
{

namespace
{

namespace json = boost::json;

void text_if_any(object_writer& to, std::string_view name, std::string_view value)
{
    if (!value.empty())
        to.text(name, value);
}

// A finished job says "unknown" where others leave a field out, so that programs find it in every ending.
template <class T>
void number_or_unknown(object_writer& to, std::string_view name, const std::optional<T>& value, bool always)
{
    if (value)
        to.number(name, *value);
    else if (always)
        to.raw(name, "null");
}

void write_place(object_writer& to, const event& happened)
{
    if (happened.watch != 0)
        to.number("watch", happened.watch);
    text_if_any(to, "appliance", happened.appliance);
    text_if_any(to, "kind", happened.kind);
    text_if_any(to, "job", happened.job);
    if (happened.ended)
        to.text("outcome", to_string(*happened.ended));
}

void write_limits(object_writer& to, const told_limits& limits)
{
    to.text("overdue_after", format_time_limit(limits.overdue_after));
    to.text("give_up_after", format_time_limit(limits.give_up_after));
}

void write_facts(object_writer& to, const event& happened)
{
    const bool finished = happened.type == event_type::job_finished;
    const job_facts& facts = happened.facts;
    text_if_any(to, "overall_status", facts.overall_status);
    text_if_any(to, "operation", facts.operation);
    text_if_any(to, "key_id", facts.key_id);
    number_or_unknown(to, "versions_done", facts.versions_done, finished);
    number_or_unknown(to, "version_count", facts.version_count, false);
    if (facts.completed_at)
        to.text("completed_at", format_timestamp(*facts.completed_at));
    std::optional<milliseconds::rep> noticed_after;
    if (happened.noticed_after)
        noticed_after = happened.noticed_after->count();
    number_or_unknown(to, "noticed_after_ms", noticed_after, finished);
    if (finished || happened.polls > 0)
        to.number("polls", happened.polls);
}

void write_nested(object_writer& to, const event& happened)
{
    if (happened.watch != 0 || !happened.labels.empty())
        to.raw("labels", labels_text(happened.labels));
    if (happened.submitted_by)
    {
        object_writer who(to.begin("submitted_by"));
        who.number("uid", happened.submitted_by->uid);
        who.number("pid", happened.submitted_by->pid);
        who.end();
    }
    if (!happened.document.empty())
        to.raw("document", happened.document);
}

std::string encode(const event& happened, event_seq seq, const told_limits* limits)
{
    std::string line;
    line.reserve(512 + happened.document.size());
    object_writer to(line);
    to.number("seq", seq);
    to.text("time", format_timestamp(happened.time));
    to.text("event", to_string(happened.type));
    write_place(to, happened);
    if (limits != nullptr)
        write_limits(to, *limits);
    write_facts(to, happened);
    text_if_any(to, "reason", happened.reason);
    if (!happened.tls_verified)
        to.flag("tls_verified", false);
    if (happened.document_truncated)
        to.flag("document_truncated", true);
    write_nested(to, happened);
    to.end();
    line += '\n';
    return line;
}

} // namespace

std::string event_text(const event& happened, event_seq seq)
{
    return encode(happened, seq, nullptr);
}

std::string event_text_with_limits(const event& happened, event_seq seq, const told_limits& limits)
{
    return encode(happened, seq, &limits);
}

std::string labels_text(const watch_labels& labels)
{
    std::string text;
    text += '{';
    for (const auto& [name, value] : labels)
    {
        if (text.size() > 1)
            text += ',';
        append_json_string(text, name);
        text += ':';
        append_json_string(text, value);
    }
    text += '}';
    return text;
}

watch_labels parse_labels(std::string_view text)
{
    error_code failed;
    const auto parsed = json::parse({text.data(), text.size()}, failed);
    if (failed || !parsed.is_object())
        return {};
    watch_labels labels;
    for (const auto& member : parsed.get_object())
        if (const auto* value = member.value().if_string())
            labels.emplace(std::string(member.key()), std::string(*value));
    return labels;
}

} // namespace jobwatch
