#include "appliance.hpp"

#include "headers.hpp"

namespace jobwatch::simulator
{

namespace
{

constexpr std::string_view tokens_path = "/api/v1/auth/tokens";
constexpr std::string_view self_path = "/api/v1/auth/self/user";

// Empty when the request may pass.
std::optional<answer> refuse_stranger(appliance& of, const request& asked, request_class kind, time_point now)
{
    const auto bearer = bearer_token(asked.authorization);
    std::string why = bearer ? of.tokens.refusal(std::string(*bearer), now)
                             : std::string("Authorization header with a bearer token is missing");
    if (why.empty())
        return std::nullopt;
    return refuse(kind, http::status::unauthorized, unauthorized, why);
}

// What a node that is starting, or whose authentication is, says through its gateway: nothing at all in the body.
std::optional<answer> refuse_for_now(const appliance& of, const request& asked, request_class kind)
{
    const node_state doing = of.nodes.at(asked.node).step.state;
    const bool wants_token = kind == request_class::login;
    if (doing != node_state::starting && (doing != node_state::auth_down || !wants_token))
        return std::nullopt;
    answer refusal;
    refusal.status = http::status::service_unavailable;
    refusal.kind = kind;
    return refusal;
}

std::optional<answer> refuse_accept(const request& asked, request_class kind)
{
    if (accepts_json(asked.accept))
        return std::nullopt;
    return refuse(kind, http::status::bad_request, bad_request, "Accept header is invalid.");
}

answer answer_self(appliance& of, const request& asked, time_point now)
{
    if (asked.method != http::verb::get)
        return refuse_method(request_class::other, "GET");
    if (auto refusal = refuse_at_door(of, asked, request_class::other, now))
        return *refusal;
    answer self;
    self.body = R"({"username":)" + quoted(of.who.user) + R"(,"name":)" + quoted(of.who.user) + "}";
    return self;
}

answer route(appliance& of, const request& asked, time_point now)
{
    std::string_view path = asked.path;
    if (path.size() > 1 && path.back() == '/')
        path.remove_suffix(1);
    if (path == tokens_path)
    {
        if (auto refusal = refuse_for_now(of, asked, request_class::login))
            return *refusal;
        return answer_login(of, asked, now);
    }
    if (path == self_path)
        return answer_self(of, asked, now);
    if (const auto place = find_place(path))
        return answer_jobs(of, asked, *place, now);
    return refuse(request_class::other, http::status::not_found, not_found, "No such path");
}

} // namespace

std::optional<answer> refuse_at_door(appliance& of, const request& asked, request_class kind, time_point now)
{
    if (auto refusal = refuse_for_now(of, asked, kind))
        return refusal;
    if (auto refusal = refuse_accept(asked, kind))
        return refusal;
    return refuse_stranger(of, asked, kind, now);
}

answer decide(appliance& of, const request& asked, time_point now)
{
    advance(of, now);
    if (asked.path.starts_with(control_prefix))
        return answer_control(of, asked, now);
    if (asked.node == no_node)
        return refuse(
            request_class::control, http::status::not_found, not_found, "Only /simulator/... is here");
    return weathered(of.sky, asked, route(of, asked, clock_of(of, now)), now);
}

} // namespace jobwatch::simulator
