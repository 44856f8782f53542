#include "engine/request_gate.hpp"

#include <algorithm>

namespace jobwatch
{

bool request_gate::pass(request_class what, boot_time now)
{
    if (what == request_class::poll && login_waits_)
        return false;
    if (!breaker_.permits(now) || !budget_.take(now))
        return false;
    breaker_.asked();
    ++in_flight_;
    ++passed_;
    return true;
}

boot_time request_gate::opens_at(request_class what, boot_time now) const
{
    if (what == request_class::poll && login_waits_)
        return boot_time::max();
    return std::max(breaker_.permits_at(now), budget_.ready_at(now));
}

void request_gate::tell(breaker::change change, const std::string& why)
{
    if (change != breaker::change::none && on_breaker_)
        on_breaker_(change, why);
}

void request_gate::answered()
{
    --in_flight_;
    tell(breaker_.answered(), "it answers");
}

void request_gate::troubled(const asking_error& error, boot_time now)
{
    // Retry-After pauses the whole appliance, not one watch: it speaks of its load.
    if (error.retry_after)
        budget_.pause_until(now + std::clamp(*error.retry_after, milliseconds{0}, retry_after_limit_));
    --in_flight_;
    if (is_node_trouble(error.what))
        tell(breaker_.troubled(now, random_.next()), error.text);
    else
        tell(breaker_.answered(), "it answers");
}

void request_gate::dropped()
{
    --in_flight_;
    breaker_.unasked();
}

} // namespace jobwatch
