#include "core/event_severity.hpp"

namespace jobwatch
{

log_level severity_of(event_type what)
{
    switch (what)
    {
    case event_type::watch_blocked:
    case event_type::job_unrecognised:
    case event_type::job_overdue:
    case event_type::appliance_unreachable:
    case event_type::appliance_degraded:
    case event_type::appliance_forbidden:
    case event_type::appliance_auth_failed:
    case event_type::daemon_degraded:
    case event_type::state_replaced:
        return log_level::warning;
    // How a job ended is what we are asked for, and no trouble of ours.
    case event_type::job_finished:
    case event_type::watch_added:
    case event_type::watch_removed:
    case event_type::watch_unblocked:
    case event_type::job_status:
    case event_type::appliance_reachable:
    case event_type::appliance_auth_restored:
    case event_type::appliance_restored:
    case event_type::daemon_started:
    case event_type::daemon_stopped:
    case event_type::daemon_reloaded:
    case event_type::daemon_restored:
        break;
    }
    return log_level::info;
}

} // namespace jobwatch
