#include "jobwatchctl/requests.hpp"

#include "core/one_line.hpp"
#include "wire/json_text.hpp"
#include "wire/raw_json.hpp"

#include <boost/json/parser.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <limits>

namespace jobwatch::ctl
{

namespace
{

constexpr std::size_t max_depth = 256; // documents come nested in answers

std::string_view view(const json::string& text)
{
    return {text.data(), text.size()};
}

trouble not_ours(std::string_view why, std::string_view line)
{
    return {
        trouble_kind::connection,
        "the daemon's answer is not understood (" + std::string(why) + "): " + printable(line, 80)
            + "; is that jobwatchd's control socket?"};
}

std::string raw_value(std::string_view object, std::string_view name)
{
    for (const raw_member& member : raw_members(object))
        if (member.name.size() == name.size() + 2 && member.name.substr(1, name.size()) == name)
            return std::string(member.value);
    return {};
}

const json::object* object_field(const json::object& from, std::string_view name)
{
    const auto* value = from.if_contains({name.data(), name.size()});
    return value != nullptr ? value->if_object() : nullptr;
}

trouble_kind kind_of(std::int64_t code)
{
    switch (static_cast<refusal_code>(code))
    {
    case refusal_code::not_permitted:
        return trouble_kind::not_permitted;
    case refusal_code::no_such_watch:
        return trouble_kind::not_known;
    case refusal_code::stopping:
        return trouble_kind::stopping;
    default:
        return trouble_kind::refused;
    }
}

or_trouble<json::object> parse_object(std::string_view line)
{
    json::parse_options options;
    options.max_depth = max_depth;
    json::parser parser(json::storage_ptr(), options);
    error_code failed;
    parser.write(line.data(), line.size(), failed);
    if (failed)
        return not_ours(failed.message(), line);
    json::value read = parser.release();
    if (!read.is_object())
        return not_ours("not an object", line);
    return std::move(read.get_object());
}

} // namespace

std::string request_line(std::int64_t id, std::string_view method, const json::object& params)
{
    std::string line;
    object_writer to(line);
    to.text("jsonrpc", "2.0");
    to.number("id", id);
    to.text("method", method);
    to.raw("params", json::serialize(params));
    to.end();
    line += '\n';
    return line;
}

or_trouble<message> parse_message(std::string_view line)
{
    const auto read = parse_object(line);
    if (!read)
        return read.error();
    message told;
    told.id = number_field(*read, "id");
    told.method = text_field(*read, "method");
    if (const auto* refusal = read->if_contains("error"))
    {
        told.refused = trouble_of_refusal(*refusal);
        return told;
    }
    const std::string_view name = told.method.empty() ? "result" : "params";
    const auto* value = object_field(*read, name);
    if (value == nullptr || (told.method.empty() && !told.id))
        return not_ours("neither an answer nor a notification", line);
    told.value = *value;
    told.raw = raw_value(line, name);
    return told;
}

trouble trouble_of_refusal(const json::value& refusal)
{
    const auto* fields = refusal.if_object();
    if (fields == nullptr)
        return {trouble_kind::refused, "refused without a reason"};
    const auto text = text_field(*fields, "message");
    return {
        kind_of(number_field(*fields, "code").value_or(0)),
        text.empty() ? "refused without a reason" : printable(text, max_line_text)};
}

std::vector<watch_selection> portions_of(const watch_selection& which, std::size_t room)
{
    const std::size_t most_bytes = max_control_line - std::min(room, max_control_line / 2);
    std::vector<watch_selection> portions(1);
    std::size_t bytes = 0;
    const auto portion_for = [&](std::size_t size) -> watch_selection&
    {
        const std::size_t count = portions.back().jobs.size() + portions.back().watches.size();
        if (count == max_jobs_per_request || (count != 0 && bytes + size > most_bytes))
        {
            portions.emplace_back();
            bytes = 0;
        }
        bytes += size;
        return portions.back();
    };
    for (const std::string& job : which.jobs)
        portion_for(json_string(job).size() + 1).jobs.push_back(job);
    for (const watch_number number : which.watches)
        portion_for(std::to_string(number).size() + 1).watches.push_back(number);
    return portions;
}

json::object selection_params(const watch_selection& which)
{
    json::object params;
    if (!which.jobs.empty())
        params["jobs"] = json::array(which.jobs.begin(), which.jobs.end());
    if (!which.watches.empty())
        params["watches"] = json::array(which.watches.begin(), which.watches.end());
    return params;
}

json::object labels_params(const watch_labels& labels)
{
    json::object params;
    for (const auto& [name, value] : labels)
        params[name] = value;
    return params;
}

std::string text_field(const json::object& from, std::string_view name)
{
    const auto* value = from.if_contains({name.data(), name.size()});
    const auto* text = value != nullptr ? value->if_string() : nullptr;
    return text != nullptr ? std::string(view(*text)) : std::string();
}

std::optional<std::int64_t> number_field(const json::object& from, std::string_view name)
{
    const auto* value = from.if_contains({name.data(), name.size()});
    if (value == nullptr)
        return std::nullopt;
    if (const auto* whole = value->if_int64())
        return *whole;
    const auto* large = value->if_uint64();
    if (large != nullptr && *large <= static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
        return static_cast<std::int64_t>(*large);
    return std::nullopt;
}

bool flag_field(const json::object& from, std::string_view name)
{
    const auto* value = from.if_contains({name.data(), name.size()});
    return value != nullptr && value->is_bool() && value->get_bool();
}

std::vector<element> elements_of(const message& answer, std::string_view name)
{
    std::vector<element> elements;
    const auto* value = answer.value.if_contains({name.data(), name.size()});
    const auto* array = value != nullptr ? value->if_array() : nullptr;
    if (array == nullptr)
        return elements;
    const std::string raw = raw_value(answer.raw, name);
    const auto pieces = raw_elements(raw);
    for (std::size_t at = 0; at < array->size() && at < pieces.size(); ++at)
        if (const auto* object = (*array)[at].if_object())
            elements.push_back({std::string(pieces[at]), *object});
    return elements;
}

} // namespace jobwatch::ctl
