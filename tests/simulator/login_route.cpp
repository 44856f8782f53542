// POST /api/v1/auth/tokens: the password, the refresh and the client certificate grant.
#include "appliance.hpp"
#include "headers.hpp"

#include <boost/json.hpp>

#include <cmath>

namespace jobwatch::simulator
{

namespace
{

namespace json = boost::json;

constexpr std::string_view password_grant = "password";
constexpr std::string_view refresh_grant = "refresh_token";
constexpr std::string_view no_domain = "Domain not found";          // the status and the words are a guess
constexpr std::string_view certificate_grant = "client_credential"; // singular, as the appliance has it

request_class class_of(std::string_view grant_type)
{
    return grant_type == refresh_grant ? request_class::refresh : request_class::login;
}

std::string text_or(const json::object& body, std::string_view name, std::string_view otherwise)
{
    const json::value* member = body.if_contains(name);
    return std::string(member && member->is_string() ? std::string_view(member->get_string()) : otherwise);
}

// The reference knows the unit from the command line client only: minutes.
std::optional<duration> minutes_in(const json::object& body, std::string_view name)
{
    const json::value* member = body.if_contains(name);
    const bool whole = member && member->is_int64() && member->get_int64() > 0;
    if (!whole
        || member->get_int64() > std::chrono::duration_cast<std::chrono::minutes>(endless_life).count())
        return std::nullopt;
    return std::chrono::minutes{member->get_int64()};
}

refresh_limits limits_in(const json::object& body, const credentials& who)
{
    refresh_limits limits{
        minutes_in(body, "refresh_token_lifetime"), minutes_in(body, "refresh_token_revoke_unused_in")};
    if (who.refresh_token_life)
        limits.life = who.refresh_token_life;
    return limits;
}

// Whole seconds as an integer, as the appliance has them; a test's 0.5 s as it must be.
json::value seconds_of(duration life)
{
    const bool whole = life % std::chrono::seconds{1} == duration{0};
    if (whole)
        return life / std::chrono::seconds{1};
    return static_cast<double>(life.count()) / 1e6;
}

answer grant(appliance& of, std::string_view grant_type, const issued_token& given)
{
    ++of.grants[grant_type].granted;
    json::object body{
        {"jwt", given.jwt},
        {"duration", seconds_of(given.life)},
        {"token_type", "Bearer"},
        {"client_id", "00000000-0000-0000-0000-000000000000"}};
    body["refresh_token"] = nullptr; // after a login by certificate
    if (!given.refresh_token.empty())
    {
        body["refresh_token_id"] = given.refresh_token_id;
        body["refresh_token"] = given.refresh_token;
    }
    if (given.refresh_life)
        body["refresh_token_expires_in"] =
            std::chrono::floor<std::chrono::seconds>(*given.refresh_life).count();
    answer granted;
    granted.kind = class_of(grant_type);
    granted.body = json::serialize(body);
    return granted;
}

answer refuse_login(appliance& of, std::string_view grant_type, std::string_view message)
{
    ++of.grants[grant_type].refused;
    return refuse(class_of(grant_type), http::status::unauthorized, unauthorized, message);
}

// Where the token is to be good; nothing when there is no such domain.
std::optional<domain_number> domain_in(const appliance& of, const json::object& body)
{
    return of.domains.find(text_or(body, "domain", root_name));
}

bool names_home(const json::object& body, const user_home& home)
{
    if (text_or(body, "connection", user_home{}.connection) != home.connection)
        return false;
    const std::string path = text_or(body, "auth_domain_path", "");
    if (!path.empty())
        return path == home.auth_domain_path;
    return text_or(body, "auth_domain", root_name) == home.auth_domain;
}

answer by_password(appliance& of, const json::object& body, time_point now)
{
    const std::string user = text_or(body, "username", text_or(body, "name", ""));
    const bool right = user == of.who.user && text_or(body, "password", "") == of.who.password
        && names_home(body, of.who.home);
    const auto domain = domain_in(of, body);
    if (of.guard.locked(now))
        of.guard.refused_while_locked();
    else if (right)
    {
        of.guard.succeeded();
        if (!domain)
            return refuse_login(of, password_grant, no_domain);
        return grant(of, password_grant, of.tokens.log_in(user, limits_in(body, of.who), now, *domain));
    }
    else
        of.guard.failed(now);
    return refuse_login(of, password_grant, "Wrong username or password.");
}

answer by_refresh_token(appliance& of, const json::object& body, time_point now)
{
    const json::value* wish = body.if_contains("renew_refresh_token");
    const bool renew = wish && wish->is_bool() && wish->get_bool();
    const auto domain = domain_in(of, body);
    if (!domain)
        return refuse_login(of, refresh_grant, no_domain);
    const auto given = of.tokens.refresh(
        text_or(body, "refresh_token", ""), renew ? renewal::renew : renewal::keep, limits_in(body, of.who),
        now, body.contains("domain") ? domain : std::nullopt);
    if (!given)
        return refuse_login(of, refresh_grant, "Invalid refresh token");
    return grant(of, refresh_grant, *given);
}

answer by_certificate(appliance& of, const request& asked, const json::object& body, time_point now)
{
    const bool right = !of.who.client_certificate.empty() && asked.certificate == of.who.client_certificate;
    if (!right || text_or(body, "client_id", "") != of.who.client_id)
        return refuse_login(of, certificate_grant, "Invalid Client");
    const auto domain = domain_in(of, body);
    if (!domain)
        return refuse_login(of, certificate_grant, no_domain);
    return grant(of, certificate_grant, of.tokens.log_in_for_once(of.who.user, now, *domain));
}

} // namespace

answer answer_login(appliance& of, const request& asked, time_point now)
{
    if (asked.method != http::verb::post)
        return refuse_method(request_class::other, "POST");
    if (!accepts_json(asked.accept))
        return refuse(
            request_class::login, http::status::bad_request, bad_request, "Accept header is invalid.");
    if (!is_json(asked.content_type))
        return refuse(
            request_class::login, http::status::bad_request, bad_request,
            "Content-Type must be application/json");
    boost::system::error_code ec;
    const json::value body = json::parse(asked.body, ec);
    if (ec || !body.is_object())
        return refuse(
            request_class::login, http::status::bad_request, bad_request, "The body is no JSON object");
    const std::string grant_type = text_or(body.get_object(), "grant_type", password_grant);
    if (grant_type == password_grant)
        return by_password(of, body.get_object(), now);
    if (grant_type == refresh_grant)
        return by_refresh_token(of, body.get_object(), now);
    if (grant_type == certificate_grant)
        return by_certificate(of, asked, body.get_object(), now);
    return refuse(
        request_class::login, http::status::bad_request, invalid_value,
        "grant_type: password, refresh_token and client_credential are supported");
}

} // namespace jobwatch::simulator
