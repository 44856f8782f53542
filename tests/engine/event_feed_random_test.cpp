// Catch-up from the store and the live tail, joined: readers of every pace that come and go, a store that takes its time,
// retention and restarts, in any order. Each reader must get every event after its cursor once and in order, or be told
// of a gap in which there is nothing left.
#include "engine/engine_fixture.hpp"
#include "support/seed.hpp"

#include <boost/asio/detached.hpp>
#include <doctest/doctest.h>

#include <deque>

using namespace jobwatch;
using namespace jobwatch::test;
using namespace std::chrono_literals;

namespace
{

constexpr std::size_t line_size = 8 << 10;  // the feed keeps about a thousand of these in memory
constexpr milliseconds slowest_look{40};    // at the store's events
constexpr milliseconds slowest_pause{1500}; // of a reader, between two pages

struct follower
{
    milliseconds pace{0};
    event_seq place = 0; // of its cursor; kept when it leaves
    bool leaving = false;
    bool there = false;
    event_reader* reader = nullptr;
    wake_timer* rest = nullptr;
    std::size_t delivered = 0;
    std::size_t gaps = 0;
};

// At most `most`.
milliseconds some(random_source& chance, milliseconds most)
{
    return milliseconds(chance.below(static_cast<std::uint64_t>(most.count()) + 1));
}

class crowd
{
public:
    explicit crowd(std::uint64_t seed) : chance_(seed)
    {
        engine.store.encode = [](const event&, event_seq seq)
        {
            std::string text = "{\"seq\":" + std::to_string(seq) + "}\n";
            text.resize(line_size, ' ');
            return text;
        };
        engine.store.read_latency = [this]
        {
            ++looks;
            return some(chance_, slowest_look);
        };
        engine.start();
        for (const milliseconds pace : {0ms, 0ms, 1ms, 5ms, 30ms, 200ms, slowest_pause, slowest_pause})
        {
            followers_.emplace_back();
            followers_.back().pace = pace;
            come(followers_.back());
        }
    }
    ~crowd()
    {
        for (follower& one : followers_)
            leave(one);
        engine.advance(1s);
    }
    crowd(const crowd&) = delete;
    crowd& operator=(const crowd&) = delete;

    void act()
    {
        add_events(chance_.below(40));
        engine.advance(milliseconds(chance_.below(100)));
        if (chance_.one_in(40))
            forget();
        if (chance_.one_in(10))
            come_or_go(followers_[chance_.below(followers_.size())]);
        if (chance_.one_in(60))
            restart();
    }

    // Events that nobody can have any more.
    void miss_some()
    {
        for (follower& one : followers_)
            leave(one);
        engine.advance(slowest_look);
        add_events(10);
        engine.restart();
        engine.store.forget_events_before(engine.store.head() + 1);
    }

    // Everybody reads on until there is nothing left to read.
    void come_to_the_end()
    {
        for (follower& one : followers_)
            if (!one.there)
                come(one);
        engine.advance(20min);
        for (const follower& one : followers_)
            CHECK(one.place == engine.feed().head());
    }

    std::size_t delivered() const
    {
        std::size_t sum = 0;
        for (const follower& one : followers_)
            sum += one.delivered;
        return sum;
    }

    engine_fixture engine;
    std::size_t looks = 0;
    std::size_t gaps = 0;
    std::size_t restarts = 0;

private:
    static asio::awaitable<void> follow(crowd& in, follower& by)
    {
        const feed_start begin = start_of(cursor{in.engine.feed().log_id(), by.place}, in.engine.feed());
        if (begin.missing)
            in.check_gap(by, begin.missing->from, begin.missing->to);
        CHECK(begin.cursor == by.place);
        event_reader reader(in.engine.feed(), begin.cursor);
        const auto rest = in.engine.clock.make_timer();
        by.reader = &reader;
        by.rest = rest.get();
        while (!by.leaving)
        {
            const boot_time until = in.engine.clock.now() + milliseconds(in.chance_.below(50));
            const auto page = co_await reader.next(until);
            in.check_page(by, page.value(), reader.cursor());
            const boot_time again = in.engine.clock.now() + some(in.chance_, by.pace);
            if (!by.leaving)
                co_await rest->wait_until(again);
        }
        by.reader = nullptr;
        by.rest = nullptr;
        by.there = false;
    }

    void check_page(follower& by, const event_feed::page& page, event_seq after)
    {
        for (const shared_event& one : page)
        {
            if (one->seq <= by.place)
                FAIL_CHECK("event " << one->seq << " comes again after " << by.place);
            if (one->seq > by.place + 1)
                check_gap(by, by.place + 1, one->seq - 1);
            by.place = one->seq;
            ++by.delivered;
        }
        if (after > by.place)
            check_gap(by, by.place + 1, after);
        CHECK(after == by.place);
    }

    // Nothing of what is not delivered is kept.
    void check_gap(follower& by, event_seq from, event_seq to)
    {
        CHECK(from == by.place + 1);
        CHECK(to >= from);
        CHECK(to < engine.store.oldest());
        by.place = to;
        ++gaps;
    }

    void add_events(std::size_t count)
    {
        event happened;
        happened.type = event_type::daemon_reloaded;
        for (std::size_t made = 0; made < count; ++made)
            (void)run_coroutine(engine.context, engine.store.append(happened));
    }

    // Now and then everything.
    void forget()
    {
        const event_seq oldest = engine.store.oldest();
        const event_seq kept = engine.store.head() + 1 - oldest;
        engine.store.forget_events_before(oldest + (chance_.one_in(4) ? kept : chance_.below(kept + 1)));
    }

    void come(follower& one)
    {
        one.leaving = false;
        one.there = true;
        asio::co_spawn(
            engine.context, follow(*this, one),
            [](const std::exception_ptr& thrown)
            {
                if (thrown)
                    std::rethrow_exception(thrown);
            });
    }

    static void leave(follower& one)
    {
        one.leaving = true;
        if (one.reader != nullptr)
            one.reader->wake();
        if (one.rest != nullptr)
            one.rest->wake();
    }

    void come_or_go(follower& one)
    {
        if (!one.there)
            come(one);
        else
            leave(one);
    }

    void restart()
    {
        for (follower& one : followers_)
            leave(one);
        engine.advance(slowest_look);
        engine.restart();
        for (follower& one : followers_)
            come(one);
        ++restarts;
    }

    random_source chance_;
    std::deque<follower> followers_; // they stay where they are
};

} // namespace

TEST_CASE("catch-up and live tail are joined without hole or repeat, whatever comes in between")
{
    const std::uint64_t seed = chosen_seed();
    INFO(how_to_repeat(seed));
    crowd readers(seed);
    for (int turn = 0; turn < 400; ++turn)
        readers.act();
    readers.miss_some();
    readers.come_to_the_end();
    MESSAGE(
        readers.delivered() << " events delivered, " << readers.looks << " looks at the store, "
                            << readers.gaps << " gaps, " << readers.restarts << " restarts");
    CHECK(readers.looks > 0);
    CHECK(readers.gaps >= 8);
    CHECK(readers.delivered() > 10'000);
}
