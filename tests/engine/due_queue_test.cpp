#include "engine/due_queue.hpp"

#include <doctest/doctest.h>

#include <map>
#include <random>

using namespace jobwatch;
using namespace std::chrono_literals;

namespace
{

struct queue_fixture
{
    watch_table watches;
    due_queue queue{watches};
    watch_number last = 0;

    // Moments are given as the time since some beginning.
    std::optional<watch_slot> take(milliseconds now) { return queue.take(boot_time{now}); }
    std::optional<milliseconds> next_due()
    {
        const auto due = queue.next_due();
        return due ? std::optional(span_between(boot_time{}, *due)) : std::nullopt;
    }
    watch_slot add(milliseconds due, milliseconds interval)
    {
        watch_record record;
        record.number = ++last;
        const watch_slot slot = watches.add(std::move(record));
        watches.reschedule(slot, boot_time{due}, interval);
        queue.push(slot);
        return slot;
    }
    void move(watch_slot slot, milliseconds due, milliseconds interval)
    {
        watches.reschedule(slot, boot_time{due}, interval);
        queue.push(slot);
    }
};

double lateness(const watch_record& record, milliseconds now)
{
    return static_cast<double>((boot_time{now} - record.due).count())
        / static_cast<double>(record.interval.count());
}

} // namespace

TEST_CASE("a due queue with nothing in it has nothing due")
{
    queue_fixture on;
    CHECK_FALSE(on.next_due().has_value());
    CHECK_FALSE(on.take(1h).has_value());
}

TEST_CASE("a watch is taken when it is due, once, and not before")
{
    queue_fixture on;
    const watch_slot slot = on.add(10s, 2s);
    CHECK(on.next_due() == 10s);
    CHECK_FALSE(on.take(10s - 1ms).has_value());
    CHECK(on.take(10s) == slot);
    CHECK_FALSE(on.take(1h).has_value());
}

TEST_CASE("the relatively latest watch comes first, however many old ones wait longer")
{
    queue_fixture on;
    for (int old = 0; old < 1'000; ++old)
        on.add(100s, 60s);
    const watch_slot fresh = on.add(128s, 1s);
    CHECK(on.take(130s) == fresh); // twice its interval late, the old ones half of theirs
}

TEST_CASE("a removed or rescheduled watch is not taken at its old time, even when its slot has a new owner")
{
    queue_fixture on;
    const watch_slot moved = on.add(10s, 2s);
    const watch_slot removed = on.add(11s, 2s);
    on.move(moved, 50s, 2s);
    on.watches.remove(removed);
    CHECK(on.next_due() == 50s);
    const watch_slot owner = on.add(60s, 4s);
    CHECK(owner == removed);
    CHECK_FALSE(on.take(20s).has_value());
    CHECK(on.queue.due(boot_time{55s}) == 1);
    CHECK(on.take(55s) == moved);
    CHECK(on.take(65s) == owner);
}

TEST_CASE("intervals of nothing, and of years, find their class")
{
    queue_fixture on;
    const watch_slot nothing = on.add(10s, 0ms);
    const watch_slot years = on.add(10s, 24h * 3650);
    CHECK(on.take(20s) == nothing);
    CHECK(on.take(20s) == years);
}

TEST_CASE("a due queue agrees with a naive one over a hundred thousand random steps")
{
    std::mt19937_64 random(20261123);
    const auto below = [&](std::uint64_t limit) { return random() % limit; };
    queue_fixture on;
    std::map<watch_number, watch_slot> queued; // the naive one: it looks at every record
    std::vector<watch_slot> taken;
    milliseconds now = 1h;
    const auto interval = [&] { return milliseconds(1ULL << below(27)) + milliseconds(below(1'000)); };
    for (int step = 0; step < 100'000; ++step)
    {
        const auto what = below(10);
        if (what < 2 && queued.size() < 60)
        {
            const watch_slot slot = on.add(now + milliseconds(below(100'000)), interval());
            queued.emplace(on.last, slot);
        }
        else if (what < 4 && !queued.empty())
        {
            const auto one = std::next(queued.begin(), static_cast<std::ptrdiff_t>(below(queued.size())));
            if (what == 2)
            {
                on.move(one->second, now + milliseconds(below(50'000)), interval());
                continue;
            }
            on.watches.remove(one->second);
            queued.erase(one);
        }
        else if (what < 7)
        {
            now += milliseconds(below(3'000));
        }
        else
        {
            double greatest = -1;
            std::optional<milliseconds> earliest;
            for (const auto& [number, slot] : queued)
            {
                const watch_record& record = on.watches.at(slot);
                const milliseconds due = span_between(boot_time{}, record.due);
                earliest = std::min(earliest.value_or(due), due);
                if (due <= now)
                    greatest = std::max(greatest, lateness(record, now));
            }
            REQUIRE(on.next_due() == earliest);
            const auto slot = on.take(now);
            REQUIRE(slot.has_value() == (greatest >= 0));
            if (!slot)
                continue;
            const watch_record& record = on.watches.at(*slot);
            REQUIRE(queued.at(record.number) == *slot);
            REQUIRE(record.due <= boot_time{now});
            // Within a class intervals differ by a factor of the square root of two.
            REQUIRE(lateness(record, now) * 1.5 + 1e-9 >= greatest);
            on.watches.remove(*slot);
            queued.erase(std::find_if(
                queued.begin(), queued.end(), [&](const auto& entry) { return entry.second == *slot; }));
        }
    }
    CHECK(on.watches.size() == queued.size());
}

TEST_CASE("rescheduling without end keeps a due queue's memory bounded")
{
    queue_fixture on;
    const watch_slot slot = on.add(10s, 2s);
    for (int times = 0; times < 100'000; ++times)
        on.move(slot, 10s + milliseconds(times), 2s);
    CHECK(on.queue.memory() < 8'192);
    CHECK(on.queue.due(boot_time{1h}) == 1);
}

TEST_CASE("classes that the watches have grown out of give their memory back")
{
    constexpr int count = 20'000;
    queue_fixture on;
    for (int number = 0; number < count; ++number)
        on.add(1s, 2s);
    milliseconds now = 1s;
    for (milliseconds interval = 3s; interval < 60s; interval = interval * 3 / 2)
    {
        for (int number = 0; number < count; ++number)
        {
            const auto slot = on.take(now);
            REQUIRE(slot.has_value());
            on.move(*slot, now + 1s, interval);
        }
        now += 1s;
    }
    CHECK(on.queue.memory() < count * 16 * 2);
}
