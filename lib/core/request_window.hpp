// How many requests may be in flight at one appliance: `connections`, halved when it says that this is too much, and
// slowly regained. Pure.
#pragma once

#include <cstdint>

namespace jobwatch
{

class request_window
{
public:
    // Requests that were sent under one size of the window. All that were under way when it was halved say the same
    // thing, and that is heard once.
    using round = std::uint32_t;

    explicit request_window(std::uint32_t most) : most_(most == 0 ? 1 : most), size_(most_) {}

    std::uint32_t size() const { return size_; }
    std::uint32_t most() const { return most_; }

    round asked() const { return round_; } // a request is being sent; handed back when it ends

    void throttled(round sent_in); // 429, 503
    void answered(round sent_in);  // any other answer

private:
    std::uint32_t most_;
    std::uint32_t size_;
    std::uint32_t good_ = 0; // answers since the size changed
    round round_ = 0;
};

} // namespace jobwatch
