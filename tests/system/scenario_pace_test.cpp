// What an appliance is not asked: nothing during a Retry-After, one probe at a time while it is dead, and no more than
// was allowed when it is back. The simulator's time line is the witness.
#include "support/scene.hpp"

#include <doctest/doctest.h>

using namespace jobwatch::test;

namespace
{

// An appliance that has once answered a poll with 429 and Retry-After: 3 s.
class throttled_story
{
public:
    explicit throttled_story(const std::string& form) :
        form_(form),
        on_({"--token-duration", "2s"}, "requests_per_second = 100\nburst = 10\n",
            "first_after = \"50ms\"\nmin_interval = \"50ms\"\nmax_interval = \"200ms\"\n")
    {
        on_.begin(ids_);
        on_.daemon.start();
        on_.submit(ids_);
    }

    void begin_pause()
    {
        REQUIRE(eventually([&] { return on_.control.requests("class=read").size() > 2 * ids_.size(); }));
        on_.control.weather(
            {{"fault", "status"},
             {"status", 429},
             {"class", "read"},
             {"times", 1},
             {"retry_after", "3s"},
             {"retry_after_form", form_}});
    }

    void check_pause()
    {
        INFO(form_);
        const auto since = [&](auto enough)
        { return eventually([&] { return enough(after_throttling()); }); };
        REQUIRE(since([](const auto& later) { return later.size() > 20; }));
        const auto later = after_throttling();
        // A window of fewer requests than there are connections was on its way when the 429 came; then nothing at
        // all, although polls were due all the time and a renewal was. A millisecond less, since ours are whole.
        std::size_t at = 1;
        while (later[at].arrived_us - later[at - 1].arrived_us < 1'000'000)
            REQUIRE(++at < later.size());
        CHECK(at <= 8);
        CHECK(later[at].arrived_us - later[0].arrived_us >= 3'000'000 - 1'000);
        for (std::size_t next = at + 1; next < later.size(); ++next)
            CHECK(later[next].arrived_us - later[next - 1].arrived_us < 1'000'000); // there was one pause
        on_.end(ids_);
        CHECK(on_.all_end(ids_));
        for (const auto* trouble : {"appliance.unreachable", "appliance.auth_failed", "watch.blocked"})
            CHECK(on_.told(trouble) == 0);
    }

private:
    // The time line from the 429 on.
    std::vector<seen_request> after_throttling() const
    {
        const auto all = on_.control.requests();
        const auto is_it = [](const seen_request& one) { return one.status == 429; };
        return {std::find_if(all.begin(), all.end(), is_it), all.end()};
    }

    std::string form_;
    scene on_;
    const std::vector<std::string> ids_ = job_ids(1, 20);
};

} // namespace

TEST_CASE("Retry-After, in seconds and as a date: in that time nothing at all reaches the appliance")
{
    throttled_story seconds("seconds");
    throttled_story date("date");
    seconds.begin_pause();
    date.begin_pause();
    seconds.check_pause();
    date.check_pause();
}

TEST_CASE(
    "an appliance dies with 500 watches and comes back with other keys: left alone, and no burst afterwards")
{
    constexpr int rate = 200;
    scene on(
        {"--make-jobs", "500", "--fates", "short=1", "--short", "6s..7s", "--token-duration", "8s"},
        "requests_per_second = 200\nburst = 10\nconnect_timeout = \"1s\"\nrequest_timeout = \"1s\"\n");
    const auto ids = on.simulator.ids();
    on.daemon.start();
    on.submit(ids);
    const auto unread = [&] { return on.control.counted("jobs_unread"); };
    REQUIRE(eventually([&] { return unread() == 0; }));

    // Its first probes come after about 1 s and 3 s: the second one meets a service that is starting.
    const auto died_at = on.control.requests().back().arrived_us;
    on.control.post(
        "nodes/restart",
        {{"refusing", "1500ms"},
         {"handshake_fails", "500ms"},
         {"starting", "2500ms"},
         {"certificate", "new"}});
    REQUIRE(on.daemon.comes_to_events("appliance.unreachable"));
    REQUIRE(on.daemon.comes_to_events("appliance.reachable"));
    std::size_t while_dead = 0;
    std::int64_t last_login = 0;
    for (const auto& one : on.control.requests())
    {
        if (one.arrived_us <= died_at || (one.status != 503 && one.status != 401))
            continue;
        if (one.status == 503)
        {
            ++while_dead;
            CHECK(one.in_flight == 1);
        }
        if (one.what == "read")
            continue;
        CHECK(one.arrived_us - last_login >= 999'000); // the first back-off step
        last_login = one.arrived_us;
    }
    CHECK(while_dead >= 1);
    CHECK(while_dead <= 4);

    REQUIRE(on.all_end(ids)); // they ended meanwhile
    CHECK(on.told("job.finished") == ids.size());
    CHECK(on.told("appliance.unreachable") == 1);
    CHECK(on.told("appliance.reachable") == 1);
    CHECK(on.told("appliance.auth_failed") == 0);
    const auto ledger = on.control.ledger();
    CHECK(ledger.at("logins_in_flight_max") == 1);
    CHECK(ledger.at("logins_refused") == 0);
    // The formula holds at the daemon's socket, exactly (tests/engine). Here a simulator that gets no turn for a
    // moment sees what was sent meanwhile at once: half a second of it is allowed for. All 500 were overdue.
    const double needed = on.control.burst_needed(rate);
    MESSAGE("burst needed: ", needed);
    CHECK(needed <= 10 + rate / 2.0);
}
