#include "core/breaker.hpp"

#include "core/poll_schedule.hpp"

#include <algorithm>

namespace jobwatch
{

evidence evidence_of(trouble what)
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
        return evidence::ill;
    case trouble::server_error:
    case trouble::unreadable:
    case trouble::too_large:
        return evidence::doubtful;
    case trouble::kept_closed:
    case trouble::held_back:
    case trouble::own_limit:
    case trouble::no_token:
        return evidence::none;
    default:
        return evidence::well;
    }
}

evidence evidence_of(const asking_error& error)
{
    return error.foreign ? evidence::doubtful : evidence_of(error.what);
}

breaker::turn breaker::asked()
{
    probing_ = open_;
    return open_ ? ++turn_ : turn_;
}

breaker::change breaker::answered()
{
    const bool was_open = open_;
    const turn present = turn_;
    *this = breaker{};
    turn_ = present;
    return was_open ? change::closed : change::none;
}

breaker::change breaker::answered_login(turn in)
{
    if (!open_ || !of_polls_)
        return answered();
    unasked(in);
    probe_at_ = boot_time{};
    return change::none;
}

breaker::change breaker::troubled(turn in, const verdict_terms& terms)
{
    if (in != turn_)
        return change::none;
    ++troubles_;
    if (!open_ && troubles_ < terms.threshold)
        return change::none;
    probing_ = false;
    of_polls_ = terms.of_polls;
    pause_ = pause_ == milliseconds{} ? first_probe_pause : std::min(pause_ * 2, longest_probe_pause);
    probe_at_ = terms.now + jittered(pause_, terms.chance);
    ++turn_;
    if (open_)
        return change::none;
    open_ = true;
    opened_at_ = terms.now;
    return change::opened;
}

// While nobody else agrees it is an answer, but one that proves nothing: it ends no row of troubles, and only an
// open node is served again because of it.
breaker::change breaker::doubted(turn in, std::uint64_t asker, const verdict_terms& terms)
{
    if (in != turn_)
        return change::none;
    news_ = news_ || terms.news;
    const bool agrees = (open_ && agreed_) || (news_ && doubter_ && *doubter_ != asker);
    agreed_ = agreed_ || agrees;
    doubter_ = asker;
    if (agrees)
        return troubled(in, terms);
    if (!open_)
        return change::none;
    const change closed = answered();
    doubter_ = asker;
    news_ = terms.news;
    return closed;
}

void breaker::unasked(turn in)
{
    if (in == turn_)
        probing_ = false;
}

boot_time breaker::permits_at(boot_time now) const
{
    if (!open_)
        return now;
    return probing_ ? boot_time::max() : std::max(now, probe_at_);
}

} // namespace jobwatch
