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

// JSON body of a login with user name and password, with the appliance's domain settings.
std::string login_body(const appliance_settings& appliance, std::string_view password);

// JSON body of the refresh grant.
std::string refresh_body(const appliance_settings& appliance, std::string_view refresh_token);

// The answer to either. errc::not_a_token when it holds no `jwt`, or one that could not stand in a header
// (allowed: printable ASCII without spaces, at most 16 KiB). `exp` is read from the JWT without verifying.
result<token_grant> parse_grant(std::string_view body);

} // namespace jobwatch
