// How much an appliance is asked (promise 5): a token bucket. Pure; the caller says what time it is.
#pragma once

#include "core/time.hpp"

namespace jobwatch
{

// In any window of t seconds at most rate x t + burst requests pass.
class request_budget
{
public:
    // `rate` in requests per second, above 0; `burst` at least 1.
    request_budget(double rate, double burst, boot_time now);

    bool take(boot_time now);                // false: too early
    boot_time ready_at(boot_time now) const; // when take() will next succeed

    // Nothing at all before `until` (Retry-After); a later pause already set stays.
    void pause_until(boot_time until);

private:
    void refill(boot_time now);

    double rate_; // per millisecond
    double burst_;
    double tokens_ = 0;
    boot_time filled_at_;
    boot_time paused_until_{};
};

} // namespace jobwatch
