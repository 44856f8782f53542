// The breaker of one node: after trouble that is the node's own it is left alone, but for one probe at a time. Pure.
#pragma once

#include "core/reading.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>

namespace jobwatch
{

inline constexpr std::uint32_t breaker_threshold = 3;      // troubles in a row that open the last closed node
inline constexpr milliseconds first_probe_pause{1'000};    // doubled after each failed probe ...
inline constexpr milliseconds longest_probe_pause{30'000}; // ... up to this

// What the end of a request says of the node that was asked.
enum class evidence : unsigned char
{
    well,     // it answers, whatever it answered
    doubtful, // trouble of the node, or of this one watch alone
    ill,      // trouble of the node, whatever was asked
    none,     // the node was not asked, or we cannot tell
};
evidence evidence_of(trouble what);
// A status in other words than the appliance's comes from something in front of this node, as an unreadable body does.
evidence evidence_of(const asking_error& error);

class breaker
{
public:
    enum class change : unsigned char
    {
        none,
        opened,
        closed,
    };

    // What a request was asked in; a request from before the last change, or from before the present probe, is no
    // news when it fails.
    using turn = std::uint32_t;

    struct verdict_terms
    {
        boot_time now{};
        double chance = 0;           // in [0, 1): spreads the pause
        std::uint32_t threshold = 1; // troubles in a row that open it
        bool of_polls = false;       // a login that is answered says nothing against this trouble
        bool news = true; // the watch's last answer was another; else this may be what its job always gets
    };

    // A request is being sent; its turn is handed back when it ends.
    turn asked();

    // --- how it ended -------------------------------------------------------------------------------------------
    change answered();
    // A login was. That closes no node that is ill of what it answers to polls: else an appliance whose logins alone
    // work would be well and ill again at each renewal. The next poll is the probe, at once.
    change answered_login(turn in);
    change troubled(turn in, const verdict_terms& terms);
    // `asker`: for which watch. One watch's trouble may be its own job's; a second watch's agrees that it is not, unless
    // it is news of neither: jobs that are always answered so must not agree whenever they are polled one after the
    // other.
    change doubted(turn in, std::uint64_t asker, const verdict_terms& terms);
    void unasked(turn in); // it told nothing of the node

    bool open() const { return open_; }
    bool probing() const { return probing_; }
    boot_time opened_at() const { return opened_at_; }

    // Nobody else serves any more: its next probe need not wait.
    void hasten(boot_time now) { probe_at_ = std::min(probe_at_, now); }

    // May a request be sent now? While open: one probe at a time, each after its pause.
    bool permits(boot_time now) const { return !open_ || (!probing_ && now >= probe_at_); }

    // When permits() may next say yes; boot_time::max() while a probe is under way.
    boot_time permits_at(boot_time now) const;

private:
    std::uint32_t troubles_ = 0; // in a row
    turn turn_ = 0;
    milliseconds pause_{};
    boot_time opened_at_{};
    boot_time probe_at_{};
    std::optional<std::uint64_t> doubter_; // whose trouble was doubtful, since the last good answer
    bool open_ = false;
    bool probing_ = false;
    bool news_ = false;     // doubtful trouble was news of a watch, since the last good answer
    bool agreed_ = false;   // two watches had doubtful trouble since then
    bool of_polls_ = false; // the trouble that it is open for
};

} // namespace jobwatch
