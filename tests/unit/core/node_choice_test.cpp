// Which node is asked, and when one is left alone.
#include "core/node_choice.hpp"

#include <doctest/doctest.h>

#include <initializer_list>

using namespace jobwatch;
using namespace std::chrono_literals;

namespace
{

struct cluster
{
    explicit cluster(std::size_t size) : nodes(size) {}

    node_choice nodes;
    boot_time now{1h};

    std::optional<asked_node> ask(request_class what = request_class::poll)
    {
        return nodes.choose(what, now);
    }
    breaker::change
    fail(asked_node ended, trouble what = trouble::connect, std::uint64_t asker = 1, bool news = true)
    {
        asking_error error;
        error.what = what;
        error.text = to_string(what);
        return nodes.troubled(ended, error, asker, now, 0.5, news); // 0.5: no jitter
    }
    breaker::change ask_and_fail(trouble what = trouble::connect, std::uint64_t asker = 1, bool news = true)
    {
        return fail(ask().value(), what, asker, news);
    }
};

} // namespace

TEST_CASE("the only node is left alone after three troubles in a row, and not sooner")
{
    cluster one(1);
    CHECK(one.ask_and_fail() == breaker::change::none);
    CHECK(one.ask_and_fail() == breaker::change::none);
    CHECK(one.nodes.answered(one.ask().value()) == breaker::change::none);
    CHECK(one.ask_and_fail() == breaker::change::none);
    CHECK(one.ask_and_fail() == breaker::change::none);
    CHECK(one.ask_and_fail() == breaker::change::opened);
    CHECK_FALSE(one.ask().has_value());
    CHECK_FALSE(one.nodes.serving().has_value());
    CHECK(one.nodes.chooses_at(request_class::poll, one.now) == one.now + first_probe_pause);
}

TEST_CASE("with another node at hand one trouble is enough, and the last one gets its three")
{
    cluster three(3);
    CHECK(three.ask_and_fail() == breaker::change::opened);
    CHECK(three.ask().value().node == 1);
    CHECK(three.ask_and_fail() == breaker::change::opened);
    const auto first = three.ask().value();
    const auto second = three.ask().value();
    const auto third = three.ask().value();
    CHECK(first.node == 2);
    CHECK(three.fail(first) == breaker::change::none);
    CHECK(three.fail(second) == breaker::change::none);
    CHECK(three.fail(third) == breaker::change::opened);
    CHECK_FALSE(three.nodes.serving().has_value());
}

TEST_CASE("an ill node gets one probe at a time, by a poll, with pauses that grow to a limit")
{
    cluster two(2);
    two.ask_and_fail();
    for (milliseconds pause = first_probe_pause; pause < 4 * longest_probe_pause; pause *= 2)
    {
        two.now += std::min(pause, longest_probe_pause) - 1ms;
        CHECK(two.ask().value().node == 1);
        two.now += 1ms;
        CHECK(
            two.ask(request_class::login).value().node == 1); // a login is no probe while another node serves
        const auto probe = two.ask().value();
        CHECK(probe.node == 0);
        CHECK(two.ask().value().node == 1);
        CHECK(two.fail(probe) == breaker::change::none);
    }
    two.now += longest_probe_pause;
    const auto probe = two.ask().value();
    CHECK(two.nodes.answered(probe) == breaker::change::closed);
    CHECK(two.nodes.serving() == 0U); // the first one serves again
}

TEST_CASE("when all nodes are ill a login may be the probe")
{
    cluster one(1);
    for (int failed = 0; failed < 3; ++failed)
        one.ask_and_fail();
    CHECK_FALSE(one.ask(request_class::login).has_value());
    one.now += first_probe_pause;
    const auto probe = one.ask(request_class::login);
    REQUIRE(probe.has_value());
    CHECK_FALSE(one.ask().has_value());
    CHECK(one.nodes.chooses_at(request_class::poll, one.now) == boot_time::max());
    one.nodes.unasked(*probe);
    CHECK(one.ask().has_value());
}

TEST_CASE("when the last node that serves is in doubt, the ill ones are asked before all is given up")
{
    cluster two(2);
    for (int failed = 0; failed < 6; ++failed)
    {
        two.ask_and_fail();
        two.now = std::max(two.now, two.nodes.health(0).permits_at(two.now));
    }
    two.ask_and_fail(); // its next probe is half a minute away
    REQUIRE(two.ask().value().node == 1);
    CHECK(two.ask_and_fail() == breaker::change::none); // the first of three
    const auto probe = two.ask().value();
    CHECK(probe.node == 0);
    CHECK(two.nodes.answered(probe) == breaker::change::closed);
    CHECK(two.fail({1, 0}) == breaker::change::opened); // now that there is another one, at once
    CHECK(two.nodes.serving() == 0U);
}

TEST_CASE("what was sent before a node was left alone is no news when it fails later")
{
    cluster two(2);
    const auto first = two.ask().value();
    const auto late = two.ask().value();
    CHECK(two.fail(first) == breaker::change::opened);
    CHECK(two.fail(late) == breaker::change::none);
    CHECK(two.nodes.chooses_at(request_class::login, two.now) == two.now);
    two.now += first_probe_pause;
    CHECK(two.nodes.answered(two.ask().value()) == breaker::change::closed);
    CHECK(two.fail(late) == breaker::change::none); // it was asked in another time
    CHECK(two.nodes.serving() == 0U);
}

TEST_CASE("a 500 or an unreadable body counts only when a second watch agrees")
{
    for (const trouble what : {trouble::server_error, trouble::unreadable, trouble::too_large})
    {
        cluster two(2);
        for (int again = 0; again < 10; ++again)
            CHECK(two.ask_and_fail(what, 1) == breaker::change::none);
        CHECK(two.nodes.answered(two.ask().value()) == breaker::change::none);
        CHECK(two.ask_and_fail(what, 2) == breaker::change::none); // the good answer has ended the suspicion
        CHECK(two.ask_and_fail(what, 1) == breaker::change::opened);
        two.now += first_probe_pause;
        CHECK(two.ask_and_fail(what, 2) == breaker::change::none); // still agreed: no flapping
        CHECK(two.nodes.serving() == 1U);
    }
}

TEST_CASE(
    "watches that are always answered with trouble do not agree with one another, but with one that is not")
{
    cluster two(2);
    CHECK(two.ask_and_fail(trouble::server_error, 1) == breaker::change::none);
    CHECK(two.nodes.answered(two.ask().value()) == breaker::change::none);
    for (int times = 0; times < 10; ++times)
    {
        CHECK(two.ask_and_fail(trouble::server_error, 1, false) == breaker::change::none);
        CHECK(two.ask_and_fail(trouble::too_large, 2, false) == breaker::change::none);
    }
    CHECK(two.ask_and_fail(trouble::server_error, 3) == breaker::change::opened); // this one was well before
    CHECK(two.nodes.serving() == 1);
}

TEST_CASE("an ill node whose probe meets one watch's own trouble serves again")
{
    cluster two(2);
    two.ask_and_fail();
    two.now += first_probe_pause;
    CHECK(two.ask_and_fail(trouble::server_error, 7) == breaker::change::closed);
    CHECK(two.nodes.serving() == 0U);
    CHECK(two.ask_and_fail(trouble::server_error, 7) == breaker::change::none);
    CHECK(two.ask_and_fail(trouble::server_error, 8) == breaker::change::opened);
}

TEST_CASE("answers that show a living node, and requests that never went out, open nothing")
{
    for (const trouble what :
         {trouble::unauthorized, trouble::forbidden, trouble::not_found, trouble::throttled, trouble::refused,
          trouble::kept_closed, trouble::held_back, trouble::own_limit, trouble::no_token})
    {
        cluster two(2);
        for (std::uint64_t watch = 1; watch < 10; ++watch)
            CHECK(two.ask_and_fail(what, watch) == breaker::change::none);
        CHECK(two.nodes.serving() == 0U);
    }
}

TEST_CASE("what tells nothing of an ill node leaves it ill, and its probe to the next")
{
    cluster one(1);
    for (int failed = 0; failed < 3; ++failed)
        one.ask_and_fail();
    one.now += first_probe_pause;
    CHECK(one.ask_and_fail(trouble::own_limit) == breaker::change::none);
    CHECK_FALSE(one.nodes.serving().has_value());
    CHECK(one.ask().has_value());
}

TEST_CASE(
    "a login that is answered closes no node that answers polls with trouble: the next poll tells, at once")
{
    for (const trouble what :
         {trouble::gateway, trouble::unavailable, trouble::timed_out, trouble::server_error})
    {
        CAPTURE(to_string(what));
        cluster one(1);
        for (std::uint64_t asker = 1; one.nodes.serving(); ++asker)
            one.ask_and_fail(what, asker);
        one.now += longest_probe_pause;
        CHECK(
            one.nodes.answered(one.ask(request_class::login).value(), request_class::login)
            == breaker::change::none);
        CHECK_FALSE(one.nodes.serving().has_value());
        CHECK(one.nodes.trouble_of(0) == to_string(what));
        const auto probe = one.ask();
        REQUIRE(probe.has_value());
        CHECK_FALSE(one.ask().has_value()); // one at a time
        CHECK(one.nodes.answered(*probe) == breaker::change::closed);
        CHECK(one.nodes.trouble_of(0).empty());
    }
}

TEST_CASE("a refused login is an answer like any other, and no end of the polls' trouble either")
{
    cluster one(1);
    for (int times = 0; times < 3; ++times)
        one.ask_and_fail(trouble::gateway);
    one.now += longest_probe_pause;
    CHECK(one.fail(one.ask().value(), trouble::unauthorized, 0) == breaker::change::none);
    CHECK_FALSE(one.nodes.serving().has_value());
}

TEST_CASE("a login that is answered closes a node that could not be connected to, or whose logins failed")
{
    cluster dead(1);
    for (int times = 0; times < 3; ++times)
        dead.ask_and_fail(trouble::connect);
    dead.now += longest_probe_pause;
    CHECK(
        dead.nodes.answered(dead.ask(request_class::login).value(), request_class::login)
        == breaker::change::closed);
    cluster starting(1);
    for (int times = 0; times < 3; ++times)
        starting.ask_and_fail(trouble::unavailable, 0);
    starting.now += longest_probe_pause;
    CHECK(
        starting.nodes.answered(starting.ask(request_class::login).value(), request_class::login)
        == breaker::change::closed);
}

TEST_CASE("a login from before the polls' trouble lets no second probe out")
{
    cluster one(1);
    const auto login = one.ask(request_class::login).value();
    for (int times = 0; times < 3; ++times)
        one.ask_and_fail(trouble::gateway);
    one.now += longest_probe_pause;
    REQUIRE(one.ask().has_value());
    CHECK(one.nodes.answered(login, request_class::login) == breaker::change::none);
    CHECK_FALSE(one.ask().has_value());
}

TEST_CASE("a poll that an ill node has failed already is no probe while another one serves")
{
    cluster two(2);
    two.ask_and_fail();
    two.now += longest_probe_pause;
    const auto probe = two.ask().value();
    REQUIRE(probe.node == 0);
    CHECK(two.nodes.spare_the_probe(probe).node == 1);
    CHECK(two.ask().value().node == 0); // somebody else's is
    CHECK(two.nodes.spare_the_probe(two.ask().value()).node == 1);

    cluster one(1);
    for (int times = 0; times < 3; ++times)
        one.ask_and_fail();
    one.now += longest_probe_pause;
    CHECK(one.nodes.spare_the_probe(one.ask().value()).node == 0); // nobody else is there
    CHECK_FALSE(one.ask().has_value());
}

TEST_CASE("a node that two watches found ill stays ill, whichever of them is its probe again and again")
{
    cluster one(1);
    for (std::uint64_t asker = 1; one.nodes.serving(); ++asker)
        one.ask_and_fail(trouble::server_error, asker);
    for (int probes = 0; probes < 5; ++probes)
    {
        one.now += 2 * longest_probe_pause;
        CHECK(one.ask_and_fail(trouble::server_error, 1) == breaker::change::none);
        CHECK_FALSE(one.nodes.serving().has_value());
    }
    one.now += 2 * longest_probe_pause;
    CHECK(one.nodes.answered(one.ask().value()) == breaker::change::closed);
}
