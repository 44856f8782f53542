#include "engine/watch_table.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace jobwatch
{

namespace
{

constexpr milliseconds mark_unit{100};

} // namespace

std::uint32_t answer_mark(milliseconds age)
{
    constexpr std::int64_t most = std::numeric_limits<std::uint32_t>::max();
    return static_cast<std::uint32_t>(std::clamp<std::int64_t>(age / mark_unit, 1, most));
}

milliseconds age_of_mark(std::uint32_t mark)
{
    return mark * mark_unit;
}

std::int64_t packed_limit(time_limit limit)
{
    return limit ? limit->count() : watch_record::no_limit;
}

time_limit unpacked_limit(std::int64_t packed)
{
    if (packed == watch_record::no_limit)
        return std::nullopt;
    return milliseconds(packed);
}

watch_slot watch_table::add(watch_record record)
{
    heap_bytes_ += record.job.heap_bytes();
    if (sizes_.size() <= record.appliance)
        sizes_.resize(record.appliance + std::size_t{1});
    ++sizes_[record.appliance];
    const watch_number number = record.number;
    watch_slot slot = 0;
    if (free_.empty())
    {
        slot = static_cast<watch_slot>(records_.size());
        records_.push_back(std::move(record));
    }
    else
    {
        slot = free_.back();
        free_.pop_back();
        record.turn = records_[slot].turn; // so that entries of the slot's last owner stay stale
        records_[slot] = std::move(record);
    }
    index_.emplace(number, slot);
    return slot;
}

void watch_table::remove(watch_slot slot)
{
    watch_record& record = records_[slot];
    heap_bytes_ -= record.job.heap_bytes();
    --sizes_[record.appliance];
    index_.erase(record.number);
    const std::uint32_t next_turn = record.turn + 1;
    record = watch_record{};
    record.turn = next_turn;
    free_.push_back(slot);
}

const watch_record* watch_table::find_slot(watch_slot slot) const
{
    return slot < records_.size() && records_[slot].number != 0 ? &records_[slot] : nullptr;
}

std::optional<watch_slot> watch_table::find(watch_number number) const
{
    const auto found = index_.find(number);
    if (found == index_.end())
        return std::nullopt;
    return found->second;
}

void watch_table::reschedule(watch_slot slot, boot_time due, milliseconds interval)
{
    watch_record& record = records_[slot];
    record.due = due;
    record.interval = interval;
    ++record.turn;
}

std::size_t watch_table::size_of(std::uint16_t appliance) const
{
    return appliance < sizes_.size() ? sizes_[appliance] : 0;
}

std::size_t watch_table::memory() const
{
    return records_.size() * sizeof(watch_record) + free_.capacity() * sizeof(watch_slot)
        + index_.bucket_count() * sizeof(std::pair<watch_number, watch_slot>)
        + index_.bucket_count() * 16 / 15 + heap_bytes_;
}

} // namespace jobwatch
