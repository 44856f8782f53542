// What people ask about polling: how many, how late, how far stretched. Lateness is told of a while only, so that
// what is over is forgotten also when nothing is polled any more.
#pragma once

#include "core/reading.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace jobwatch
{

inline constexpr milliseconds lag_memory{120'000};      // longer than the longest interval by default
inline constexpr milliseconds stretch_half_life{5'000}; // of quiet

class poll_statistics
{
public:
    // A due watch was taken, so late against an interval of this length.
    void taken(boot_time now, milliseconds lateness, milliseconds interval);
    void answered(const poll_answer& answer);

    std::uint64_t readings() const { return readings_; }
    std::uint64_t errors() const { return errors_; }
    const std::string& last_error() const { return last_error_; } // "" when the last answer was a reading

    // By how much the intervals are stretched. `waiting`: watches that are due; while there are any there is no quiet,
    // and nothing is forgotten.
    double stretch(boot_time now, std::uint64_t waiting) const;

    // Of the last polls, at most so many, none older than lag_memory.
    milliseconds lag_median(boot_time now) const;
    milliseconds lag_worst(boot_time now) const;

private:
    static constexpr std::size_t kept = 1'024;
    struct lag
    {
        boot_time at{};
        std::uint32_t late = 0; // milliseconds
    };

    double calmed(milliseconds quiet) const;
    std::vector<std::uint32_t> recent(boot_time now) const;

    std::array<lag, kept> lags_{};
    std::uint64_t taken_ = 0;
    std::uint64_t readings_ = 0;
    std::uint64_t errors_ = 0;
    double stretch_ = 1;
    boot_time last_taken_{};
    std::string last_error_;
};

} // namespace jobwatch
