#include "core/event_severity.hpp"

#include <doctest/doctest.h>

using namespace jobwatch;

TEST_CASE("events that may ask for somebody's hand are warnings, and their ends are not")
{
    for (const event_type loud :
         {event_type::watch_blocked, event_type::job_unrecognised, event_type::job_overdue,
          event_type::appliance_unreachable, event_type::appliance_degraded, event_type::appliance_forbidden,
          event_type::appliance_auth_failed, event_type::daemon_degraded, event_type::state_replaced})
    {
        CAPTURE(to_string(loud));
        CHECK(severity_of(loud) == log_level::warning);
    }
    for (const event_type quiet :
         {event_type::watch_added, event_type::watch_unblocked, event_type::job_status,
          event_type::job_finished, event_type::appliance_reachable, event_type::appliance_restored,
          event_type::daemon_started})
    {
        CAPTURE(to_string(quiet));
        CHECK(severity_of(quiet) == log_level::info);
    }
}
