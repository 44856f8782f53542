// What people ask about polling: how many, how late, how far stretched.
#pragma once

#include "core/reading.hpp"

#include <array>
#include <cstdint>
#include <string>

namespace jobwatch
{

class poll_statistics
{
public:
    // A due watch was taken, so late against an interval of this length.
    void taken(milliseconds lateness, milliseconds interval);
    void answered(const poll_answer& answer);

    std::uint64_t readings() const { return readings_; }
    std::uint64_t errors() const { return errors_; }
    const std::string& last_error() const { return last_error_; } // "" when the last answer was a reading
    double stretch() const { return stretch_; }
    milliseconds lag_median() const; // of the last polls
    milliseconds lag_worst() const;

private:
    static constexpr std::size_t kept = 1'024;

    std::array<std::uint32_t, kept> lags_{}; // milliseconds
    std::uint64_t taken_ = 0;
    std::uint64_t readings_ = 0;
    std::uint64_t errors_ = 0;
    double stretch_ = 1;
    std::string last_error_;
};

} // namespace jobwatch
