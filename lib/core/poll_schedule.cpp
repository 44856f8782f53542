#include "core/poll_schedule.hpp"

#include <algorithm>

namespace jobwatch
{

milliseconds poll_interval(const poll_schedule& schedule, milliseconds age)
{
    // Compared as floating point first: backoff x age may be beyond any integer. Anything that is not smaller
    // than max_interval, a NaN included, is max_interval.
    const double wanted = schedule.backoff * static_cast<double>(age.count());
    auto interval = schedule.max_interval;
    if (wanted < static_cast<double>(schedule.max_interval.count()))
        interval = milliseconds{static_cast<milliseconds::rep>(std::max(wanted, 0.0))};
    return std::max(schedule.min_interval, interval);
}

milliseconds jittered(milliseconds interval, double chance)
{
    const double within = chance >= 0 ? std::min(chance, 1.0) : 0.0;
    const double spread = poll_jitter * (2 * within - 1); // -0.2 ... +0.2
    const double change = spread * static_cast<double>(interval.count());
    // A value this long has no business being spread, and could not be lengthened.
    if (interval > milliseconds::max() / 2)
        return interval;
    return interval + milliseconds{static_cast<milliseconds::rep>(change)};
}

} // namespace jobwatch
