// When a token must be renewed, and how. Pure: times come in as arguments, and the renewal is done by
// engine/token_keeper.
#pragma once

#include "core/time.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace jobwatch
{

// What a login or a renewal gave.
struct token_grant
{
    std::string jwt;
    std::string refresh_token;            // "" when there is none
    std::optional<milliseconds> duration; // as the answer says
    std::optional<wall_time> expires_at;  // `exp` of the JWT, by the appliance's clock
};

// How to get the next token.
enum class renewal : unsigned char
{
    none,    // the present one serves
    refresh, // with the refresh token
    login,   // with the user's name and password
};

// A refused login locks accounts if it is repeated: after this many none is sent until the secret changes or
// login_retry_after passes.
inline constexpr std::uint32_t max_refused_logins = 2;

// After trouble on the way to a token, the next try waits this long, doubled each time up to the second.
inline constexpr milliseconds first_login_pause{1'000};
inline constexpr milliseconds longest_login_pause{60'000};

class token_life
{
public:
    // Replaces JWT and refresh token together. `wall_now` is used only when there is no duration.
    void granted(token_grant grant, boot_time now, wall_time wall_now);

    // A request was answered that only a good token lets through.
    void proven() { proven_ = true; }

    // The JWT was answered with 401: it is worth nothing, whatever its life said.
    void rejected();

    // The refresh token was refused: only a login helps.
    void refresh_refused();

    // The login itself was refused (401 or 403 with the appliance's own error body).
    void login_refused(boot_time now, milliseconds login_retry_after);

    // Any other trouble on the way to a token.
    void login_troubled(boot_time now);

    // The secret's file changed: refusals are forgotten.
    void secret_changed();

    // Refusals from before this start still count: no login for `pause`.
    void recall(std::uint32_t refused_logins, boot_time now, milliseconds pause);

    bool usable(boot_time now) const;    // there is a JWT that has not expired
    renewal due(boot_time now) const;    // `none` also while no login may be sent
    boot_time next_renewal() const;      // when due() will next say something else than none
    bool held_back(boot_time now) const; // no login may be sent now, because of refusals
    std::uint32_t refused_logins() const { return refused_logins_; }
    const std::string& jwt() const { return grant_.jwt; }
    const std::string& refresh_token() const { return grant_.refresh_token; }
    boot_time expires() const { return expires_; }

private:
    token_grant grant_;
    boot_time half_life_{}; // renew from here on
    boot_time expires_{};
    boot_time not_before_{}; // no renewal earlier: pause after trouble or refusal
    milliseconds pause_{};
    milliseconds grant_pace_{}; // between the last grant and the next renewal, at least
    boot_time granted_at_{};
    std::uint32_t refused_logins_ = 0;
    bool proven_ = false; // the present JWT was taken at least once
};

} // namespace jobwatch
