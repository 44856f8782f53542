#include "core/node_choice.hpp"

#include <algorithm>

namespace jobwatch
{

namespace
{

// What was wrong with the answers, not with the way there.
bool is_of_answers(trouble what)
{
    return what != trouble::resolve && what != trouble::connect && what != trouble::tls
        && what != trouble::closed_early;
}

} // namespace

std::optional<std::size_t> node_choice::serving() const
{
    for (std::size_t node = 0; node < nodes_.size(); ++node)
        if (!nodes_[node].health.open())
            return node;
    return std::nullopt;
}

std::optional<std::size_t> node_choice::to_ask(request_class what, boot_time now) const
{
    const auto healthy = serving();
    if (what == request_class::login && healthy)
        return healthy;
    for (std::size_t node = 0; node < nodes_.size(); ++node)
        if (nodes_[node].health.open() && nodes_[node].health.permits(now))
            return node;
    return healthy;
}

std::optional<asked_node> node_choice::choose(request_class what, boot_time now)
{
    const auto node = to_ask(what, now);
    if (!node)
        return std::nullopt;
    return asked_node{*node, nodes_[*node].health.asked()};
}

boot_time node_choice::chooses_at(request_class, boot_time now) const
{
    boot_time earliest = boot_time::max();
    for (const known_node& one : nodes_)
        earliest = std::min(earliest, one.health.permits_at(now));
    return earliest;
}

asked_node node_choice::spare_the_probe(asked_node chosen)
{
    const auto healthy = serving();
    if (!healthy || *healthy == chosen.node)
        return chosen;
    unasked(chosen);
    return {*healthy, nodes_[*healthy].health.asked()};
}

breaker::change node_choice::answered(asked_node ended, request_class what)
{
    known_node& asked = nodes_[ended.node];
    const auto changed =
        what == request_class::poll ? asked.health.answered() : asked.health.answered_login(ended.turn);
    if (!asked.health.open())
        asked.trouble.clear();
    return changed;
}

// With another node at hand there is no reason to ask a doubtful one again and again.
std::uint32_t node_choice::threshold_of(std::size_t node) const
{
    for (std::size_t other = 0; other < nodes_.size(); ++other)
        if (other != node && !nodes_[other].health.open())
            return 1;
    return breaker_threshold;
}

// The last one that served is in doubt: who was ill may be well by now, and is asked before all is given up.
void node_choice::hasten_others(std::size_t node, boot_time now)
{
    for (std::size_t other = 0; other < nodes_.size(); ++other)
        if (other != node)
            nodes_[other].health.hasten(now);
}

breaker::change node_choice::troubled(
    asked_node ended, const asking_error& error, std::uint64_t asker, boot_time now, double chance, bool news)
{
    known_node& asked = nodes_[ended.node];
    const evidence found = evidence_of(error);
    if (found == evidence::well)
        return answered(ended, asker == 0 ? request_class::login : request_class::poll);
    if (found == evidence::none)
    {
        unasked(ended);
        return breaker::change::none;
    }
    const breaker::verdict_terms terms{
        now, chance, threshold_of(ended.node), asker != 0 && is_of_answers(error.what), news};
    if (!asked.health.open() && terms.threshold != 1)
        hasten_others(ended.node, now);
    const auto changed = found == evidence::ill ? asked.health.troubled(ended.turn, terms)
                                                : asked.health.doubted(ended.turn, asker, terms);
    if (changed == breaker::change::closed)
        asked.trouble.clear();
    else
        asked.trouble = error.text;
    return changed;
}

} // namespace jobwatch
