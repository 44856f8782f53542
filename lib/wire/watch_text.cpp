#include "wire/watch_text.hpp"

#include "core/timestamp.hpp"
#include "wire/event_text.hpp"
#include "wire/json_text.hpp"

namespace jobwatch
{

namespace
{

void text_if_any(object_writer& to, std::string_view name, std::string_view value)
{
    if (!value.empty())
        to.text(name, value);
}

void time_if_any(object_writer& to, std::string_view name, const std::optional<wall_time>& value)
{
    if (value)
        to.text(name, format_timestamp(*value));
}

void span_if_any(object_writer& to, std::string_view name, const std::optional<milliseconds>& value)
{
    if (value)
        to.number(name, value->count());
}

void flag_if_set(object_writer& to, std::string_view name, bool value)
{
    if (value)
        to.flag(name, true);
}

void write_progress(object_writer& to, const watch_view& watch)
{
    text_if_any(to, "overall_status", watch.facts.overall_status);
    text_if_any(to, "operation", watch.facts.operation);
    text_if_any(to, "key_id", watch.facts.key_id);
    if (watch.facts.versions_done)
        to.number("versions_done", *watch.facts.versions_done);
    if (watch.facts.version_count)
        to.number("version_count", *watch.facts.version_count);
    to.text("submitted_at", format_timestamp(watch.submitted_at));
    time_if_any(to, "updated_at", watch.updated_at);
    time_if_any(to, "completed_at", watch.facts.completed_at);
    time_if_any(to, "ended_at", watch.ended_at);
    span_if_any(to, "noticed_after_ms", watch.noticed_after);
    to.number("polls", watch.polls);
    span_if_any(to, "next_poll_in_ms", watch.next_poll_in);
    text_if_any(to, "last_error", watch.last_error);
    to.text("overdue_after", format_time_limit(watch.overdue_after));
    to.text("give_up_after", format_time_limit(watch.give_up_after));
}

void write_nested(object_writer& to, const watch_view& watch)
{
    to.raw("labels", labels_text(watch.labels));
    if (watch.submitted_by)
    {
        object_writer who(to.begin("submitted_by"));
        who.number("uid", watch.submitted_by->uid);
        who.number("pid", watch.submitted_by->pid);
        who.end();
    }
    if (!watch.document.empty())
        to.raw("document", watch.document);
}

} // namespace

void append_watch(std::string& to, const watch_view& watch)
{
    object_writer fields(to);
    fields.number("watch", watch.number);
    fields.text("appliance", watch.appliance);
    fields.text("kind", watch.kind);
    fields.text("job", watch.job);
    fields.text("state", watch.ended ? "ended" : "open");
    if (watch.ended)
        fields.text("outcome", to_string(*watch.ended));
    write_progress(fields, watch);
    flag_if_set(fields, "unconfigured", watch.unconfigured);
    flag_if_set(fields, "unrecognised", watch.unrecognised);
    flag_if_set(fields, "overdue", watch.overdue);
    text_if_any(fields, "reason", watch.reason);
    write_nested(fields, watch);
    fields.end();
}

} // namespace jobwatch
