#include "core/recent_count.hpp"

#include <algorithm>

namespace jobwatch
{

// A longer window is as good as this one, and this one overflows nothing.
constexpr milliseconds longest_window{3650LL * 24 * 3'600'000};

recent_count::recent_count(milliseconds window) :
    window_(std::clamp(window, milliseconds{0}, longest_window)),
    part_length_(std::max<std::int64_t>(1, std::chrono::microseconds(window_).count() / parts))
{
}

std::int64_t recent_count::part_at(boot_time moment) const
{
    return std::max<std::int64_t>(0, moment.time_since_epoch().count()) / part_length_;
}

void recent_count::add(boot_time now)
{
    const std::int64_t number = part_at(now);
    part& place = parts_[static_cast<std::size_t>(number % (parts + 1))];
    if (place.number != number)
        place = {number, 0};
    ++place.count;
}

std::int64_t recent_count::within(milliseconds span, boot_time now) const
{
    const boot_time from = now - std::clamp(span, milliseconds{0}, window_);
    std::int64_t found = 0;
    for (const part& one : parts_)
        if (one.number * part_length_ >= from.time_since_epoch().count() && one.number >= 0)
            found += one.count;
    return found;
}

} // namespace jobwatch
