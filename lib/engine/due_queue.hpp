// The ordered structure of due times of one appliance's watches. It answers two questions: when is the next
// watch due, and which due watch is the latest *relative to its own interval*. The second makes all intervals
// stretch by one factor under pressure, so that a fresh watch never waits behind a million old ones.
//
// Watches are kept in classes of nearly the same interval, each a heap by due time; the head of a class is then
// its relatively latest member, and choosing among the heads is choosing among all. Entries are never searched:
// an entry is stale once its watch has another `turn`, and is dropped when it comes up.
#pragma once

#include "core/time.hpp"
#include "engine/watch_table.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

namespace jobwatch
{

class due_queue
{
public:
    explicit due_queue(const watch_table& watches) : watches_(watches) {}

    // Puts a watch at its record's due time and interval. Whatever was queued for it before is stale, because the
    // record's `turn` has changed (watch_table::reschedule).
    void push(watch_slot slot);

    // The earliest due time; empty when nothing is queued.
    std::optional<boot_time> next_due();

    // Takes the due watch with the greatest lateness / interval; empty when none is due.
    std::optional<watch_slot> take(boot_time now);

    // How many watches are due: for people, on demand (it looks at every entry).
    std::size_t due(boot_time now) const;

    std::size_t memory() const; // bytes

private:
    struct entry
    {
        boot_time due;
        watch_slot slot;
        std::uint32_t turn;
    };
    struct later;
    using heap = std::vector<entry>;

    // Two classes per doubling of the interval, from 1 ms to over 12 days.
    static constexpr std::size_t class_count = 60;
    static std::size_t class_of(milliseconds interval);
    static double nominal_interval(std::size_t interval_class); // milliseconds

    static constexpr std::size_t smallest_heap = 64; // entries; less room is not worth giving back

    bool is_stale(const entry& queued) const;
    const entry* head_of(heap& queued); // drops stale heads
    void drop_head(heap& queued);
    void drop_stale_when_many(heap& queued);

    const watch_table& watches_;
    std::array<heap, class_count> classes_;
};

} // namespace jobwatch
