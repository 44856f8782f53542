// Which trouble of an appliance is worth a line: a class once, until it has been away for a while. Else a thousand
// watches would each say the same, and an appliance that fails every other request would fill the log.
#pragma once

#include "core/reading.hpp"

#include <array>
#include <optional>

namespace jobwatch
{

// Longer than the polls of the slowest watch are apart, so that one watch's lasting trouble is one line, too.
inline constexpr milliseconds trouble_forgotten_after{300'000};

class trouble_memory
{
public:
    // There was such trouble just now: is it to be told?
    bool is_news(trouble what, boot_time now)
    {
        const auto at = static_cast<std::size_t>(what);
        if (at >= last_.size())
            return true;
        const bool known = last_[at] && span_between(*last_[at], now) <= trouble_forgotten_after;
        last_[at] = now;
        return !known;
    }

private:
    std::array<std::optional<boot_time>, static_cast<std::size_t>(trouble::no_token) + 1> last_{};
};

} // namespace jobwatch
