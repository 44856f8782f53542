#include "wire/explanation_text.hpp"

#include "core/timestamp.hpp"
#include "wire/json_text.hpp"
#include "wire/node_text.hpp"

namespace jobwatch
{

namespace
{

void text_if_any(object_writer& to, std::string_view name, std::string_view value)
{
    if (!value.empty())
        to.text(name, value);
}

void span_if_any(object_writer& to, std::string_view name, const std::optional<milliseconds>& value)
{
    if (value)
        to.number(name, value->count());
}

void write_watch(object_writer& to, const watch_view& watch)
{
    to.number("watch", watch.number);
    to.text("appliance", watch.appliance);
    to.text("kind", watch.kind);
    to.text("job", watch.job);
    to.text("state", watch.ended ? "ended" : "open");
    if (watch.ended)
        to.text("outcome", to_string(*watch.ended));
    if (watch.unconfigured)
        to.flag("unconfigured", true);
    text_if_any(to, "overall_status", watch.facts.overall_status);
    to.text("submitted_at", format_timestamp(watch.submitted_at));
    if (watch.ended_at)
        to.text("ended_at", format_timestamp(*watch.ended_at));
    to.number("polls", watch.polls);
    text_if_any(to, "reason", watch.reason);
}

void write_last_answer(std::string& to, const polling_facts& polling)
{
    object_writer fields(to);
    fields.text("class", polling.last_trouble ? to_string(*polling.last_trouble) : "reading");
    if (polling.last_http_status != 0)
        fields.number("http_status", polling.last_http_status);
    if (polling.foreign_answers != 0)
        fields.flag("own_words", false);
    span_if_any(fields, "ago_ms", polling.answered_ago);
    span_if_any(fields, "missing_for_ms", polling.missing_for);
    fields.end();
}

// `in_ms` is below zero when the poll has been due for so long.
void write_next_poll(std::string& to, const polling_facts& polling)
{
    object_writer fields(to);
    fields.number("in_ms", polling.due_in.count());
    fields.text("reason", to_string(polling.reason));
    fields.number("interval_ms", polling.interval.count());
    fields.text("waits_for", to_string(polling.obstacle));
    fields.end();
}

void write_token(std::string& to, const token_report& token)
{
    object_writer fields(to);
    fields.text("state", to_string(token.state));
    span_if_any(fields, "valid_for_ms", token.valid_for);
    span_if_any(fields, "next_try_in_ms", token.next_try_in);
    fields.number("refused_logins", token.refused_logins);
    text_if_any(fields, "trouble", token.trouble);
    text_if_any(fields, "file", token.place);
    fields.end();
}

void write_ends(std::string& to, const watch_view& watch, const polling_facts& polling)
{
    object_writer fields(to);
    span_if_any(fields, "lost_in_ms", polling.lost_in);
    if (watch.overdue_after)
        fields.number("overdue_in_ms", (*watch.overdue_after - polling.age).count());
    if (watch.give_up_after)
        fields.number("abandoned_in_ms", (*watch.give_up_after - polling.age).count());
    fields.end();
}

void write_polling(object_writer& to, const watch_view& watch, const polling_facts& polling)
{
    to.number("age_ms", polling.age.count());
    if (polling.answered_ago)
        write_last_answer(to.begin("last_answer"), polling);
    write_next_poll(to.begin("next_poll"), polling);
    span_if_any(to, "paused_for_ms", polling.appliance.paused_for);
    if (polling.obstacle == poll_obstacle::budget || polling.obstacle == poll_obstacle::connections)
    {
        to.number("due", polling.appliance.due);
        to.real("stretch", polling.appliance.stretch);
    }
    write_token(to.begin("token"), polling.token);
    append_json_array(to.begin("nodes"), polling.appliance.nodes, append_node);
    write_ends(to.begin("ends"), watch, polling);
}

} // namespace

void append_explanation(std::string& to, const explain_answer& given)
{
    const explanation_facts& facts = given.facts;
    object_writer fields(to);
    write_watch(fields, facts.watch);
    if (facts.polling)
        write_polling(fields, facts.watch, *facts.polling);
    append_json_array(fields.begin("text"), given.text, append_json_string);
    fields.end();
}

} // namespace jobwatch
