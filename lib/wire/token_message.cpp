#include "wire/token_message.hpp"

#include "wire/json_text.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include <algorithm>

namespace jobwatch
{

namespace
{

namespace json = boost::json;

constexpr std::size_t max_token = 16 * 1024;               // bytes
constexpr std::int64_t longest_life = 3650LL * 24 * 3'600; // seconds; what is longer counts as this
constexpr std::int64_t last_second = 9'223'372'036;        // of a wall_time

void text_if_any(object_writer& to, std::string_view name, std::string_view value)
{
    if (!value.empty())
        to.text(name, value);
}

void write_domains(object_writer& to, const appliance_settings& appliance)
{
    text_if_any(to, "domain", appliance.domain);
    text_if_any(to, "auth_domain", appliance.auth_domain);
    text_if_any(to, "auth_domain_path", appliance.auth_domain_path);
}

bool fits_header(std::string_view token)
{
    return !token.empty() && token.size() <= max_token
        && std::all_of(token.begin(), token.end(), [](char c) { return c > ' ' && c < '\x7F'; });
}

std::string text_member(const json::object& of, std::string_view name)
{
    const auto* value = of.if_contains({name.data(), name.size()});
    const auto* text = value != nullptr ? value->if_string() : nullptr;
    return text != nullptr ? std::string(*text) : std::string();
}

// Whole seconds above 0, as an integer or as 300.0; none for anything else.
std::optional<std::int64_t> seconds_member(const json::object& of, std::string_view name)
{
    const auto* value = of.if_contains({name.data(), name.size()});
    if (value == nullptr)
        return std::nullopt;
    if (const auto* whole = value->if_int64(); whole != nullptr && *whole > 0)
        return *whole;
    const auto* real = value->if_double();
    if (real != nullptr && *real >= 1 && *real < 9e15)
        return static_cast<std::int64_t>(*real);
    return std::nullopt;
}

int base64url_value(char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    if (c == '-')
        return 62;
    return c == '_' ? 63 : -1;
}

// "" when it is no base64url.
std::string decode_base64url(std::string_view text)
{
    std::string decoded;
    std::uint32_t bits = 0;
    int held = 0;
    while (text.ends_with('='))
        text.remove_suffix(1);
    for (const char c : text)
    {
        const int value = base64url_value(c);
        if (value < 0)
            return {};
        bits = (bits << 6U) | static_cast<std::uint32_t>(value);
        held += 6;
        if (held < 8)
            continue;
        held -= 8;
        decoded += static_cast<char>((bits >> static_cast<unsigned>(held)) & 0xFFU);
    }
    return decoded;
}

// Seconds since 1970, both by the appliance's clock.
struct jwt_times
{
    std::optional<std::int64_t> issued;
    std::optional<std::int64_t> expires;
};

// Tokens that are no JWT simply have no times that we know.
jwt_times times_of(std::string_view jwt)
{
    const auto first = jwt.find('.');
    const auto second = first == std::string_view::npos ? first : jwt.find('.', first + 1);
    if (second == std::string_view::npos)
        return {};
    const auto payload = decode_base64url(jwt.substr(first + 1, second - first - 1));
    error_code failed;
    const auto claims = json::parse(payload, failed);
    if (failed || !claims.is_object())
        return {};
    return {seconds_member(claims.get_object(), "iat"), seconds_member(claims.get_object(), "exp")};
}

std::optional<wall_time> expiry_of(const jwt_times& times)
{
    if (!times.expires || *times.expires > last_second)
        return std::nullopt;
    return wall_time(std::chrono::seconds(*times.expires));
}

// A token that was made just now lives so long, whatever the appliance's clock says. Overflows nothing: both are
// above 0.
std::optional<milliseconds> life_of(const jwt_times& times)
{
    if (!times.issued || !times.expires || *times.expires <= *times.issued)
        return std::nullopt;
    return std::chrono::seconds(std::min(*times.expires - *times.issued, longest_life));
}

// No refresh token comes with it, so that there is no life of one to ask for.
std::string certificate_body(const appliance_settings& appliance)
{
    std::string body;
    object_writer to(body);
    to.text("grant_type", "client_credential"); // the appliance's own spelling, without an s
    text_if_any(to, "client_id", appliance.client_id);
    write_domains(to, appliance);
    text_if_any(to, "connection", appliance.connection);
    to.end();
    return body;
}

} // namespace

std::string login_body(const appliance_settings& appliance, std::string_view secret)
{
    if (appliance.credential == credential_form::refresh_token_file)
        return refresh_body(appliance, secret);
    if (appliance.credential == credential_form::client_certificate)
        return certificate_body(appliance);
    std::string body;
    object_writer to(body);
    to.text("grant_type", "password");
    to.text("username", appliance.username);
    to.text("password", secret);
    write_domains(to, appliance);
    text_if_any(to, "connection", appliance.connection);
    to.number("refresh_token_lifetime", refresh_token_lifetime.count());
    to.end();
    return body;
}

std::string refresh_body(const appliance_settings& appliance, std::string_view refresh_token)
{
    std::string body;
    object_writer to(body);
    to.text("grant_type", "refresh_token");
    to.text("refresh_token", refresh_token);
    write_domains(to, appliance);
    to.end();
    return body;
}

result<token_grant> grant_of_token(std::string_view token)
{
    if (!fits_header(token))
        return errc::not_a_token;
    token_grant grant;
    grant.jwt = token;
    grant.expires_at = expiry_of(times_of(token));
    return grant;
}

result<token_grant> parse_grant(std::string_view body)
{
    error_code failed;
    const auto answer = json::parse({body.data(), body.size()}, failed);
    if (failed || !answer.is_object())
        return errc::not_a_token;
    const json::object& fields = answer.get_object();
    token_grant grant;
    grant.jwt = text_member(fields, "jwt");
    if (!fits_header(grant.jwt))
        return errc::not_a_token;
    grant.refresh_token = text_member(fields, "refresh_token");
    if (grant.refresh_token.size() > max_token)
        grant.refresh_token.clear();
    if (const auto duration = seconds_member(fields, "duration"))
        grant.duration = std::chrono::seconds(std::min(*duration, longest_life));
    const jwt_times times = times_of(grant.jwt);
    if (!grant.duration)
        grant.duration = life_of(times);
    grant.expires_at = expiry_of(times);
    return grant;
}

} // namespace jobwatch
