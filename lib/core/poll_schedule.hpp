// When to poll next: backoff by age, so that an end is noticed within a fixed fraction of the time since
// submit. Ages come from a clock that no administrator sets.
#pragma once

#include "core/time.hpp"

namespace jobwatch
{

struct poll_schedule
{
    milliseconds first_after{1'000};
    double backoff = 0.25; // next interval = backoff x age
    milliseconds min_interval{2'000};
    milliseconds max_interval{60'000};
};

inline constexpr double poll_jitter = 0.2; // +-20 %

// The interval that a watch of this age has, before jitter. Negative ages count as zero.
milliseconds poll_interval(const poll_schedule& schedule, milliseconds age);

// `chance` in [0, 1) spreads the interval over +-poll_jitter.
milliseconds jittered(milliseconds interval, double chance);

} // namespace jobwatch
