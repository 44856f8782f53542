// The breaker of one node: after enough trouble in a row that is the node's own, it is left alone but for one
// probe at a time. Pure.
#pragma once

#include "core/reading.hpp"

#include <cstdint>

namespace jobwatch
{

inline constexpr std::uint32_t breaker_threshold = 3;      // troubles in a row that open it
inline constexpr milliseconds first_probe_pause{1'000};    // doubled after each failed probe ...
inline constexpr milliseconds longest_probe_pause{30'000}; // ... up to this

// Does this trouble speak of the node, whatever was asked of it?
bool is_node_trouble(trouble what);

class breaker
{
public:
    enum class change : unsigned char
    {
        none,
        opened,
        closed,
    };

    // An answer came: a reading, or trouble that shows a living node.
    change answered();

    // Trouble of the node itself. `chance` in [0, 1) spreads the pause.
    change troubled(boot_time now, double chance);

    bool open() const { return open_; }

    // May a request be sent now? While open: one probe at a time, each after its pause.
    bool permits(boot_time now) const { return !open_ || (!probing_ && now >= probe_at_); }

    // When permits() may next say yes; boot_time::max() while a probe is under way.
    boot_time permits_at(boot_time now) const;

    // A request is being sent.
    void asked() { probing_ = open_; }

    // A request that was counted with asked() ended without telling anything of the node.
    void unasked() { probing_ = false; }

private:
    std::uint32_t troubles_ = 0; // in a row
    milliseconds pause_{};
    boot_time probe_at_{};
    bool open_ = false;
    bool probing_ = false;
};

} // namespace jobwatch
