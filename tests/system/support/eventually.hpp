// Waiting with a bound, for what no descriptor tells: a condition is looked at until it holds or the time is over.
#pragma once

#include <chrono>
#include <functional>

namespace jobwatch::test
{

// Far above what anything here takes, on a busy machine and under sanitizers, too: reaching it is a failure.
inline constexpr std::chrono::milliseconds patience{60'000};

class deadline
{
public:
    explicit deadline(std::chrono::milliseconds limit = patience) : at_(clock::now() + limit) {}

    bool over() const { return clock::now() >= at_; }
    int milliseconds_left() const; // for poll(2): 0 when over

private:
    using clock = std::chrono::steady_clock;
    clock::time_point at_;
};

// Does the condition become true in time?
bool eventually(const std::function<bool()>& condition, std::chrono::milliseconds limit = patience);

} // namespace jobwatch::test
