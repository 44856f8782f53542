// Reading and starting jobs: what happens once the bearer token is found good.
#include "appliance.hpp"
#include "headers.hpp"

#include <boost/json.hpp>

#include <algorithm>

namespace jobwatch::simulator
{

namespace
{

namespace json = boost::json;

constexpr std::size_t key_id_limit = 256;

answer refuse_start(http::status status, const error_name& name, std::string_view message)
{
    return refuse(request_class::start, status, name, message);
}

const json::string* text_member(const json::object& body, std::string_view name)
{
    const json::value* member = body.if_contains(name);
    return member && member->is_string() ? &member->get_string() : nullptr;
}

} // namespace

answer answer_job(appliance& of, const request&, std::string_view id, time_point now)
{
    auto text = of.jobs.read(std::string(id), now);
    if (!text)
        return refuse(request_class::read, http::status::not_found, not_found, "Resource not found");
    answer found;
    found.kind = request_class::read;
    found.body = std::move(*text);
    return found;
}

answer answer_job_start(appliance& of, const request& asked, time_point now)
{
    if (!is_json(asked.content_type))
        return refuse_start(http::status::bad_request, bad_request, "Content-Type must be application/json");
    boost::system::error_code ec;
    const json::value body = json::parse(asked.body, ec);
    if (ec || !body.is_object())
        return refuse_start(http::status::bad_request, bad_request, "The body is no JSON object");
    const json::string* key_id = text_member(body.get_object(), "key_id");
    const json::string* operation = text_member(body.get_object(), "operation");
    if (!key_id || key_id->empty() || key_id->size() > key_id_limit)
        return refuse_start(
            http::status::unprocessable_entity, invalid_value,
            "key_id: a string of 1 to 256 bytes is required");
    if (!operation)
        return refuse_start(
            http::status::unprocessable_entity, invalid_value, "operation: a string is required");
    const auto known = std::find(operations.begin(), operations.end(), std::string_view(*operation));
    if (known == operations.end())
        return refuse_start(
            http::status::bad_request, invalid_value,
            "operation: must be one of enable, disable, schedule_destroy, cancel_destroy");
    const std::string quoted_key = quoted(*key_id);
    answer started;
    started.status = http::status::created;
    started.kind = request_class::start;
    started.body = of.jobs.post(quoted_key.substr(1, quoted_key.size() - 2), *known, now);
    return started;
}

} // namespace jobwatch::simulator
