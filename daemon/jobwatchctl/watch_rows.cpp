#include "jobwatchctl/watch_rows.hpp"

#include "core/duration_text.hpp"
#include "core/one_line.hpp"
#include "jobwatchctl/event_lines.hpp"
#include "jobwatchctl/pretty_json.hpp"
#include "wire/raw_json.hpp"

#include <boost/json/serialize.hpp>

namespace jobwatch::ctl
{

namespace
{

constexpr std::size_t name_width = 16;
constexpr std::size_t state_cell = 4; // of a row

std::string page_line(std::string_view name, std::string_view value)
{
    std::string line(name);
    line += ':';
    line.append(name.size() < name_width ? name_width - name.size() : 1, ' ');
    return line.append(value) + '\n';
}

// Durations are told as people say them; everything else as it is.
std::string page_value(std::string_view name, const json::value& value)
{
    if (const auto* span = name.ends_with("_ms") ? value.if_int64() : nullptr)
        return describe_duration(milliseconds(*span));
    if (const auto* text = value.if_string())
        return one_line({text->data(), text->size()});
    return one_line(json::serialize(value));
}

std::string_view page_name(std::string_view name)
{
    return name.ends_with("_ms") ? name.substr(0, name.size() - 3) : name;
}

std::string labels_of(const json::object& labels)
{
    std::string text;
    for (const auto& label : labels)
        if (const auto* value = label.value().if_string())
            text.append(text.empty() ? "" : ", ")
                .append(one_line({label.key().data(), label.key().size()}))
                .append("=")
                .append(one_line({value->data(), value->size()}));
    return text;
}

std::string submitter_of(const json::object& who)
{
    return "uid " + std::to_string(number_field(who, "uid").value_or(0)) + ", pid "
        + std::to_string(number_field(who, "pid").value_or(0));
}

std::string raw_document(std::string_view raw)
{
    for (const raw_member& member : raw_members(raw))
        if (member.name == "\"document\"")
            return std::string(member.value);
    return {};
}

} // namespace

table watch_table()
{
    return table({"WATCH", "APPLIANCE", "KIND", "JOB", "STATE", "OUTCOME", "STATUS", "SUBMITTED", "ENDED"});
}

table_row watch_row(const json::object& watch)
{
    table_row row;
    row.cells.push_back(std::to_string(number_of(watch).value_or(0)));
    for (const auto* const name :
         {"appliance", "kind", "job", "state", "outcome", "overall_status", "submitted_at", "ended_at"})
        row.cells.push_back(cell(text_field(watch, name)));
    if (flag_field(watch, "unconfigured"))
        row.cells[state_cell] = "unconfigured";
    row.ended = outcome_of(watch);
    return row;
}

std::optional<outcome> outcome_of(const json::object& watch)
{
    return parse_outcome(text_field(watch, "outcome"));
}

std::optional<watch_number> number_of(const json::object& watch)
{
    const auto number = number_field(watch, "watch");
    if (!number || *number <= 0)
        return std::nullopt;
    return static_cast<watch_number>(*number);
}

std::string ending_line(const json::object& watch)
{
    return describe(event_of(watch, event_type::job_finished));
}

std::string watch_page(const json::object& watch, std::string_view raw)
{
    std::string page;
    for (const auto& field : watch)
    {
        const std::string_view name(field.key().data(), field.key().size());
        const auto* object = field.value().if_object();
        if (name == "document" || (name == "labels" && object != nullptr && object->empty()))
            continue;
        if (name == "labels" && object != nullptr)
            page += page_line(name, labels_of(*object));
        else if (name == "submitted_by" && object != nullptr)
            page += page_line(name, submitter_of(*object));
        else
            page += page_line(one_line(page_name(name)), page_value(name, field.value()));
    }
    if (const auto document = raw_document(raw); !document.empty())
        page += "document:\n" + pretty_json(document, "  ").insert(0, "  ") + '\n';
    return page;
}

} // namespace jobwatch::ctl
