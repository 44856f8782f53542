// Answers and notifications of the control protocol as lines. Requests are in control_request.cpp.
#include "core/timestamp.hpp"
#include "wire/control_message.hpp"
#include "wire/event_text.hpp"
#include "wire/explanation_text.hpp"
#include "wire/json_text.hpp"
#include "wire/node_text.hpp"
#include "wire/watch_text.hpp"

namespace jobwatch
{

namespace
{

constexpr std::string_view opening = R"({"jsonrpc":"2.0")";

void write_refusal(std::string& to, const refusal& why)
{
    object_writer error(to);
    error.number("code", static_cast<int>(why.code));
    error.text("message", why.message);
    if (!why.facts.empty())
    {
        object_writer facts(error.begin("data"));
        for (const auto& [name, value] : why.facts)
        {
            if (const auto* text = std::get_if<std::string>(&value))
                facts.text(name, *text);
            else
                facts.number(name, std::get<std::int64_t>(value));
        }
        facts.end();
    }
    error.end();
}

void write_submitted(std::string& to, const submitted_job& element)
{
    object_writer fields(to);
    fields.text("job", element.job);
    if (element.refused)
    {
        write_refusal(fields.begin("error"), *element.refused);
    }
    else
    {
        fields.number("watch", element.number);
        fields.flag("already", element.already);
        if (element.ended)
            fields.text("outcome", to_string(*element.ended));
    }
    fields.end();
}

void write_selected(std::string& to, const selected_watch& element)
{
    object_writer fields(to);
    fields.text("asked", element.asked);
    if (element.number != 0)
        fields.number("watch", element.number);
    if (element.refused)
        write_refusal(fields.begin("error"), *element.refused);
    fields.end();
}

void write_condition(std::string& to, const std::pair<const condition, standing_condition>& one)
{
    object_writer fields(to);
    fields.text("condition", to_string(one.first));
    fields.text("since", format_timestamp(one.second.since));
    fields.text("reason", one.second.reason);
    fields.end();
}

void write_appliance(std::string& to, const appliance_report& report)
{
    object_writer fields(to);
    fields.text("name", report.name);
    fields.number("open", report.open);
    fields.number("due", report.due);
    fields.number("in_flight", report.in_flight);
    fields.number("window", report.window);
    fields.number("window_most", report.window_most);
    fields.number("connections", report.connections);
    fields.number("readings", report.readings);
    fields.number("errors", report.errors);
    fields.number("logins", report.logins);
    fields.number("requests", report.requests);
    fields.number("lag_median_ms", report.lag_median.count());
    fields.number("lag_worst_ms", report.lag_worst.count());
    fields.real("stretch", report.stretch);
    fields.text("token", report.token);
    fields.text("last_error", report.last_error);
    fields.flag("tls_verified", report.tls_verified);
    if (report.paused_for)
        fields.number("paused_for_ms", report.paused_for->count());
    append_json_array(fields.begin("nodes"), report.nodes, append_node);
    append_json_array(fields.begin("conditions"), report.conditions, write_condition);
    fields.end();
}

void write_result(std::string& to, const submit_answer& given)
{
    object_writer fields(to);
    append_json_array(fields.begin("jobs"), given.jobs, write_submitted);
    fields.end();
}

void write_result(std::string& to, const list_answer& given)
{
    object_writer fields(to);
    append_json_array(fields.begin("watches"), given.watches, append_watch);
    if (given.next)
        fields.number("next", *given.next);
    fields.end();
}

void write_result(std::string& to, const watch_view& given)
{
    append_watch(to, given);
}

void write_result(std::string& to, const wait_answer& given)
{
    object_writer fields(to);
    append_json_array(fields.begin("ended"), given.ended, append_watch);
    append_json_array(fields.begin("open"), given.open, append_watch);
    append_json_array(fields.begin("unknown"), given.unknown, append_json_string);
    fields.flag("timed_out", given.timed_out);
    fields.end();
}

void write_result(std::string& to, const subscribe_answer& given)
{
    object_writer fields(to);
    fields.text("log", given.log);
    fields.number("head", given.head);
    fields.end();
}

void write_result(std::string& to, const selection_answer& given)
{
    object_writer fields(to);
    append_json_array(fields.begin("watches"), given.watches, write_selected);
    fields.end();
}

void write_result(std::string& to, const explain_answer& given)
{
    append_explanation(to, given);
}

void write_result(std::string& to, const status_answer& given)
{
    object_writer fields(to);
    fields.text("version", given.version);
    fields.text("started_at", format_timestamp(given.started_at));
    fields.text("log", given.log);
    fields.number("head", given.head);
    fields.number("logged", given.logged);
    object_writer watches(fields.begin("watches"));
    watches.number("open", given.open);
    watches.number("ended", given.ended);
    watches.number("unconfigured", given.unconfigured);
    watches.end();
    fields.number("clients", given.clients);
    fields.number("subscribers", given.subscribers);
    fields.number("memory_bytes", given.memory);
    fields.number("watch_memory_bytes", given.watch_memory);
    append_json_array(fields.begin("appliances"), given.appliances, write_appliance);
    append_json_array(fields.begin("warnings"), given.warnings, append_json_string);
    fields.end();
}

void write_result(std::string& to, const version_answer& given)
{
    object_writer fields(to);
    fields.text("version", given.version);
    fields.text("log", given.log);
    fields.end();
}

void write_result(std::string& to, const backup_answer& given)
{
    object_writer fields(to);
    fields.text("file", given.file);
    fields.number("bytes", given.bytes);
    fields.text("log", given.log);
    fields.number("head", given.head);
    fields.end();
}

// In the words of the configuration.
void write_kind(std::string& to, const kind& family)
{
    object_writer fields(to);
    fields.text("name", family.name);
    fields.text("origin", to_string(family.origin));
    fields.text("path", family.path);
    fields.text("status", family.status_pointer);
    fields.text("details", to_string(family.details));
    append_json_array(fields.begin("pending"), family.pending, append_json_string);
    append_json_array(fields.begin("succeeded"), family.succeeded, append_json_string);
    append_json_array(fields.begin("failed"), family.failed, append_json_string);
    append_json_array(fields.begin("cancelled"), family.cancelled, append_json_string);
    fields.end();
}

void write_result(std::string& to, const kinds_answer& given)
{
    object_writer fields(to);
    fields.text("default", given.usual);
    append_json_array(fields.begin("kinds"), given.kinds, write_kind);
    fields.end();
}

// {"jsonrpc":"2.0","method":NAME,"params": without what follows
std::string notification(std::string_view method, std::size_t room)
{
    std::string line;
    line.reserve(room + 64);
    line.append(opening).append(R"(,"method":")").append(method).append(R"(","params":)");
    return line;
}

std::string close(std::string line)
{
    line += "}\n";
    return line;
}

// A bare id is answered with its element alone.
std::string bare_line(const control_answer& given)
{
    std::string line;
    const auto* submitted = std::get_if<submit_answer>(&given);
    if (submitted != nullptr && submitted->jobs.size() == 1)
        write_submitted(line, submitted->jobs.front());
    else
        std::visit([&line](const auto& any) { write_result(line, any); }, given);
    line += '\n';
    return line;
}

} // namespace

std::string answer_line(const control_request& asked, const control_answer& given)
{
    if (asked.id.empty())
        return {};
    if (asked.bare)
        return bare_line(given);
    std::string line;
    line.append(opening).append(R"(,"id":)").append(asked.id).append(R"(,"result":)");
    std::visit([&line](const auto& any) { write_result(line, any); }, given);
    return close(std::move(line));
}

std::string refusal_line(std::string_view id, const refusal& why)
{
    if (id.empty())
        return {};
    std::string line;
    line.append(opening).append(R"(,"id":)").append(id).append(R"(,"error":)");
    write_refusal(line, why);
    return close(std::move(line));
}

std::string event_line(std::string_view event_text)
{
    if (event_text.ends_with('\n'))
        event_text.remove_suffix(1);
    return close(notification("event", event_text.size()).append(event_text));
}

std::string heartbeat_line(event_seq cursor, event_seq head)
{
    std::string line = notification("heartbeat", 0);
    object_writer fields(line);
    fields.number("cursor", cursor);
    fields.number("head", head);
    fields.end();
    return close(std::move(line));
}

std::string gap_line(event_seq from, event_seq to, std::string_view why)
{
    std::string line = notification("gap", 0);
    object_writer fields(line);
    fields.number("from", from);
    fields.number("to", to);
    fields.text("why", why);
    fields.end();
    return close(std::move(line));
}

} // namespace jobwatch
