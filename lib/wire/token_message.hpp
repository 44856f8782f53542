// Token requests and their answers.
#pragma once

#include "core/settings.hpp"
#include "core/token_life.hpp"

#include <string>
#include <string_view>

namespace jobwatch
{

// How long an unused refresh token of ours may live: immortal ones have filled appliances.
inline constexpr std::chrono::minutes refresh_token_lifetime{24 * 60};

// JSON body of a login with the configured credential and the appliance's domain settings. `secret` is the password,
// or the refresh token of a file; a client certificate's login has none, since the handshake has shown who we are.
std::string login_body(const appliance_settings& appliance, std::string_view secret);

// JSON body of the refresh grant, with the domain settings: they say for which domain the new token is.
std::string refresh_body(const appliance_settings& appliance, std::string_view refresh_token);

// The answer to either. errc::not_a_token when it holds no `jwt`, or one that could not stand in a header
// (allowed: printable ASCII without spaces, at most 16 KiB). `exp` is read from the JWT without verifying;
// where no `duration` is told, it is what lies between the JWT's `iat` and `exp`.
result<token_grant> parse_grant(std::string_view body);

// What a bare token tells of itself; the same rules.
result<token_grant> grant_of_token(std::string_view token);

} // namespace jobwatch
