#include "engine/due_queue.hpp"

#include <algorithm>
#include <cmath>

namespace jobwatch
{

// A heap's front is its greatest element, so the order is turned round.
struct due_queue::later
{
    bool operator()(const entry& left, const entry& right) const { return left.due > right.due; }
};

std::size_t due_queue::class_of(milliseconds interval)
{
    const auto length = std::max<double>(1, static_cast<double>(interval.count()));
    return std::min(class_count - 1, static_cast<std::size_t>(2 * std::log2(length)));
}

double due_queue::nominal_interval(std::size_t interval_class)
{
    return std::exp2((static_cast<double>(interval_class) + 0.5) / 2);
}

bool due_queue::is_stale(const entry& queued) const
{
    const watch_record* const record = watches_.find_slot(queued.slot);
    return record == nullptr || record->turn != queued.turn;
}

void due_queue::push(watch_slot slot)
{
    const watch_record& record = watches_.at(slot);
    heap& queued = classes_[class_of(record.interval)];
    drop_stale_when_many(queued);
    queued.push_back({record.due, slot, record.turn});
    std::push_heap(queued.begin(), queued.end(), later{});
}

// Only a watch that is rescheduled before its turn (remove, poll) leaves a stale entry. A client may do that
// for ever, so a heap about to grow is cleaned first once it is twice as large as all watches together: at least
// half of it is then stale, and cleaning costs no more than the pushes that led to it.
void due_queue::drop_stale_when_many(heap& queued)
{
    if (queued.size() < queued.capacity() || queued.size() <= 2 * watches_.size() + smallest_heap)
        return;
    std::erase_if(queued, [this](const entry& one) { return is_stale(one); });
    std::make_heap(queued.begin(), queued.end(), later{});
}

// Watches move from class to class as they grow older; a class that they have left keeps no room for them.
void due_queue::drop_head(heap& queued)
{
    std::pop_heap(queued.begin(), queued.end(), later{});
    queued.pop_back();
    if (queued.capacity() <= smallest_heap || queued.size() > queued.capacity() / 4)
        return;
    heap smaller;
    smaller.reserve(queued.capacity() / 2);
    smaller.assign(queued.begin(), queued.end());
    queued = std::move(smaller);
}

const due_queue::entry* due_queue::head_of(heap& queued)
{
    while (!queued.empty() && is_stale(queued.front()))
        drop_head(queued);
    return queued.empty() ? nullptr : &queued.front();
}

std::optional<boot_time> due_queue::next_due()
{
    std::optional<boot_time> earliest;
    for (heap& queued : classes_)
    {
        const entry* const head = head_of(queued);
        if (head != nullptr && (!earliest || head->due < *earliest))
            earliest = head->due;
    }
    return earliest;
}

std::optional<watch_slot> due_queue::take(boot_time now)
{
    heap* chosen = nullptr;
    double greatest = -1;
    for (std::size_t number = 0; number < class_count; ++number)
    {
        const entry* const head = head_of(classes_[number]);
        if (head == nullptr || head->due > now)
            continue;
        const double lateness =
            std::chrono::duration<double, std::milli>(now - head->due).count() / nominal_interval(number);
        if (lateness > greatest)
        {
            greatest = lateness;
            chosen = &classes_[number];
        }
    }
    if (chosen == nullptr)
        return std::nullopt;
    const watch_slot slot = chosen->front().slot;
    drop_head(*chosen);
    return slot;
}

std::size_t due_queue::due(boot_time now) const
{
    std::size_t count = 0;
    for (const heap& queued : classes_)
        for (const entry& one : queued)
            count += one.due <= now && !is_stale(one) ? 1U : 0U;
    return count;
}

std::size_t due_queue::memory() const
{
    std::size_t bytes = 0;
    for (const heap& queued : classes_)
        bytes += queued.capacity() * sizeof(entry);
    return bytes;
}

} // namespace jobwatch
