// What must outlive the daemon about an appliance: the trouble that was told and not yet taken back, so that each is
// told once when it begins and once when it ends, and the logins that were refused, so that a restart never locks
// an account. Values only; engine/appliance_conditions keeps them.
#pragma once

#include "core/event.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace jobwatch
{

// Trouble of a whole appliance. The words are part of the database: never rename one.
enum class condition : unsigned char
{
    unreachable, // no node answers
    degraded,    // it answers 404 for most of the jobs that it has shown before
    forbidden,   // it answers 403 for most of the jobs
    auth_failed, // it refuses our credential
};
inline constexpr std::array all_conditions{
    condition::unreachable, condition::degraded, condition::forbidden, condition::auth_failed};

std::string_view to_string(condition value);
std::optional<condition> parse_condition(std::string_view word);

// What is said when it begins and when it ends.
event_type beginning_of(condition value);
event_type end_of(condition value);

struct standing_condition
{
    wall_time since{};
    std::string reason; // for a person

    friend bool operator==(const standing_condition&, const standing_condition&) = default;
};

// Logins that were refused in a row, and with which secret.
struct login_refusals
{
    std::uint32_t count = 0;
    wall_time not_before{};   // no login earlier, unless the secret changes
    std::string secret_stamp; // as appliance_api::secret_stamp()

    friend bool operator==(const login_refusals&, const login_refusals&) = default;
};

struct appliance_state
{
    std::map<condition, standing_condition> conditions; // those that stand
    login_refusals refusals;

    friend bool operator==(const appliance_state&, const appliance_state&) = default;
};

} // namespace jobwatch
