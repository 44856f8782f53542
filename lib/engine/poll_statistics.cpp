#include "engine/poll_statistics.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace jobwatch
{

// The stretch beyond 1 after so much time in which no watch had to wait.
double poll_statistics::calmed(milliseconds quiet) const
{
    const double spans = static_cast<double>(std::max<std::int64_t>(quiet.count(), 0))
        / static_cast<double>(stretch_half_life.count());
    return (stretch_ - 1) * std::exp2(-spans);
}

void poll_statistics::taken(boot_time now, milliseconds lateness, milliseconds interval)
{
    constexpr std::int64_t most = std::numeric_limits<std::uint32_t>::max();
    const std::int64_t late = std::clamp<std::int64_t>(lateness.count(), 0, most);
    lags_[taken_++ % kept] = {now, static_cast<std::uint32_t>(late)};
    // A moving average over some twenty polls: quick to show pressure, quick to forget it.
    const double length = std::max<double>(1, static_cast<double>(interval.count()));
    const double before = calmed(span_between(last_taken_, now) - lateness);
    stretch_ = 1 + before + 0.05 * (static_cast<double>(late) / length - before);
    last_taken_ = now;
}

void poll_statistics::answered(const poll_answer& answer)
{
    ++(answer ? readings_ : errors_);
    last_error_ = answer ? std::string() : answer.error().text;
}

double poll_statistics::stretch(boot_time now, std::uint64_t waiting) const
{
    return 1 + calmed(waiting != 0 ? milliseconds{0} : span_between(last_taken_, now));
}

std::vector<std::uint32_t> poll_statistics::recent(boot_time now) const
{
    const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(taken_, kept));
    std::vector<std::uint32_t> found;
    found.reserve(count);
    for (std::size_t place = 0; place < count; ++place)
        if (span_between(lags_[place].at, now) <= lag_memory)
            found.push_back(lags_[place].late);
    return found;
}

milliseconds poll_statistics::lag_median(boot_time now) const
{
    std::vector<std::uint32_t> lags = recent(now);
    if (lags.empty())
        return milliseconds{0};
    const auto middle = lags.begin() + static_cast<std::ptrdiff_t>(lags.size() / 2);
    std::nth_element(lags.begin(), middle, lags.end());
    return milliseconds{*middle};
}

milliseconds poll_statistics::lag_worst(boot_time now) const
{
    const std::vector<std::uint32_t> lags = recent(now);
    return milliseconds{lags.empty() ? 0 : *std::max_element(lags.begin(), lags.end())};
}

} // namespace jobwatch
