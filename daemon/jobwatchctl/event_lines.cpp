#include "jobwatchctl/event_lines.hpp"

#include "core/one_line.hpp"

namespace jobwatch::ctl
{

namespace
{

std::optional<std::uint64_t> count_field(const json::object& from, std::string_view name)
{
    const auto number = number_field(from, name);
    if (!number || *number < 0)
        return std::nullopt;
    return static_cast<std::uint64_t>(*number);
}

void read_facts(const json::object& told, job_facts& to)
{
    to.overall_status = text_field(told, "overall_status");
    to.operation = text_field(told, "operation");
    to.key_id = text_field(told, "key_id");
    to.versions_done = count_field(told, "versions_done");
    to.version_count = count_field(told, "version_count");
}

void read_submitter(const json::object& told, event& to)
{
    const auto* value = told.if_contains("submitted_by");
    const auto* who = value != nullptr ? value->if_object() : nullptr;
    if (who == nullptr)
        return;
    const auto uid = number_field(*who, "uid").value_or(0);
    to.submitted_by = submitter{static_cast<std::uint32_t>(uid), 0};
}

// For a type that is not ours: its name instead of our words for it.
std::string foreign_event(const json::object& told)
{
    std::string line;
    for (const auto* const name : {"appliance", "job", "event"})
        if (const auto text = text_field(told, name); !text.empty())
            line += (line.empty() ? "" : " ") + one_line(text);
    if (const auto reason = text_field(told, "reason"); !reason.empty())
        line += ": " + one_line(reason);
    return line;
}

} // namespace

event event_of(const json::object& told, event_type type)
{
    event happened;
    happened.type = type;
    happened.watch = count_field(told, "watch").value_or(0);
    happened.appliance = text_field(told, "appliance");
    happened.kind = text_field(told, "kind");
    happened.job = text_field(told, "job");
    happened.ended = parse_outcome(text_field(told, "outcome"));
    read_facts(told, happened.facts);
    if (const auto span = number_field(told, "noticed_after_ms"))
        happened.noticed_after = milliseconds(*span);
    happened.reason = text_field(told, "reason");
    const auto* verified = told.if_contains("tls_verified");
    happened.tls_verified = verified == nullptr || !verified->is_bool() || verified->get_bool();
    read_submitter(told, happened);
    return happened;
}

std::string readable_event(const json::object& told)
{
    const auto type = parse_event_type(text_field(told, "event"));
    const auto what = type ? describe(event_of(told, *type)) : foreign_event(told);
    return one_line(text_field(told, "time")) + ' ' + what;
}

} // namespace jobwatch::ctl
