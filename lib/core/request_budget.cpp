#include "core/request_budget.hpp"

#include <algorithm>
#include <utility>

namespace jobwatch
{

namespace
{

// Whole numbers, so that no rounding adds up over the days: one request is a billion parts.
constexpr std::int64_t one_request = 1'000'000'000;

// More than either of these has no meaning here, and less overflows nothing.
constexpr double highest_rate = 1e6;
constexpr double highest_burst = 1e6;

// Rounded down: never more than was allowed.
std::int64_t parts(double requests, double highest)
{
    const double within = requests > 0 ? std::min(requests, highest) : 0.0;
    return static_cast<std::int64_t>(within * static_cast<double>(one_request));
}

} // namespace

request_budget::request_budget(double rate, double burst, boot_time now) :
    rate_(std::max<std::int64_t>(parts(rate, highest_rate) / 1'000'000, 1)),
    burst_(std::max(parts(burst, highest_burst), one_request)),
    tokens_(burst_),
    filled_at_(now)
{
}

bool request_budget::take(boot_time now)
{
    refill(now);
    if (now < paused_until_ || tokens_ < one_request)
        return false;
    // `now` is rounded down: this request may leave up to a microsecond later, and a bucket that was all
    // but full would by then have run over. What would have run over is kept from the next refill, or two
    // requests could be closer together than the rate allows.
    late_ = std::max(late_, tokens_ - (burst_ - rate_));
    tokens_ -= one_request;
    return true;
}

boot_time request_budget::ready_at(boot_time now, std::uint32_t requests) const
{
    auto ready = std::max(now, paused_until_);
    const std::int64_t wanted = one_request * std::max<std::uint32_t>(requests, 1);
    if (tokens_ >= wanted)
        return ready;
    const auto missing = wanted - tokens_ + late_;
    const auto wait = missing / rate_ + (missing % rate_ == 0 ? 0 : 1);
    return std::max(ready, filled_at_ + boot_clock::duration{wait});
}

void request_budget::give_back()
{
    tokens_ = std::min(burst_, tokens_ + one_request);
}

std::uint32_t request_budget::most_at_once() const
{
    return static_cast<std::uint32_t>(burst_ / one_request);
}

void request_budget::pause_until(boot_time until)
{
    paused_until_ = std::max(paused_until_, until);
}

void request_budget::refill(boot_time now)
{
    if (now <= filled_at_)
        return;
    const auto elapsed = (now - filled_at_).count();
    tokens_ -= std::exchange(late_, 0);
    const auto missing = burst_ - tokens_;
    tokens_ = elapsed > missing / rate_ ? burst_ : tokens_ + elapsed * rate_;
    filled_at_ = now;
}

} // namespace jobwatch
