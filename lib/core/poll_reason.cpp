#include "core/poll_reason.hpp"

namespace jobwatch
{

std::string_view to_string(poll_reason value)
{
    switch (value)
    {
    case poll_reason::first_after:
        return "first_after";
    case poll_reason::taken_up:
        return "taken_up";
    case poll_reason::age:
        return "age";
    case poll_reason::min_interval:
        return "min_interval";
    case poll_reason::max_interval:
        return "max_interval";
    case poll_reason::blocked:
        return "blocked";
    case poll_reason::refused:
        return "refused";
    case poll_reason::missing:
        return "missing";
    case poll_reason::unrecognised:
        return "unrecognised";
    case poll_reason::overdue:
        return "overdue";
    case poll_reason::not_stored:
        return "not_stored";
    case poll_reason::asked_for:
        return "asked_for";
    }
    return "unknown";
}

std::string_view to_string(poll_obstacle value)
{
    switch (value)
    {
    case poll_obstacle::none:
        return "none";
    case poll_obstacle::under_way:
        return "under_way";
    case poll_obstacle::pause:
        return "pause";
    case poll_obstacle::nodes:
        return "nodes";
    case poll_obstacle::token:
        return "token";
    case poll_obstacle::connections:
        return "connections";
    case poll_obstacle::budget:
        return "budget";
    }
    return "unknown";
}

// What a person can do most about comes first.
poll_reason slow_reason(const watch_progress& progress)
{
    if (progress.blocked)
        return poll_reason::blocked;
    if (progress.said == telling::refused)
        return poll_reason::refused;
    if (progress.seen && progress.not_found)
        return poll_reason::missing;
    if (progress.unrecognised)
        return poll_reason::unrecognised;
    return progress.overdue ? poll_reason::overdue : poll_reason::not_stored;
}

poll_reason pace_reason(const poll_schedule& schedule, milliseconds interval)
{
    if (interval >= schedule.max_interval)
        return poll_reason::max_interval;
    return interval <= schedule.min_interval ? poll_reason::min_interval : poll_reason::age;
}

} // namespace jobwatch
