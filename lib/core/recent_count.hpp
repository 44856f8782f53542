// Counts what happened within the last while, in a fixed room: the while is cut into parts, and a part that is not
// wholly within it any more is not counted.
#pragma once

#include "core/time.hpp"

#include <array>
#include <cstdint>

namespace jobwatch
{

class recent_count
{
public:
    explicit recent_count(milliseconds window);

    void add(boot_time now);

    // How often since now - span, or a little less; `span` at most window(). `now` never goes back.
    std::int64_t within(milliseconds span, boot_time now) const;

    milliseconds window() const { return window_; }

private:
    static constexpr std::int64_t parts = 60;

    struct part
    {
        std::int64_t number = -1; // since the clock's beginning; others of the same place are older
        std::int64_t count = 0;
    };

    std::int64_t part_at(boot_time moment) const;

    milliseconds window_;
    std::int64_t part_length_; // microseconds, as boot_time
    std::array<part, parts + 1> parts_{};
};

} // namespace jobwatch
