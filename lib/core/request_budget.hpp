// How much an appliance is asked (promise 5): a token bucket. Pure; the caller says what time it is.
#pragma once

#include "core/time.hpp"

#include <cstdint>

namespace jobwatch
{

// In any window of t seconds at most rate x t + burst requests pass.
class request_budget
{
public:
    // `rate` in requests per second, above 0; `burst` at least 1.
    request_budget(double rate, double burst, boot_time now);

    bool take(boot_time now); // false: too early
    // When take() will next succeed so many times at once.
    boot_time ready_at(boot_time now, std::uint32_t requests = 1) const;

    // A request that was taken will not be made now, nor at the moment that it was taken for.
    void give_back();

    std::uint32_t most_at_once() const;

    // Nothing at all before `until` (Retry-After); a later pause already set stays.
    void pause_until(boot_time until);

private:
    void refill(boot_time now);

    // In billionths of a request.
    std::int64_t rate_; // per microsecond
    std::int64_t burst_;
    std::int64_t tokens_;
    std::int64_t late_ = 0; // what the next refill must not give, see take()
    boot_time filled_at_;
    boot_time paused_until_{};
};

} // namespace jobwatch
