// `subscribe` on control.sock.
#include "io/socket/socket_fixture.hpp"

#include <doctest/doctest.h>

using namespace jobwatch;
using namespace jobwatch::test;
using namespace std::chrono_literals;

namespace
{

// The `seq` of an event's line; 0 when it is something else.
event_seq seq_of(const std::string& line)
{
    const auto at = line.find("\"seq\":");
    return at == std::string::npos ? 0 : std::stoull(line.substr(at + 6));
}

std::vector<event_seq> seqs_of(const std::vector<std::string>& lines)
{
    std::vector<event_seq> found;
    for (const auto& line : lines)
        if (const event_seq seq = seq_of(line))
            found.push_back(seq);
    return found;
}

std::string subscribe(const std::string& params)
{
    return request(1, "subscribe", params);
}

using seqs = std::vector<event_seq>;

} // namespace

TEST_CASE("a subscription starts at the tail, at the beginning or after a cursor")
{
    socket_fixture daemon;
    daemon.start();
    daemon.happen(5);
    const std::string log = daemon.engine.store.log_id();
    const std::vector<std::pair<std::string, seqs>> wishes{
        {"{}", {6}},
        {R"({"from":"tail"})", {6}},
        {R"({"from":"begin"})", {1, 2, 3, 4, 5, 6}},
        {R"({"from":{"log":")" + log + R"(","seq":3}})", {4, 5, 6}},
        {R"({"from":{"log":")" + log + R"(","seq":5}})", {6}},
    };
    std::vector<std::unique_ptr<socket_client>> clients;
    for (const auto& [wish, expected] : wishes)
    {
        clients.push_back(std::make_unique<socket_client>(daemon, daemon.control_path()));
        clients.back()->say(subscribe(wish));
    }
    daemon.happen(1);
    for (std::size_t at = 0; at < wishes.size(); ++at)
    {
        CAPTURE(wishes[at].first);
        const auto lines = clients[at]->lines();
        REQUIRE_FALSE(lines.empty());
        CHECK(lines[0] == R"({"jsonrpc":"2.0","id":1,"result":{"log":")" + log + R"(","head":5}})");
        CHECK(seqs_of(lines) == wishes[at].second);
        CHECK(lines.size() == wishes[at].second.size() + 1);
        CHECK(holds(lines.back(), R"({"jsonrpc":"2.0","method":"event","params":{"seq":6,)"));
    }
}

TEST_CASE("a foreign log, a cursor beyond the head and forgotten events give a gap first")
{
    socket_fixture daemon;
    daemon.start();
    daemon.happen(5);
    daemon.engine.store.forget_events_before(3);
    const std::string log = daemon.engine.store.log_id();
    const auto first_lines = [&](const std::string& from)
    {
        socket_client client(daemon, daemon.control_path());
        client.say(subscribe("{\"from\":" + from + "}"));
        return client.lines();
    };
    const auto foreign = first_lines(R"({"log":"5e1c0000-0000-4000-8000-00000000000f","seq":4})");
    REQUIRE(foreign.size() == 5);
    CHECK(foreign[1] == R"({"jsonrpc":"2.0","method":"gap","params":{"from":1,"to":2,"why":"foreign log"}})");
    CHECK(seqs_of(foreign) == seqs{3, 4, 5});
    const auto beyond = first_lines(R"({"log":")" + log + R"(","seq":9})");
    REQUIRE(beyond.size() == 2);
    CHECK(holds(beyond[1], R"({"from":6,"to":9,"why":"beyond the head"})"));
    const auto forgotten = first_lines(R"({"log":")" + log + R"(","seq":1})");
    REQUIRE(forgotten.size() == 5);
    CHECK(holds(forgotten[1], R"({"from":2,"to":2,"why":"retention"})"));
    CHECK(seqs_of(forgotten) == seqs{3, 4, 5});
}

TEST_CASE("a subscription to an appliance that nobody knows is refused, and the client may try again")
{
    socket_fixture daemon;
    daemon.start();
    socket_client client(daemon, daemon.control_path());
    client.say(subscribe(R"({"appliance":"prdo"})"));
    client.say(subscribe(R"({"appliance":"prod"})"));
    daemon.happen(1, event_type::appliance_degraded, "prod");
    const auto lines = client.lines();
    REQUIRE(lines.size() == 3);
    CHECK(holds(lines[0], "-32002"));
    CHECK(holds(lines[0], R"(unknown appliance \"prdo\"; configured are: prod)"));
    CHECK(holds(lines[1], R"("head":0)"));
    CHECK(seqs_of(lines) == seqs{1});
}

TEST_CASE("filters by type, appliance and labels leave out the rest")
{
    socket_fixture daemon;
    daemon.start();
    socket_client types(daemon, daemon.control_path());
    types.say(subscribe(R"({"events":["watch.added","watch.removed"]})"));
    socket_client appliance(daemon, daemon.control_path());
    appliance.say(subscribe(R"({"appliance":"prod"})"));
    socket_client labels(daemon, daemon.control_path());
    labels.say(subscribe(R"({"labels":{"change":"CHG-1"}})"));

    daemon.happen(1);
    socket_client writer(daemon, daemon.control_path());
    writer.say(request(1, "submit", R"({"jobs":["job-1"],"labels":{"change":"CHG-1","a":"b"}})"));
    writer.say(request(2, "submit", R"({"jobs":["job-2"],"labels":{"change":"CHG-2"}})"));
    writer.say(request(3, "remove", R"({"jobs":["job-1"]})"));
    daemon.happen(1, event_type::appliance_degraded, "other");

    CHECK(seqs_of(types.lines()) == seqs{2, 3, 4});
    CHECK(seqs_of(appliance.lines()) == seqs{2, 3, 4});
    CHECK(seqs_of(labels.lines()) == seqs{2, 4});
}

TEST_CASE("a heartbeat carries cursor and head, also when everything is filtered out")
{
    socket_fixture daemon;
    daemon.start();
    socket_client client(daemon, daemon.control_path());
    CHECK(holds(client.ask(subscribe(R"({"events":["job.finished"]})")), "\"head\":0"));
    daemon.happen(3);
    CHECK(client.lines().empty());
    daemon.advance(daemon.engine.configured.control.heartbeat - 1ms);
    CHECK(client.lines().empty());
    daemon.advance(1ms);
    CHECK(client.line() == R"({"jsonrpc":"2.0","method":"heartbeat","params":{"cursor":3,"head":3}})");
    daemon.advance(daemon.engine.configured.control.heartbeat * 3);
    CHECK(client.lines().size() == 3);
}

TEST_CASE("a slow subscriber gets every event in order from the store, and nobody else waits for it")
{
    socket_fixture daemon;
    daemon.start();
    socket_client slow(daemon, daemon.control_path());
    slow.say(subscribe("{}"));
    socket_client other(daemon, daemon.control_path());
    other.say(subscribe("{}"));
    std::size_t seen = 0;
    const std::size_t events = 2 * max_recent_bytes / (8 << 10);
    for (std::size_t at = 0; at < events; at += 64)
    {
        daemon.happen_at_length(64);
        seen += seqs_of(other.lines()).size();
        CHECK(seen == at + 64);
    }
    const auto late = seqs_of(slow.lines());
    REQUIRE(late.size() == events);
    for (std::size_t at = 0; at < events; ++at)
        if (late[at] != at + 1)
            FAIL_CHECK("out of order at " << at);
}

TEST_CASE("events that are forgotten before a slow subscriber came to them give a gap")
{
    socket_fixture daemon;
    daemon.start();
    socket_client slow(daemon, daemon.control_path());
    slow.say(subscribe("{}"));
    const std::size_t events = 2 * max_recent_bytes / (8 << 10);
    daemon.happen_at_length(events);
    daemon.engine.store.forget_events_before(events - 10);
    const auto lines = slow.lines();
    event_seq expected = 1;
    std::size_t gaps = 0;
    for (std::size_t at = 1; at < lines.size(); ++at)
    {
        const auto from = lines[at].find("\"from\":");
        if (from != std::string::npos)
        {
            CHECK(std::stoull(lines[at].substr(from + 7)) == expected);
            CHECK(holds(lines[at], "\"why\":\"retention\""));
            expected = std::stoull(lines[at].substr(lines[at].find("\"to\":") + 5)) + 1;
            ++gaps;
            continue;
        }
        if (seq_of(lines[at]) != expected)
            FAIL_CHECK("a silent gap before " << lines[at]);
        ++expected;
    }
    CHECK(gaps == 1);
    CHECK(expected == events + 1);
}

TEST_CASE(
    "when everything that a reader still had to get is forgotten, the gap is told at once, on both sockets")
{
    socket_fixture daemon;
    daemon.start();
    daemon.happen(5);
    daemon.stop();
    daemon.start(); // with nothing in memory
    daemon.engine.store.read_latency = [] { return 10ms; };
    socket_client subscriber(daemon, daemon.control_path());
    CHECK(holds(subscriber.ask(subscribe(R"({"from":{"seq":2}})")), "\"head\":5"));
    socket_client reader(daemon, daemon.events_path());
    reader.say("after 2\n");
    daemon.engine.store.forget_events_before(6); // while the store is being asked
    daemon.advance(10ms);
    CHECK(
        subscriber.line()
        == R"({"jsonrpc":"2.0","method":"gap","params":{"from":3,"to":5,"why":"retention"}})");
    CHECK(reader.line() == R"({"event":"gap","from":3,"to":5,"why":"retention"})");
    daemon.advance(daemon.engine.configured.control.heartbeat);
    CHECK(holds(subscriber.line(), R"("params":{"cursor":5,"head":5})"));
    daemon.happen(1);
    CHECK(seqs_of(subscriber.lines()) == seqs{6});
    CHECK(seqs_of(reader.lines()) == seqs{6});
}

TEST_CASE("a second subscription on a connection is refused and the first goes on")
{
    socket_fixture daemon;
    daemon.start();
    socket_client client(daemon, daemon.control_path());
    client.say(subscribe("{}"));
    client.say(request(2, "subscribe", "{}"));
    const auto lines = client.lines();
    REQUIRE(lines.size() == 2);
    CHECK(holds(lines[1], R"("id":2,"error":{"code":-32600)"));
    daemon.happen(1);
    CHECK(seqs_of(client.lines()) == seqs{1});
}

TEST_CASE("a subscription goes on after a half-close and ends when the client hangs up")
{
    socket_fixture daemon;
    daemon.start();
    const std::size_t before = daemon.tasks_running();
    socket_client client(daemon, daemon.control_path());
    client.say(subscribe("{}"));
    client.half_close();
    daemon.happen(1);
    CHECK(seqs_of(client.lines()) == seqs{1});
    CHECK_FALSE(client.closed());
    client.leave();
    CHECK(daemon.tasks_running() == before);
    CHECK(daemon.engine.feed().readers() == 0);
}

TEST_CASE("a subscriber that takes nothing is closed after the limit although heartbeats go on")
{
    socket_fixture daemon;
    daemon.start();
    socket_client client(daemon, daemon.control_path());
    client.say(subscribe("{}"));
    daemon.happen_at_length(300);
    daemon.advance(daemon.engine.configured.control.stalled_reader_after + 2s);
    CHECK(daemon.engine.feed().readers() == 0);
    CHECK(daemon.server->clients() == 0);
}
