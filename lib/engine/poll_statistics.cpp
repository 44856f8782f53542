#include "engine/poll_statistics.hpp"

#include <algorithm>
#include <limits>
#include <vector>

namespace jobwatch
{

void poll_statistics::taken(milliseconds lateness, milliseconds interval)
{
    constexpr std::int64_t most = std::numeric_limits<std::uint32_t>::max();
    const std::int64_t late = std::clamp<std::int64_t>(lateness.count(), 0, most);
    lags_[taken_++ % kept] = static_cast<std::uint32_t>(late);
    // A moving average over some twenty polls: quick to show pressure, quick to forget it.
    const double length = std::max<double>(1, static_cast<double>(interval.count()));
    stretch_ += 0.05 * (1 + static_cast<double>(late) / length - stretch_);
}

void poll_statistics::answered(const poll_answer& answer)
{
    ++(answer ? readings_ : errors_);
    last_error_ = answer ? std::string() : answer.error().text;
}

milliseconds poll_statistics::lag_median() const
{
    const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(taken_, kept));
    if (count == 0)
        return milliseconds{0};
    std::vector<std::uint32_t> sorted(lags_.begin(), lags_.begin() + static_cast<std::ptrdiff_t>(count));
    const auto middle = sorted.begin() + static_cast<std::ptrdiff_t>(count / 2);
    std::nth_element(sorted.begin(), middle, sorted.end());
    return milliseconds{*middle};
}

milliseconds poll_statistics::lag_worst() const
{
    return milliseconds{*std::max_element(lags_.begin(), lags_.end())};
}

} // namespace jobwatch
