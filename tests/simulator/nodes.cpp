#include "nodes.hpp"

#include "seeded.hpp"

namespace jobwatch::simulator
{

std::string_view name_of(node_state which)
{
    return node_state_names.at(static_cast<std::size_t>(which));
}

bool can_talk(node_state which)
{
    return which == node_state::up || which == node_state::starting || which == node_state::auth_down;
}

void node_board::plan(std::size_t index, std::vector<node_step> steps, time_point now)
{
    if (steps.empty())
        return;
    steps.back().lasts.reset();
    node& one = nodes_.at(index);
    one.to_come.assign(steps.begin(), steps.end());
    one.until = now;
}

std::vector<begun_step> node_board::advance(time_point now)
{
    std::vector<begun_step> begun;
    for (std::size_t index = 0; index < nodes_.size(); ++index)
    {
        node& one = nodes_[index];
        while (one.until && *one.until <= now && !one.to_come.empty())
        {
            one.step = one.to_come.front();
            one.to_come.pop_front();
            if (one.step.lasts) // counted from when it should have begun, so that nothing adds up
                *one.until += *one.step.lasts;
            else
                one.until.reset();
            begun.push_back({index, one.step});
        }
    }
    return begun;
}

std::optional<time_point> node_board::next_change() const
{
    std::optional<time_point> next;
    for (const node& one : nodes_)
        if (one.until && (!next || *one.until < *next))
            next = one.until;
    return next;
}

duration node_board::draw_lag(std::size_t index)
{
    const span& range = nodes_.at(index).lag;
    if (range.low == range.high)
        return range.low;
    seeded chance(index, stream::lags, lags_drawn_++);
    return duration{static_cast<duration::rep>(chance.between(
        static_cast<std::uint64_t>(range.low.count()), static_cast<std::uint64_t>(range.high.count())))};
}

void node_board::reset_counts()
{
    for (node& one : nodes_)
        one.counts = {};
}

} // namespace jobwatch::simulator
