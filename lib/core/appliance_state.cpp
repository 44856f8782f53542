#include "core/appliance_state.hpp"

#include <algorithm>

namespace jobwatch
{

std::string_view to_string(condition value)
{
    switch (value)
    {
    case condition::unreachable:
        return "unreachable";
    case condition::degraded:
        return "degraded";
    case condition::forbidden:
        return "forbidden";
    case condition::auth_failed:
        return "auth_failed";
    }
    return "unknown";
}

std::optional<condition> parse_condition(std::string_view word)
{
    const auto is_it = [&](condition one) { return to_string(one) == word; };
    const auto found = std::ranges::find_if(all_conditions, is_it);
    return found == all_conditions.end() ? std::nullopt : std::optional(*found);
}

event_type beginning_of(condition value)
{
    switch (value)
    {
    case condition::unreachable:
        return event_type::appliance_unreachable;
    case condition::degraded:
        return event_type::appliance_degraded;
    case condition::forbidden:
        return event_type::appliance_forbidden;
    case condition::auth_failed:
        break;
    }
    return event_type::appliance_auth_failed;
}

// Both kinds of a half-right appliance end with the same word; the reason says which one it was.
event_type end_of(condition value)
{
    switch (value)
    {
    case condition::unreachable:
        return event_type::appliance_reachable;
    case condition::degraded:
    case condition::forbidden:
        return event_type::appliance_restored;
    case condition::auth_failed:
        break;
    }
    return event_type::appliance_auth_restored;
}

} // namespace jobwatch
