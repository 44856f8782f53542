#include "tokens.hpp"

#include "seeded.hpp"
#include "time_text.hpp"

#include <boost/json.hpp>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>
#include <vector>

namespace jobwatch::simulator
{

namespace
{

namespace json = boost::json;

constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

std::string base64url(std::string_view bytes)
{
    std::string text;
    text.reserve(bytes.size() * 4 / 3 + 3);
    unsigned held = 0;
    unsigned bits = 0;
    for (const char byte : bytes)
    {
        held = (held << 8U) | static_cast<unsigned char>(byte);
        for (bits += 8; bits >= 6; bits -= 6)
            text += alphabet[(held >> (bits - 6)) & 0x3fU];
    }
    if (bits > 0)
        text += alphabet[(held << (6 - bits)) & 0x3fU];
    return text;
}

std::optional<std::string> from_base64url(std::string_view text)
{
    std::string bytes;
    unsigned held = 0;
    unsigned bits = 0;
    for (const char letter : text)
    {
        const std::size_t value = alphabet.find(letter);
        if (value == std::string_view::npos)
            return std::nullopt;
        held = (held << 6U) | static_cast<unsigned>(value);
        bits += 6;
        if (bits >= 8)
        {
            bits -= 8;
            bytes += static_cast<char>((held >> bits) & 0xffU);
        }
    }
    return bytes;
}

std::chrono::seconds seconds_of(time_point when)
{
    return std::chrono::floor<std::chrono::seconds>(when.time_since_epoch());
}

std::optional<std::int64_t> claim(std::string_view payload, std::string_view name)
{
    const auto text = from_base64url(payload);
    boost::system::error_code ec;
    const json::value claims = text ? json::parse(*text, ec) : json::value();
    const json::value* found = claims.is_object() ? claims.get_object().if_contains(name) : nullptr;
    return !ec && found && found->is_int64() ? std::optional(found->get_int64()) : std::nullopt;
}

std::string new_uuid()
{
    seeded chance(unforeseen_seed());
    return draw_uuid(chance);
}

} // namespace

token_office::token_office(duration token_life, token_style style) :
    key_{unforeseen_hex(32)}, token_life_{token_life}, style_{style}
{
}

std::string token_office::sign(std::string_view text) const
{
    std::array<unsigned char, EVP_MAX_MD_SIZE> mac{};
    unsigned length = 0;
    HMAC(
        EVP_sha256(), key_.data(), static_cast<int>(key_.size()),
        reinterpret_cast<const unsigned char*>(text.data()), text.size(), mac.data(), &length);
    return base64url({reinterpret_cast<const char*>(mac.data()), length});
}

// The claims are whole seconds, as the appliance's are; the exact end is in `alive_`.
std::string token_office::make_jwt(std::string_view user, time_point now, domain_number domain) const
{
    const auto issued = seconds_of(now);
    const auto life = std::chrono::ceil<std::chrono::seconds>(token_life_);
    const json::object claims{
        {"aud", "kylo"},
        {"sub", "local|11111111-2222-4333-8444-555555555555"},
        {"iss", "kylo"},
        {"acc", "kylo"},
        {"preferred_username", user},
        {"cust",
         json::object{
             {"domain_id", domain_id(domain)},
             {"groups", json::array{"CCKM Users"}},
             {"sid", new_uuid()},
             {"zone_id", "00000000-0000-0000-0000-000000000000"}}},
        {"jwtid", new_uuid()},
        {"iat", issued.count()},
        {"exp", (issued + life).count()}};
    std::string text = base64url(R"({"alg":"HS256","typ":"JWT"})") + "." + base64url(json::serialize(claims));
    const std::string signature = sign(text);
    return text + "." + signature;
}

issued_token token_office::issue_bearer(std::string_view user, time_point now, domain_number domain)
{
    forget_expired(now);
    issued_token given;
    given.jwt = style_ == token_style::jwt ? make_jwt(user, now, domain) : unforeseen_hex(32);
    given.life = token_life_;
    alive_.emplace(given.jwt, bearer_record{now + token_life_, domain});
    expiries_.emplace_back(now + token_life_, given.jwt);
    return given;
}

issued_token
token_office::issue(const std::string& refresh_token, const refresh_record& record, time_point now)
{
    issued_token given = issue_bearer(record.user, now, record.domain);
    given.refresh_token = refresh_token;
    given.refresh_token_id = record.id;
    if (record.limits.life)
        given.refresh_life = record.issued + *record.limits.life - now;
    return given;
}

issued_token token_office::log_in_for_once(std::string_view user, time_point now, domain_number domain)
{
    return issue_bearer(user, now, domain);
}

std::string
token_office::hand_out_refresh_token(std::string_view user, const refresh_limits& limits, time_point now)
{
    return new_refresh_token(user, limits, now, root_domain);
}

const std::string& token_office::new_refresh_token(
    std::string_view user, const refresh_limits& limits, time_point now, domain_number domain)
{
    refresh_record record{new_uuid(), std::string(user), limits, now, now, domain};
    return refresh_.emplace(unforeseen_hex(32), std::move(record)).first->first;
}

issued_token token_office::log_in(
    std::string_view user, const refresh_limits& limits, time_point now, domain_number domain)
{
    const std::string& token = new_refresh_token(user, limits, now, domain);
    return issue(token, refresh_.at(token), now);
}

std::optional<issued_token> token_office::refresh(
    const std::string& token, renewal wish, const refresh_limits& limits, time_point now,
    std::optional<domain_number> domain)
{
    forget_expired(now);
    const auto found = refresh_.find(token);
    if (found == refresh_.end())
        return std::nullopt;
    found->second.used = now;
    found->second.domain = domain.value_or(found->second.domain);
    if (wish == renewal::keep)
        return issue(token, found->second, now);
    const refresh_record record = found->second;
    refresh_.erase(found);
    return log_in(record.user, limits, now, record.domain);
}

std::string token_office::refusal(const std::string& jwt, time_point now)
{
    const auto found = alive_.find(jwt);
    if (found != alive_.end() && now < found->second.dies)
        return {};
    return why_unknown(jwt, now);
}

domain_number token_office::domain_of(const std::string& jwt) const
{
    const auto found = alive_.find(jwt);
    return found == alive_.end() ? root_domain : found->second.domain;
}

std::string token_office::why_unknown(std::string_view jwt, time_point now) const
{
    const std::size_t first = jwt.find('.');
    const std::size_t last = jwt.rfind('.');
    if (style_ == token_style::opaque)
        return "Invalid token";
    if (first == std::string_view::npos || first == last)
        return "Bearer token malformed";
    if (sign(jwt.substr(0, last)) != jwt.substr(last + 1))
        return "Invalid token";
    const std::string_view payload = jwt.substr(first + 1, last - first - 1);
    const auto issued = claim(payload, "iat");
    const auto expires = claim(payload, "exp");
    if (!issued || !expires)
        return "Bearer token malformed";
    if (revoked_ && *issued <= seconds_of(*revoked_).count() && alive_.count(std::string(jwt)) == 0
        && *expires > seconds_of(now).count())
        return "Token has been revoked";
    const std::chrono::seconds age{std::max<std::int64_t>(seconds_of(now).count() - *expires, 0)};
    return "Bearer token malformed: Token is expired by " + age_text(age);
}

void token_office::revoke_all(what_to_revoke what, time_point now)
{
    alive_.clear();
    expiries_.clear();
    revoked_ = now;
    if (what == what_to_revoke::everything)
        refresh_.clear();
}

void token_office::change_key()
{
    key_ = unforeseen_hex(32);
    alive_.clear();
    expiries_.clear();
}

void token_office::forget_expired(time_point now)
{
    while (!expiries_.empty() && expiries_.front().first <= now)
    {
        alive_.erase(expiries_.front().second);
        expiries_.pop_front();
    }
    std::erase_if(
        refresh_,
        [now](const auto& one)
        {
            const refresh_record& record = one.second;
            const bool old = record.limits.life && record.issued + *record.limits.life <= now;
            const bool idle = record.limits.unused && record.used + *record.limits.unused <= now;
            return old || idle;
        });
}

std::size_t token_office::refresh_tokens(time_point now)
{
    forget_expired(now);
    return refresh_.size();
}

} // namespace jobwatch::simulator
