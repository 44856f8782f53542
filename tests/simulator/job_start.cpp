// POST to a collection: what each family wants to know before it starts a job.
#include "appliance.hpp"
#include "headers.hpp"

#include <boost/json.hpp>

#include <algorithm>

namespace jobwatch::simulator
{

namespace
{

namespace json = boost::json;

constexpr std::size_t name_limit = 256;    // bytes of a key's id, or of a target's name
constexpr std::size_t target_limit = 1000; // in one request

answer refuse_start(http::status status, const error_name& name, const std::string& message)
{
    return refuse(request_class::start, status, name, message);
}

answer unprocessable(const std::string& message)
{
    return refuse_start(http::status::unprocessable_entity, invalid_value, message);
}

const json::value* member_of(const json::object& body, std::string_view name)
{
    return body.if_contains(json::string_view(name.data(), name.size()));
}

// As it stands between the quotes of a JSON string; nothing when it is no string of a fitting length.
std::optional<std::string> read_name(const json::value* member)
{
    if (!member || !member->is_string() || member->get_string().empty()
        || member->get_string().size() > name_limit)
        return std::nullopt;
    const std::string text = quoted(member->get_string());
    return text.substr(1, text.size() - 2);
}

std::string listed_operations(const family& of)
{
    std::string all;
    for (const std::string_view one : of.operations)
        all.append(all.empty() ? "" : ", ").append(one);
    return all;
}

// The readers below answer what is wrong, else nothing.
std::optional<answer> read_key(const json::object& body, start_wish& into)
{
    const std::string_view name = into.of->shape == job_shape::versions ? "key_id" : "id";
    auto key = read_name(member_of(body, name));
    if (!key)
        return unprocessable(std::string(name) + ": a string of 1 to 256 bytes is required");
    into.key_id = std::move(*key);
    return std::nullopt;
}

std::optional<answer> read_operation(const json::object& body, start_wish& into)
{
    const json::value* member = member_of(body, "operation");
    if (!member || !member->is_string())
        return unprocessable("operation: a string is required");
    const std::string_view word = member->get_string();
    if (std::ranges::find(into.of->operations, word) == into.of->operations.end())
        return refuse_start(
            http::status::bad_request, invalid_value,
            "operation: must be one of " + listed_operations(*into.of));
    into.operation = word;
    return std::nullopt;
}

// Either a list of them, or all.
std::optional<answer> read_targets(const json::object& body, start_wish& into)
{
    const std::string list(into.of->targets);
    const json::value* all = member_of(body, "synchronize_all");
    const bool everything = all && all->is_bool() && all->get_bool();
    const json::value* member = member_of(body, list);
    if (everything == (member != nullptr))
        return unprocessable("either " + list + " or synchronize_all is required");
    if (everything)
        return std::nullopt;
    const std::size_t count = member->is_array() ? member->get_array().size() : 0;
    if (count == 0 || count > target_limit)
        return unprocessable(list + ": an array of 1 to 1000 names is required");
    for (const json::value& one : member->get_array())
        if (auto name = read_name(&one))
            into.targets.push_back(std::move(*name));
    if (into.targets.size() != count)
        return unprocessable(list + ": strings of 1 to 256 bytes are required");
    return std::nullopt;
}

std::optional<answer> read_wish(const json::object& body, start_wish& into)
{
    if (into.of->one_key)
        if (auto refusal = read_key(body, into))
            return refusal;
    if (!into.of->operations.empty())
        if (auto refusal = read_operation(body, into))
            return refusal;
    return into.of->targets.empty() ? std::nullopt : read_targets(body, into);
}

} // namespace

answer answer_job_start(appliance& of, const request& asked, const family& which, time_point now)
{
    if (!is_json(asked.content_type))
        return refuse_start(http::status::bad_request, bad_request, "Content-Type must be application/json");
    boost::system::error_code ec;
    const json::value body = json::parse(asked.body, ec);
    if (ec || !body.is_object())
        return refuse_start(http::status::bad_request, bad_request, "The body is no JSON object");
    start_wish wish;
    wish.of = &which;
    if (auto refusal = read_wish(body.get_object(), wish))
        return *refusal;
    answer started;
    started.status = http::status::created;
    started.kind = request_class::start;
    started.body = of.jobs.post(std::move(wish), vantage_of(of, asked, now));
    return started;
}

} // namespace jobwatch::simulator
