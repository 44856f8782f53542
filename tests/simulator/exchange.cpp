#include "exchange.hpp"

#include "seeded.hpp"

#include <boost/json.hpp>

#include <array>

namespace jobwatch::simulator
{

std::string_view name_of(request_class which)
{
    static constexpr std::array<std::string_view, request_class_count> names{"login", "refresh", "start",
                                                                             "read",  "other",   "control"};
    return names.at(static_cast<std::size_t>(which));
}

answer refuse(request_class kind, http::status status, const error_name& name, std::string_view message)
{
    seeded chance(unforeseen_seed());
    const boost::json::object body{
        {"code", name.code},
        {"codeDesc", name.description},
        {"message", message},
        {"requestID", draw_uuid(chance)}};
    answer refusal;
    refusal.status = status;
    refusal.kind = kind;
    refusal.body = boost::json::serialize(body);
    return refusal;
}

answer refuse_method(request_class kind, std::string_view allowed)
{
    answer refusal = refuse(kind, http::status::method_not_allowed, wrong_method, "Method not allowed");
    refusal.allow = allowed;
    return refusal;
}

} // namespace jobwatch::simulator
