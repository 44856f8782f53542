#include "job_life.hpp"

#include <algorithm>

namespace jobwatch::simulator
{

namespace
{

constexpr int steps_of_a_life = 8;

// An unfinished job's row is written a few times in its life, at most every ten seconds.
snapshot left_alone(const job_script& script, time_point created, time_point now)
{
    snapshot seen;
    seen.becomes = script.becomes;
    if (now - created >= script.life)
    {
        seen.begun = seen.over = true;
        seen.abort = script.becomes == fate::aborted;
        seen.done = script.versions_done;
        seen.updated = created + script.life;
        return seen;
    }
    const duration longest_step = std::chrono::seconds{10};
    const duration step = std::clamp(script.life / steps_of_a_life, duration{1}, longest_step);
    const duration written = std::max(now - created, duration{0}) / step * step;
    seen.begun = written > duration{0};
    seen.abort = script.becomes == fate::aborted && written > script.life / 2;
    seen.updated = created + written;
    if (script.becomes == fate::endless)
        seen.done = written > duration{0} ? script.versions_done : 0;
    else
        seen.done = static_cast<unsigned>(script.versions_done * written.count() / script.life.count());
    return seen;
}

} // namespace

snapshot look(const job_script& script, time_point created, time_point now)
{
    snapshot seen = left_alone(script, created, now);
    const auto& cancel = script.cancelled;
    if (!cancel || now - created < cancel->asked)
        return seen;
    seen.abort = true;
    if (cancel->asked >= script.life) // it was over: a cancel shows, and changes nothing
        return seen;
    seen.begun = true;
    seen.over = now - created >= cancel->life;
    seen.becomes = fate::aborted;
    seen.done = cancel->done;
    seen.updated = created + (seen.over ? cancel->life : cancel->asked);
    return seen;
}

cancellation cancelled_at(const job_script& script, time_point created, time_point now, duration takes)
{
    const duration age = std::max(now - created, duration{0});
    return {age, age + takes, look(script, created, now).done};
}

} // namespace jobwatch::simulator
