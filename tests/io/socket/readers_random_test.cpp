// Readers of both sockets, at any pace, with and without a filter, who come and go with their cursors while events are
// added, forgotten, and the daemon restarts. What each is told, line by line, must leave out nothing that it asked for.
#include "io/socket/socket_fixture.hpp"
#include "support/seed.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace jobwatch;
using namespace jobwatch::test;
using namespace std::chrono_literals;

namespace
{

event_seq number_behind(const std::string& line, std::string_view name)
{
    const auto at = line.find(name);
    return at == std::string::npos ? 0 : std::stoull(line.substr(at + name.size()));
}

enum class by
{
    events_sock,
    subscription,
    filtered_subscription,
};

class tested_reader
{
public:
    tested_reader(socket_fixture& daemon, by how) : daemon_(daemon), how_(how) {}

    void come()
    {
        const std::string log = daemon_.engine.store.log_id();
        const std::string seq = std::to_string(place);
        const bool plain = how_ == by::events_sock;
        client_.emplace(daemon_, plain ? daemon_.events_path() : daemon_.control_path());
        if (plain)
            client_->say("after " + log + ' ' + seq + '\n');
        else
            client_->say(request(
                1, "subscribe",
                R"({"from":{"log":")" + log + R"(","seq":)" + seq + '}'
                    + (how_ == by::subscription ? "}" : R"(,"events":["daemon.degraded"]})")));
    }
    void go() { client_.reset(); } // what was not taken is asked for again
    bool is_there() const { return client_.has_value(); }

    // `most` bytes, and what whole lines there are.
    void read(std::size_t most)
    {
        client_->take(most);
        for (const std::string& line : client_->taken_lines())
            check(line);
    }

    event_seq place = 0; // everything up to here was told
    std::size_t events = 0;
    std::size_t gaps = 0;
    std::size_t heartbeats = 0;

private:
    void check(const std::string& line)
    {
        if (line.find("\"gap\"") != std::string::npos)
            return check_gap(number_behind(line, "\"from\":"), number_behind(line, "\"to\":"));
        if (line.find("\"heartbeat\"") != std::string::npos)
        {
            ++heartbeats;
            return pass_to(number_behind(line, "\"cursor\":"), line);
        }
        if (line.find("\"head\":") != std::string::npos)
            return; // the answer to `subscribe`
        const event_seq seq = number_behind(line, "\"seq\":");
        CHECK(is_wanted(seq));
        pass_to(seq - 1, line);
        place = seq;
        ++events;
    }

    // Nothing in between was wanted.
    void pass_to(event_seq seq, const std::string& line)
    {
        if (seq < place)
            FAIL_CHECK("behind " << place << " comes " << line);
        while (place < seq)
            if (is_wanted(++place))
                FAIL_CHECK("event " << place << " was left out before " << line);
    }

    // Of what was wanted in it nothing is kept.
    void check_gap(event_seq from, event_seq to)
    {
        pass_to(from - 1, "a gap");
        CHECK(to >= from);
        CHECK(to < daemon_.engine.store.oldest());
        place = to;
        ++gaps;
    }

    bool is_wanted(event_seq seq) const
    {
        return how_ != by::filtered_subscription
            || daemon_.engine.store.events().at(seq - 1).type == event_type::daemon_degraded;
    }

    socket_fixture& daemon_;
    by how_;
    std::optional<socket_client> client_;
};

class readers_fixture
{
public:
    explicit readers_fixture(std::uint64_t seed) : chance(seed)
    {
        daemon.engine.store.read_latency = [this] { return milliseconds(chance.below(40)); };
        daemon.start();
        for (int number = 0; number < 9; ++number)
        {
            readers.push_back(std::make_unique<tested_reader>(daemon, static_cast<by>(number % 3)));
            readers.back()->come();
        }
    }
    ~readers_fixture() { leave_all(); }
    readers_fixture(const readers_fixture&) = delete;
    readers_fixture& operator=(const readers_fixture&) = delete;

    void act()
    {
        for (auto count = chance.below(40); count > 0; --count)
            add_event();
        daemon.advance(milliseconds(chance.below(4'000)));
        // The first readers take what there is, the last ones little and seldom.
        for (std::size_t at = 0; at < readers.size(); ++at)
            if (readers[at]->is_there() && chance.one_in(1 + at))
                readers[at]->read(at < 3 ? std::string::npos : chance.below(600'000));
        CHECK(daemon.server->queued_bytes() < readers.size() * most_for_a_reader);
        if (chance.one_in(30))
            forget();
        if (chance.one_in(5))
            come_or_go(*readers[chance.below(readers.size())]);
        if (chance.one_in(50))
            restart();
    }

    // Events that nobody can have any more.
    void miss_some()
    {
        leave_all();
        for (int made = 0; made < 10; ++made)
            add_event();
        daemon.engine.store.forget_events_before(daemon.engine.store.head() + 1);
    }

    void come_to_the_end()
    {
        for (const auto& one : readers)
            if (!one->is_there())
                one->come();
        for (int turn = 0; turn < 1'000 && !all_at_end(); ++turn)
        {
            daemon.advance(1s);
            for (const auto& one : readers)
                one->read(std::string::npos);
        }
        for (const auto& one : readers)
            CHECK(one->place == daemon.engine.store.head());
    }

    socket_fixture daemon;
    random_source chance;
    std::vector<std::unique_ptr<tested_reader>> readers;
    std::size_t restarts = 0;

private:
    // The queue, a page, an event that is over the page's limit, and what is around each event in a subscription.
    static constexpr std::size_t most_for_a_reader = max_queued_event_bytes + max_page_bytes + (128 << 10);

    bool all_at_end() const
    {
        return std::all_of(
            readers.begin(), readers.end(),
            [&](const auto& one) { return one->place == daemon.engine.store.head(); });
    }

    void add_event()
    {
        event happened;
        happened.type = chance.one_in(3) ? event_type::daemon_degraded : event_type::daemon_restored;
        happened.reason.assign(chance.below(16 << 10), 'x');
        REQUIRE(run_coroutine(daemon.engine.context, daemon.engine.store.append(std::move(happened))));
    }

    void forget()
    {
        memory_store& store = daemon.engine.store;
        const event_seq kept = store.head() + 1 - store.oldest();
        store.forget_events_before(store.oldest() + (chance.one_in(4) ? kept : chance.below(kept + 1)));
    }

    static void come_or_go(tested_reader& one)
    {
        if (one.is_there())
            one.go();
        else
            one.come();
    }

    void leave_all()
    {
        for (const auto& one : readers)
            one->go();
        daemon.advance(1s);
    }

    void restart()
    {
        leave_all();
        daemon.stop();
        daemon.start();
        for (const auto& one : readers)
            one->come();
        ++restarts;
    }
};

} // namespace

TEST_CASE("on both sockets every reader is told everything that it asked for, or of the gap")
{
    const std::uint64_t seed = chosen_seed();
    INFO(how_to_repeat(seed));
    readers_fixture all(seed);
    for (int turn = 0; turn < 250; ++turn)
        all.act();
    all.miss_some();
    all.come_to_the_end();
    std::size_t events = 0;
    std::size_t gaps = 0;
    std::size_t heartbeats = 0;
    for (const auto& one : all.readers)
    {
        events += one->events;
        gaps += one->gaps;
        heartbeats += one->heartbeats;
    }
    MESSAGE(
        events << " events, " << gaps << " gaps, " << heartbeats << " heartbeats, " << all.restarts
               << " restarts");
    CHECK(events > 5'000);
    CHECK(gaps >= all.readers.size());
    CHECK(heartbeats > 0);
}

TEST_CASE("two hundred readers of which fifty never read: bounded memory, and nothing is late for the others")
{
    socket_fixture daemon;
    daemon.start();
    std::size_t looks = 0;
    daemon.engine.store.read_latency = [&]
    {
        ++looks;
        return milliseconds{0};
    };
    std::vector<std::unique_ptr<socket_client>> silent;
    std::vector<std::unique_ptr<socket_client>> good;
    for (int number = 0; number < 200; ++number)
    {
        const bool plain = number % 2 == 0;
        auto& among = number % 8 < 2 ? silent : good;
        among.push_back(
            std::make_unique<socket_client>(daemon, plain ? daemon.events_path() : daemon.control_path()));
        among.back()->say(plain ? std::string("tail\n") : request(1, "subscribe", "{}"));
        if (&among == &good && !plain)
            CHECK(good.back()->lines().size() == 1);
    }
    REQUIRE(silent.size() == 50);
    for (int portion = 0; portion < 20; ++portion)
    {
        daemon.happen_at_length(16);
        for (const auto& one : good)
            if (one->lines().size() != 16)
                FAIL_CHECK("a reader waits");
    }
    const std::size_t bound = max_queued_event_bytes + max_page_bytes + (32 << 10);
    CHECK(daemon.server->queued_bytes() > silent.size() * max_queued_event_bytes);
    CHECK(daemon.server->queued_bytes() < silent.size() * bound);
    CHECK(looks == 0); // what they do not take is not read for them either
    daemon.advance(daemon.engine.configured.control.stalled_reader_after + 2s);
    CHECK(daemon.engine.feed().readers() == good.size());
    CHECK(daemon.server->queued_bytes() < good.size() * 1'024);
}
