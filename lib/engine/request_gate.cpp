#include "engine/request_gate.hpp"

#include <algorithm>
#include <utility>

namespace jobwatch
{

request_gate::request_gate(
    const appliance_settings& settings, boot_time now, chance& random, node_listener on_node) :
    attempts_(settings.requests_per_second, settings.burst, now),
    sendings_(settings.requests_per_second, settings.burst, now),
    nodes_(settings.nodes.size()),
    window_(settings.connections),
    retry_after_limit_(settings.retry_after_limit),
    random_(random),
    on_node_(std::move(on_node))
{
}

std::optional<request_pass> request_gate::pass(request_class what, boot_time now)
{
    if (opens_at(what, now) > now || !attempts_.take(now))
        return std::nullopt;
    const auto to = nodes_.choose(what, now);
    if (!to)
        return std::nullopt; // cannot be: opens_at() has asked
    ++in_flight_;
    ++passed_;
    login_unsent_ = login_unsent_ || what == request_class::login;
    return request_pass{*to, 0, what, window_.asked(), false};
}

boot_time request_gate::opens_at(request_class what, boot_time now) const
{
    if (in_flight_ >= window_.size() || (what == request_class::poll && login_waits_))
        return boot_time::max();
    // A login opens its connection first; polls leave it its place in the budget, or it might never find one.
    const std::uint32_t ahead = what == request_class::poll && login_unsent_ ? 1 : 0;
    if (ahead >= sendings_.most_at_once())
        return boot_time::max();
    return std::max(
        {nodes_.chooses_at(what, now), attempts_.ready_at(now), sendings_.ready_at(now, 1 + ahead)});
}

bool request_gate::may_send(const request_pass& passed, boot_time now)
{
    if (!sendings_.take(now))
        return false;
    if (passed.what == request_class::login)
        login_unsent_ = false;
    return true;
}

void request_gate::end(const request_pass& ended)
{
    --in_flight_;
    if (ended.what == request_class::login)
        login_unsent_ = false;
}

void request_gate::pause_until(boot_time until)
{
    attempts_.pause_until(until);
    sendings_.pause_until(until);
}

void request_gate::tell(breaker::change change, std::size_t node, std::string why)
{
    if (change == breaker::change::none || !on_node_)
        return;
    const auto what = change == breaker::change::opened ? node_news::kind::opened : node_news::kind::closed;
    on_node_({what, node, std::move(why)});
}

void request_gate::tell_proven(std::size_t node)
{
    if (std::exchange(proven_, true) || !on_node_)
        return;
    on_node_({node_news::kind::proven, node, "it answers"});
}

void request_gate::answered(const request_pass& ended)
{
    end(ended);
    window_.answered(ended.round);
    tell(nodes_.answered(ended.to, ended.what), ended.to.node, "it answers");
    tell_proven(ended.to.node);
}

void request_gate::troubled(const request_pass& ended, const asking_error& error, boot_time now)
{
    // Retry-After pauses the whole appliance, not one watch: it speaks of its load.
    if (error.retry_after && *error.retry_after > milliseconds{0})
    {
        paused_until_ = std::max(paused_until_, now + std::min(*error.retry_after, retry_after_limit_));
        pause_until(paused_until_);
    }
    if (error.what == trouble::own_limit)
        pause_until(now + own_limit_pause);
    end(ended);
    const evidence found = evidence_of(error);
    if (error.what == trouble::throttled || error.what == trouble::unavailable)
        window_.throttled(ended.round);
    else if (found == evidence::well)
        window_.answered(ended.round);
    const auto changed =
        nodes_.troubled(ended.to, error, ended.asker, now, random_.next(), !ended.was_doubtful);
    tell(changed, ended.to.node, changed == breaker::change::closed ? "it answers" : error.text);
    if (found == evidence::well)
        tell_proven(ended.to.node);
}

void request_gate::dropped(const request_pass& ended)
{
    end(ended);
    nodes_.unasked(ended.to);
}

void request_gate::held_back(const request_pass& ended)
{
    dropped(ended);
    --passed_;
    attempts_.give_back();
}

} // namespace jobwatch
