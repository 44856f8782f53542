// The open watches in memory: compact records in one table, found by slot or by number. A million of them must
// cost like a table, so nothing here is per watch but the record and its index entry.
#pragma once

#include "core/watch_progress.hpp"
#include "engine/packed_job_id.hpp"
#include "engine/ports/watch_store.hpp"

#include <boost/unordered/unordered_flat_map.hpp>

#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

namespace jobwatch
{

using watch_slot = std::uint32_t;

struct watch_record
{
    watch_number number = 0; // 0: a free slot
    packed_job_id job;
    boot_time born{};               // submit, on the clock that nobody sets
    boot_time due{};                // next poll
    milliseconds interval{};        // which gave `due`
    std::int64_t overdue_after = 0; // milliseconds; no_limit
    std::int64_t give_up_after = 0;
    wall_time submitted_at{};
    watch_progress progress;
    std::uint32_t turn = 0; // changes whenever the watch is scheduled anew
    std::uint32_t answered =
        0; // when its last poll was answered, as answer_mark() gives it; 0: not since the start
    std::uint16_t appliance = 0;
    std::uint16_t kind = 0;
    std::uint8_t failovers = 0;      // nodes that failed its present poll
    bool slow : 1 = false;           // polled at max_interval
    bool in_flight : 1 = false;      // a poll of it is under way
    bool repeated : 1 = false;       // its last poll met a 401 and is being repeated
    bool refused_alone : 1 = false;  // its last 401 came in spite of a fresh token
    bool poll_requested : 1 = false; // a person asked for a poll while one was under way
    bool asked_for : 1 = false;      // a person asked for its next poll

    static constexpr std::int64_t no_limit = -1;
};

// Moments in the life of a watch in four bytes, for people: tenths of a second since its submit, at least one.
std::uint32_t answer_mark(milliseconds age);
milliseconds age_of_mark(std::uint32_t mark);

std::int64_t packed_limit(time_limit limit);
time_limit unpacked_limit(std::int64_t packed);

class watch_table
{
public:
    watch_slot add(watch_record record); // with a number that is not in the table
    void remove(watch_slot slot);

    watch_record& at(watch_slot slot) { return records_[slot]; }
    const watch_record& at(watch_slot slot) const { return records_[slot]; }
    const watch_record* find_slot(watch_slot slot) const;
    watch_slot slots() const { return static_cast<watch_slot>(records_.size()); } // free ones too
    std::optional<watch_slot> find(watch_number number) const;

    // Sets when a watch is due next, and takes it out of whatever queue it was in.
    void reschedule(watch_slot slot, boot_time due, milliseconds interval);

    std::size_t size() const { return index_.size(); }
    std::size_t size_of(std::uint16_t appliance) const; // watches of this appliance
    std::size_t memory() const;                         // bytes

private:
    std::deque<watch_record> records_; // a vector would keep room for up to twice as many
    std::vector<watch_slot> free_;
    boost::unordered_flat_map<watch_number, watch_slot> index_;
    std::vector<std::size_t> sizes_; // by appliance
    std::size_t heap_bytes_ = 0;
};

} // namespace jobwatch
