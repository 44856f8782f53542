// One line of the control protocol -> what it asks. Answers are in control_answer.cpp.
#include "wire/control_commands.hpp"
#include "wire/control_message.hpp"
#include "wire/control_params.hpp"
#include "wire/json_text.hpp"
#include "wire/raw_json.hpp"

#include <boost/json/parser.hpp>

#include <algorithm>
#include <stdexcept>

namespace jobwatch
{

namespace
{

namespace json = boost::json;

constexpr std::string_view unknown_id = "null";
constexpr std::size_t max_request_id = 256; // bytes of JSON text
constexpr std::size_t max_request_depth = 32;

using parsed_line = boost::system::result<control_request, control_refusal>;

control_refusal
refuse(std::string_view id, refusal_code code, std::string message, std::vector<refusal::fact> facts)
{
    return {std::string(id), {code, std::move(message), std::move(facts)}};
}

control_refusal too_long(std::size_t size)
{
    return refuse(
        unknown_id, refusal_code::too_many,
        "the line has " + std::to_string(size) + " bytes; at most " + std::to_string(max_control_line)
            + " are allowed, the newline included",
        {{"given", static_cast<std::int64_t>(size)}, {"limit", static_cast<std::int64_t>(max_control_line)}});
}

control_refusal invalid_request(
    std::string_view id, std::string_view member, const std::string& given, std::string_view allowed)
{
    const auto name = printable(member);
    return refuse(
        id, refusal_code::invalid_request,
        '"' + name + "\" is " + given + "; allowed: " + std::string(allowed),
        {{"member", name}, {"given", given}, {"allowed", std::string(allowed)}});
}

std::string given_text(const json::value* member)
{
    return member != nullptr ? shown(*member) : "missing";
}

// The id to the letter: numbers beyond what a double holds, and escapes, come back as they were.
std::string_view raw_id(const std::vector<raw_member>& members)
{
    // A name written with escapes is not found here, and check_id refuses the request.
    const auto found = std::find_if(
        members.begin(), members.end(), [](const raw_member& member) { return member.name == "\"id\""; });
    return found != members.end() ? found->value : std::string_view();
}

std::optional<control_refusal> check_id(const json::object& request, std::string_view id)
{
    const auto* given = request.if_contains("id");
    if (given == nullptr)
        return std::nullopt;
    const bool fits = given->is_string() || given->is_number() || given->is_null();
    if (fits && !id.empty() && id.size() <= max_request_id)
        return std::nullopt;
    return invalid_request(
        unknown_id, "id", shown(*given), "a string, a number or null, of at most 256 bytes");
}

std::optional<control_refusal>
check_members(const json::object& request, const std::vector<raw_member>& members, std::string_view id)
{
    constexpr std::string_view allowed = "jsonrpc, id, method, params";
    for (const auto& member : request)
    {
        const auto name = member.key();
        if (name != "jsonrpc" && name != "id" && name != "method" && name != "params")
            return refuse(
                id, refusal_code::invalid_request,
                "unknown member " + quoted({name.data(), name.size()}) + "; allowed: " + std::string(allowed),
                {{"member", printable({name.data(), name.size()})}, {"allowed", std::string(allowed)}});
    }
    if (members.size() != request.size())
        return refuse(
            id, refusal_code::invalid_request, "a member of the request stands twice; allowed: each once",
            {{"allowed", std::string(allowed)}});
    return std::nullopt;
}

std::optional<control_refusal>
check_params(const json::object& request, const std::vector<raw_member>& members, std::string_view id)
{
    const auto* params = request.if_contains("params");
    if (params == nullptr)
        return std::nullopt;
    if (!params->is_object())
        return refuse(
            id, refusal_code::invalid_params,
            "\"params\" is " + shown(*params) + "; allowed: an object, by name",
            {{"parameter", "params"}, {"given", shown(*params)}, {"allowed", "an object, by name"}});
    const auto raw = std::find_if(
        members.begin(), members.end(), [](const raw_member& member) { return member.name == "\"params\""; });
    if (raw != members.end() && raw_members(raw->value).size() == params->get_object().size())
        return std::nullopt;
    return refuse(
        id, refusal_code::invalid_params, "a parameter stands twice; allowed: each once",
        {{"parameter", "params"}, {"allowed", "each parameter once"}});
}

parsed_line read_request(const json::object& request, std::string_view line)
{
    const auto members = raw_members(line);
    const auto id = raw_id(members);
    if (auto wrong = check_id(request, id))
        return std::move(*wrong);
    const auto told = request.contains("id") ? id : unknown_id; // for what is no request at all
    if (auto wrong = check_members(request, members, told))
        return std::move(*wrong);
    const auto* version = request.if_contains("jsonrpc");
    if (version == nullptr || !version->is_string() || version->get_string() != "2.0")
        return invalid_request(told, "jsonrpc", given_text(version), "\"2.0\"");
    const auto* method = request.if_contains("method");
    if (method == nullptr || !method->is_string())
        return invalid_request(told, "method", given_text(method), "a string");
    if (auto wrong = check_params(request, members, id))
        return std::move(*wrong);
    const auto* params = request.if_contains("params");
    const auto& name = method->get_string();
    auto asked =
        read_command({name.data(), name.size()}, params != nullptr ? params->get_object() : json::object());
    if (!asked)
        return control_refusal{std::string(id), asked.error()};
    return control_request{std::string(id), false, std::move(*asked)};
}

parsed_line read_json(std::string_view line)
{
    json::parse_options options;
    options.max_depth = max_request_depth;
    json::parser parser(json::storage_ptr(), options);
    error_code failed;
    const auto read = parser.write(line.data(), line.size(), failed);
    if (failed)
        return refuse(
            unknown_id, refusal_code::parse_error,
            "not JSON: " + failed.message() + " at byte " + std::to_string(read + 1)
                + "; allowed: one JSON object a line, at most 32 levels deep",
            {{"byte", static_cast<std::int64_t>(read + 1)}});
    const json::value request = parser.release();
    return read_request(request.get_object(), line);
}

parsed_line read_bare(std::string_view line)
{
    line = line.substr(0, line.find_last_not_of(" \t\r\n") + 1);
    line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
    if (line.empty())
        return refuse(
            unknown_id, refusal_code::invalid_request,
            "an empty line; allowed: a JSON-RPC 2.0 request or a job id",
            {{"allowed", "a JSON-RPC 2.0 request or a job id"}});
    submit_command asked;
    asked.jobs.emplace_back(line);
    return control_request{std::string(unknown_id), true, std::move(asked)};
}

} // namespace

void throw_exception_from_error(const control_refusal& error, const boost::source_location&)
{
    throw std::runtime_error(error.why.message);
}

parsed_line parse_control_line(std::string_view line)
{
    if (line.size() >= max_control_line)
        return too_long(line.size() + 1);
    if (line.starts_with('['))
        return refuse(
            unknown_id, refusal_code::invalid_request,
            "batches are not answered; allowed: one request a line", {{"allowed", "one request a line"}});
    return line.starts_with('{') ? read_json(line) : read_bare(line);
}

} // namespace jobwatch
