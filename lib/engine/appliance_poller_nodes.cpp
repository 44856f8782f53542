// What becomes of watches and of the appliance when its nodes fall ill and recover.
#include "core/node_name.hpp"
#include "engine/appliance_poller.hpp"

#include <algorithm>

namespace jobwatch
{

// Its node is ill: the next one is asked at once, each at most once; when all are, the watch waits in its place. So it
// does while we may open no more sockets.
bool appliance_poller::keeps_place(watch_record& record, const poll_answer& answer, const request_pass& pass)
{
    if (!answer && answer.error().what == trouble::own_limit)
        return true;
    const bool blames_node = !answer
        && (evidence_of(answer.error()) == evidence::ill
            || evidence_of(answer.error()) == evidence::doubtful);
    if (!blames_node || !gate_.nodes().health(pass.to.node).open())
        return false;
    if (!gate_.any_serves())
        return true;
    return ++record.failovers < gate_.nodes().size();
}

void appliance_poller::on_node(const node_news& news)
{
    const auto name_of = [this](std::size_t node) { return host_and_port(settings_.nodes[node]); };
    if (news.what == node_news::kind::opened)
        shared_.log.say(
            log_level::warning,
            settings_.name + ": node " + name_of(news.node) + " is left alone but for probes: " + news.why);
    if (news.what == node_news::kind::closed)
        shared_.log.say(log_level::info, settings_.name + ": node " + name_of(news.node) + " is well again");
    const auto serving = gate_.nodes().serving();
    if (serving != serving_ && serving)
        shared_.log.say(log_level::info, settings_.name + ": node " + name_of(*serving) + " serves now");
    serving_ = serving;
    if (!serving)
        conditions_.begin(condition::unreachable, troubles_of_nodes());
    // Told before a restart, it may stand although nothing has been open since.
    else if (news.what != node_news::kind::opened)
        conditions_.end(condition::unreachable, "it answers");
    look_again();
}

std::string appliance_poller::troubles_of_nodes() const
{
    std::string told;
    for (std::size_t node = 0; node < gate_.nodes().size(); ++node)
        told += (node == 0 ? "" : "; ") + gate_.nodes().trouble_of(node);
    return told;
}

std::vector<node_report> appliance_poller::report_nodes() const
{
    const boot_time now = shared_.time.now();
    const node_choice& nodes = gate_.nodes();
    // Without a token a probe is a login.
    const milliseconds token_comes =
        token_.usable() ? milliseconds{0} : token_.report().next_try_in.value_or(milliseconds{0});
    std::vector<node_report> told;
    for (std::size_t node = 0; node < nodes.size(); ++node)
    {
        node_report one;
        one.name = host_and_port(settings_.nodes[node]);
        const breaker& health = nodes.health(node);
        if (nodes.serving() == node)
            one.state = node_state::serving;
        else if (health.open())
        {
            one.state = node_state::open;
            one.since = shared_.time.wall_now() - (now - health.opened_at());
            one.why = nodes.trouble_of(node);
            if (!health.probing())
                one.next_probe_in = std::max(span_between(now, health.permits_at(now)), token_comes);
        }
        told.push_back(std::move(one));
    }
    return told;
}

} // namespace jobwatch
