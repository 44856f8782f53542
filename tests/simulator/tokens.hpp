// The appliance's tokens: short-lived JWTs (HS256, a random key), and refresh tokens that stay the same until
// renewal is asked for. Time comes in as an argument.
#pragma once

#include "clock.hpp"
#include "domains.hpp"

#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace jobwatch::simulator
{

struct issued_token
{
    std::string jwt;
    duration life{};
    std::string refresh_token;
    std::string refresh_token_id;
    std::optional<duration> refresh_life; // what is left; empty when it never expires
};

// How long a refresh token may live, in all and unused; empty means for ever.
struct refresh_limits
{
    std::optional<duration> life;
    std::optional<duration> unused;
};

enum class renewal
{
    keep,
    renew, // give a new refresh token and forget the old one
};

enum class token_style
{
    jwt,
    opaque, // tells its reader nothing
};

enum class what_to_revoke
{
    bearer_tokens,
    everything,
};

class token_office
{
public:
    explicit token_office(duration token_life, token_style style = token_style::jwt);

    issued_token log_in(
        std::string_view user, const refresh_limits& limits, time_point now,
        domain_number domain = root_domain);

    // Nothing when the refresh token is unknown, expired or left unused for too long. The new tokens are of the old
    // one's domain, when no other is asked for.
    std::optional<issued_token> refresh(
        const std::string& token, renewal wish, const refresh_limits& limits, time_point now,
        std::optional<domain_number> domain = {});

    // A bearer token alone, as a login by certificate gives it.
    issued_token log_in_for_once(std::string_view user, time_point now, domain_number domain = root_domain);

    // A refresh token that somebody was given beforehand.
    std::string hand_out_refresh_token(std::string_view user, const refresh_limits& limits, time_point now);

    // Empty when the JWT is good at `now`; else the appliance's sentence about what is wrong with it.
    std::string refusal(const std::string& jwt, time_point now);

    // Of a good token.
    domain_number domain_of(const std::string& jwt) const;

    void revoke_all(what_to_revoke what, time_point now);

    // As a restart does: bearer tokens from before are strangers now; refresh tokens stay good.
    void change_key();

    void set_token_life(duration life) { token_life_ = life; }
    duration token_life() const { return token_life_; }
    std::size_t refresh_tokens(time_point now);

private:
    struct refresh_record
    {
        std::string id;
        std::string user;
        refresh_limits limits;
        time_point issued{};
        time_point used{};
        domain_number domain = root_domain;
    };

    struct bearer_record
    {
        time_point dies{};
        domain_number domain = root_domain;
    };

    std::string sign(std::string_view text) const;
    std::string make_jwt(std::string_view user, time_point now, domain_number domain) const;
    issued_token issue_bearer(std::string_view user, time_point now, domain_number domain);
    issued_token issue(const std::string& refresh_token, const refresh_record& record, time_point now);
    const std::string& new_refresh_token(
        std::string_view user, const refresh_limits& limits, time_point now, domain_number domain);
    std::string why_unknown(std::string_view jwt, time_point now) const;
    void forget_expired(time_point now);

    std::string key_;
    duration token_life_;
    token_style style_;
    // A token found here is one we made, letter by letter, so that the common
    // case needs no signature check.
    std::unordered_map<std::string, bearer_record> alive_;
    std::deque<std::pair<time_point, std::string>> expiries_; // about in order of their times
    std::unordered_map<std::string, refresh_record> refresh_;
    std::optional<time_point> revoked_;
};

} // namespace jobwatch::simulator
