// Several nodes of one appliance: the next one serves when one falls ill, and the first one comes back.
#include "engine/engine_fixture.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <optional>

using namespace jobwatch;
using namespace jobwatch::test;
using namespace std::chrono_literals;

using asked_for = appliance_script::asked_for;

namespace
{

struct cluster_fixture : engine_fixture
{
    explicit cluster_fixture(std::size_t nodes)
    {
        auto& urls = configured.appliances.at("prod").nodes;
        urls.clear();
        for (std::size_t number = 1; number <= nodes; ++number)
            urls.push_back({"cm" + std::to_string(number) + ".example.com", 443, ""});
        configured.appliances.at("prod").burst = 10;
        prod.token_life = 24h;
    }

    void submit_many(std::size_t count)
    {
        std::vector<std::string> jobs;
        for (std::size_t number = 1; number <= count; ++number)
            jobs.push_back("job-" + std::to_string(number));
        submit(jobs);
    }

    // Requests to this node from then on.
    std::size_t asked(std::size_t node, boot_time since) const
    {
        const auto is_it = [&](const auto& one) { return one.node == node && one.at >= since; };
        return static_cast<std::size_t>(std::count_if(prod.ledger.begin(), prod.ledger.end(), is_it));
    }
};

} // namespace

TEST_CASE("when a node dies the next one is asked at once, and the first one serves again when it is back")
{
    cluster_fixture engine(2);
    engine.start();
    engine.submit_many(50);
    engine.advance(1min);
    CHECK(engine.asked(1, {}) == 0);

    const boot_time died = engine.clock.now();
    engine.prod.dead_nodes = {0};
    engine.advance(10min);
    CHECK(engine.asked(0, died) < 5 + 10 * 2 * 5 / 4 + 3); // one probe in 30 s, after the first few
    CHECK(engine.asked(0, died) > 15);
    CHECK(engine.asked(1, died) > 450);
    CHECK(engine.report().lag_worst < 1s);
    CHECK(engine.lines.holds("cm1.example.com is left alone"));
    CHECK(engine.lines.holds("cm2.example.com serves now"));
    CHECK(engine.store.count(event_type::appliance_unreachable) == 0);

    engine.prod.dead_nodes.clear();
    engine.advance(40s);
    const boot_time back = engine.clock.now();
    engine.advance(1min);
    CHECK(engine.asked(1, back) == 0);
    CHECK(engine.asked(0, back) > 0);
    CHECK(engine.lines.holds("cm1.example.com is well again"));
    CHECK(engine.store.count(event_type::appliance_reachable) == 0);
}

TEST_CASE("a poll that its node failed is asked at once at the next one, and once at each")
{
    cluster_fixture engine(3);
    engine.start();
    engine.submit_many(1);
    engine.advance(10ms); // the login
    engine.prod.dead_nodes = {0, 1, 2};
    engine.prod.ledger.clear();
    engine.advance(1s + 100ms);
    REQUIRE(engine.prod.ledger.size() == 3);
    for (std::size_t node = 0; node < 3; ++node)
    {
        CHECK(engine.prod.ledger[node].node == node);
        CHECK(engine.prod.ledger[node].job == "job-1");
    }
    CHECK(engine.prod.ledger[2].at - engine.prod.ledger[0].at < 100ms);
}

TEST_CASE(
    "a node behind something that answers in other words than the appliance's is left, as one that is ill")
{
    for (const int status : {302, 401, 403, 404})
    {
        CAPTURE(status);
        cluster_fixture engine(2);
        engine.prod.on_node_poll = [status](std::size_t node, const std::string&) -> poll_answer
        {
            if (node != 0)
                return pending_reading();
            asking_error page = trouble_of(trouble::refused, status);
            page.foreign = true;
            return page;
        };
        engine.start();
        engine.submit_many(20);
        engine.advance(30s);
        const boot_time now = engine.clock.now();
        engine.advance(1min);
        CHECK(engine.asked(0, now) <= 5); // probes
        CHECK(engine.asked(1, now) >= 20);
        CHECK(engine.lines.holds("cm1.example.com is left alone"));
        CHECK(engine.store.count(event_type::appliance_forbidden) == 0);
        CHECK(engine.store.count(event_type::watch_blocked) == 0);
    }
}

TEST_CASE("a login goes to the next node at once, too")
{
    cluster_fixture engine(2);
    engine.prod.dead_nodes = {0};
    engine.start();
    engine.submit_many(1);
    engine.advance(100ms);
    CHECK(engine.prod.count(asked_for::login) == 2);
    CHECK(engine.report().token.find("valid for") != std::string::npos);
}

TEST_CASE("all nodes dead: told once with what each of them said, and once when one is back")
{
    cluster_fixture engine(2);
    engine.start();
    engine.submit_many(20);
    engine.advance(10s);
    engine.prod.dead_nodes = {0, 1};
    engine.advance(10min);
    CHECK(engine.store.count(event_type::appliance_unreachable) == 1);
    CHECK(engine.store.count(event_type::appliance_reachable) == 0);
    engine.prod.dead_nodes = {0};
    engine.advance(1min);
    CHECK(engine.store.count(event_type::appliance_unreachable) == 1);
    CHECK(engine.store.count(event_type::appliance_reachable) == 1);
    CHECK(engine.polled().open() == 20);
    for (const event& one : engine.store.events())
        if (one.type == event_type::appliance_unreachable)
            CHECK(one.reason == "scripted trouble: connect; scripted trouble: connect");
}

TEST_CASE("a node that swallows everything holds each poll up for the connect deadline once, and then is "
          "left alone")
{
    constexpr milliseconds deadline = 5s; // connect_timeout
    cluster_fixture engine(2);
    engine.start();
    engine.submit_many(50);
    engine.advance(1min);
    const boot_time died = engine.clock.now();
    engine.prod.dead_nodes = {0};
    engine.prod.dead_latency = deadline;
    engine.advance(5min);

    std::optional<boot_time> first_try;
    std::optional<boot_time> first_answer;
    std::size_t late_tries = 0;
    for (auto one = engine.prod.ledger.begin(); one != engine.prod.ledger.end(); ++one)
    {
        if (one->at < died)
            continue;
        if (one->node == 1 && !first_answer)
            first_answer = one->at;
        if (one->node != 0 || one->at + deadline > engine.clock.now())
            continue;
        if (!first_try)
            first_try = one->at;
        late_tries += one->at > *first_try + deadline ? 1 : 0;
        // The same poll goes to the other node as soon as the deadline has passed.
        const auto other = std::find_if(
            one, engine.prod.ledger.end(),
            [&](const auto& later) { return later.node == 1 && later.job == one->job; });
        REQUIRE(other != engine.prod.ledger.end());
        CHECK(other->at - one->at <= deadline + 200ms);
    }
    REQUIRE(first_try);
    REQUIRE(first_answer);
    CHECK(*first_answer - *first_try <= deadline + 10ms);
    CHECK(late_tries <= 14); // a probe in 1, 2, 4 ... 30 s, and five seconds for each
    CHECK(engine.report().lag_worst <= deadline + 1s);
    CHECK(engine.store.count(event_type::appliance_unreachable) == 0);
}
