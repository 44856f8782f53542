// Which node of an appliance is asked: the first one, in the order of `urls`, that is not known to be ill; ill ones
// get a probe now and then, so that they come back. Pure.
#pragma once

#include "core/breaker.hpp"

#include <string>
#include <vector>

namespace jobwatch
{

enum class request_class : unsigned char
{
    poll,
    login,
};

struct asked_node
{
    std::size_t node = 0; // its place in `urls`
    breaker::turn turn = 0;
};

class node_choice
{
public:
    explicit node_choice(std::size_t nodes) : nodes_(nodes == 0 ? 1 : nodes) {}

    // Where a request may go now. An ill node whose pause is over is probed by a poll even while another one serves;
    // a login is a probe only when there is nobody else to ask.
    std::optional<asked_node> choose(request_class what, boot_time now);

    // When choose() may next find one; boot_time::max() while that depends on a probe under way.
    boot_time chooses_at(request_class what, boot_time now) const;

    // For a poll that an ill node has failed already: it has waited for one deadline, and is no probe as long as another
    // node serves.
    asked_node spare_the_probe(asked_node chosen);

    // --- how a request ended; what changed of its node ---------------------------------------------------------
    breaker::change answered(asked_node ended, request_class what = request_class::poll);
    // `asker`: for which watch; 0: a login. `news`: as breaker::verdict_terms.
    breaker::change troubled(
        asked_node ended, const asking_error& error, std::uint64_t asker, boot_time now, double chance,
        bool news = true);
    void unasked(asked_node ended) { nodes_[ended.node].health.unasked(ended.turn); }

    // The node that serves; empty when all are open.
    std::optional<std::size_t> serving() const;

    std::size_t size() const { return nodes_.size(); }
    const breaker& health(std::size_t node) const { return nodes_[node].health; }
    const std::string& trouble_of(std::size_t node) const
    {
        return nodes_[node].trouble;
    } // "" while it is well

private:
    struct known_node
    {
        breaker health;
        std::string trouble; // the last one that was its own, for a person
    };

    std::optional<std::size_t> to_ask(request_class what, boot_time now) const;
    std::uint32_t threshold_of(std::size_t node) const;
    void hasten_others(std::size_t node, boot_time now);

    std::vector<known_node> nodes_;
};

} // namespace jobwatch
