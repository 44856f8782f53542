#include "engine/request_gate.hpp"

#include <algorithm>
#include <limits>

namespace jobwatch
{

std::optional<request_pass> request_gate::pass(request_class what, boot_time now)
{
    if (what == request_class::poll && login_waits_)
        return std::nullopt;
    if (in_flight_ >= most_in_flight_ || !breaker_.permits(now) || !budget_.take(now))
        return std::nullopt;
    request_pass given;
    if (breaker_.open())
    {
        probe_ = probe_ == std::numeric_limits<std::uint32_t>::max() ? 1 : probe_ + 1;
        given.probe = probe_;
    }
    breaker_.asked();
    ++in_flight_;
    ++passed_;
    return given;
}

boot_time request_gate::opens_at(request_class what, boot_time now) const
{
    if (in_flight_ >= most_in_flight_ || (what == request_class::poll && login_waits_))
        return boot_time::max();
    return std::max(breaker_.permits_at(now), budget_.ready_at(now));
}

void request_gate::tell(breaker::change change, const std::string& why)
{
    if (change != breaker::change::none && on_breaker_)
        on_breaker_(change, why);
}

void request_gate::answered(request_pass)
{
    --in_flight_;
    tell(breaker_.answered(), "it answers");
}

void request_gate::troubled(request_pass ended, const asking_error& error, boot_time now)
{
    // Retry-After pauses the whole appliance, not one watch: it speaks of its load.
    if (error.retry_after)
        budget_.pause_until(now + std::clamp(*error.retry_after, milliseconds{0}, retry_after_limit_));
    --in_flight_;
    if (!is_node_trouble(error.what))
        tell(breaker_.answered(), "it answers");
    // Trouble of a request from before the breaker opened is no news, and must not pass for the probe's end.
    else if (!breaker_.open() || is_present_probe(ended))
        tell(breaker_.troubled(now, random_.next()), error.text);
}

void request_gate::dropped(request_pass ended)
{
    --in_flight_;
    if (is_present_probe(ended))
        breaker_.unasked();
}

} // namespace jobwatch
