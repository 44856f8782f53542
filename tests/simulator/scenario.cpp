#include "scenario.hpp"

#include "appliance.hpp"

#include <boost/json.hpp>

namespace jobwatch::simulator
{

namespace json = boost::json;

std::optional<scenario::due_step> scenario::take_due(time_point now)
{
    if (steps_.empty() || steps_.begin()->first > now)
        return std::nullopt;
    auto first = steps_.extract(steps_.begin());
    return due_step{first.key(), std::move(first.mapped())};
}

std::optional<time_point> scenario::next() const
{
    if (steps_.empty())
        return std::nullopt;
    return steps_.begin()->first;
}

void scenario::went_wrong(const weather_step& step, const complaint& why)
{
    mishaps_.push_back(step.written + ": " + why.message);
    if (mishaps_.size() > mishap_limit)
        mishaps_.pop_front();
}

json::array scenario::list(time_point now) const
{
    json::array all;
    for (const auto& [due, step] : steps_)
        all.push_back(
            {{"in_s", static_cast<double>((due - now).count()) / 1e6}, {"step", json::parse(step.written)}});
    return all;
}

// A fault lasts from when its step was due, not from when somebody looked.
void advance(appliance& of, time_point now)
{
    while (const auto next = of.to_come.take_due(now))
        if (const auto wrong = take_step(of, next->step, next->due))
            of.to_come.went_wrong(next->step, *wrong);
}

} // namespace jobwatch::simulator
