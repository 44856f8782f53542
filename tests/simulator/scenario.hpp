// Steps of the weather whose time is still to come, in order of time. Whoever has the appliance asks for those that
// are due, before it decides anything.
#pragma once

#include "weather_step.hpp"

#include <boost/json/array.hpp>

#include <deque>
#include <map>
#include <string>

namespace jobwatch::simulator
{

// A scenario file is at most so many bytes.
constexpr std::size_t scenario_file_limit = 16 * 1024 * 1024;
// Of the steps that went wrong when their time came, so many are kept.
constexpr std::size_t mishap_limit = 100;

class scenario
{
public:
    // At most `step_limit` steps are to come.
    std::size_t room() const { return step_limit - std::min(step_limit, steps_.size()); }
    void add(weather_step step, time_point due) { steps_.emplace(due, std::move(step)); }
    void clear() { steps_.clear(); }

    struct due_step
    {
        time_point due;
        weather_step step;
    };
    std::optional<due_step> take_due(time_point now);

    std::optional<time_point> next() const;

    void went_wrong(const weather_step& step, const complaint& why);
    const std::deque<std::string>& mishaps() const { return mishaps_; }

    boost::json::array list(time_point now) const;

private:
    std::multimap<time_point, weather_step> steps_; // those of one time in the order they came
    std::deque<std::string> mishaps_;
};

// Takes every step that is due. One that cannot be taken is kept among the mishaps.
void advance(appliance& of, time_point now);

} // namespace jobwatch::simulator
