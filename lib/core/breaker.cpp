#include "core/breaker.hpp"

#include "core/poll_schedule.hpp"

#include <algorithm>

namespace jobwatch
{

bool is_node_trouble(trouble what)
{
    switch (what)
    {
    case trouble::resolve:
    case trouble::connect:
    case trouble::tls:
    case trouble::timed_out:
    case trouble::closed_early:
    case trouble::unavailable:
    case trouble::gateway:
        return true;
    default:
        return false;
    }
}

breaker::change breaker::answered()
{
    const bool was_open = open_;
    *this = breaker{};
    return was_open ? change::closed : change::none;
}

breaker::change breaker::troubled(boot_time now, double chance)
{
    probing_ = false;
    ++troubles_;
    if (troubles_ < breaker_threshold)
        return change::none;
    // Requests that were under way when it opened end in trouble too: they lengthen no pause.
    if (open_ && now < probe_at_)
        return change::none;
    pause_ = pause_ == milliseconds{} ? first_probe_pause : std::min(pause_ * 2, longest_probe_pause);
    probe_at_ = now + jittered(pause_, chance);
    const bool was_open = open_;
    open_ = true;
    return was_open ? change::none : change::opened;
}

boot_time breaker::permits_at(boot_time now) const
{
    if (!open_)
        return now;
    return probing_ ? boot_time::max() : std::max(now, probe_at_);
}

} // namespace jobwatch
