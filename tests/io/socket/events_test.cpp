// events.sock: connect and read.
#include "io/socket/socket_fixture.hpp"

#include <doctest/doctest.h>

using namespace jobwatch;
using namespace jobwatch::test;
using namespace std::chrono_literals;

namespace
{

using seqs = std::vector<event_seq>;

seqs seqs_of(const std::vector<std::string>& lines)
{
    seqs found;
    for (const auto& line : lines)
    {
        CHECK(holds(line, "{\"seq\":"));
        found.push_back(std::stoull(line.substr(7)));
    }
    return found;
}

} // namespace

TEST_CASE(
    "silence means the tail from the moment of the connection, also what happened before 250 ms were over")
{
    socket_fixture daemon;
    daemon.start();
    daemon.happen(2);
    socket_client client(daemon, daemon.events_path());
    daemon.happen(1);
    daemon.advance(first_line_wait - 1ms);
    CHECK(client.lines().empty());
    daemon.advance(1ms);
    CHECK(seqs_of(client.lines()) == seqs{3});
    daemon.happen(1);
    CHECK(seqs_of(client.lines()) == seqs{4});
}

TEST_CASE("the first line says where to start, and later lines are ignored")
{
    const std::string log = memory_store().log_id();
    const std::vector<std::pair<std::string, seqs>> wishes{
        {"tail\n", {4}},
        {"\n", {4}},
        {"begin\n", {1, 2, 3, 4}},
        {"begin\r\n", {1, 2, 3, 4}},
        {"after 1\n", {2, 3, 4}},
        {"after 3\n", {4}},
        {"after " + log + " 2\nbegin\nnonsense\n", {3, 4}},
    };
    for (const std::size_t portion : {1U, 100U})
    {
        for (const auto& [words, expected] : wishes)
        {
            const std::string& wish = words; // clang 14 captures no structured bindings
            CAPTURE(wish);
            socket_fixture one;
            one.start();
            one.happen(3);
            socket_client client(one, one.events_path());
            for (std::size_t at = 0; at < wish.size(); at += portion)
                REQUIRE(client.say(std::string_view(wish).substr(at, portion)));
            one.happen(1);
            REQUIRE(client.say("after 1\n" + std::string(100'000, 'x')));
            CHECK(seqs_of(client.lines()) == expected);
            CHECK_FALSE(client.closed());
        }
    }
}

TEST_CASE("a wish that cannot be met to the letter gives a gap first")
{
    socket_fixture daemon;
    daemon.start();
    daemon.happen(4);
    daemon.engine.store.forget_events_before(3);
    const auto said = [&](const std::string& line)
    {
        socket_client client(daemon, daemon.events_path());
        client.say(line + "\n");
        return client.lines();
    };
    const auto foreign = said("after 5e1c0000-0000-4000-8000-00000000000f 4");
    REQUIRE(foreign.size() == 3);
    CHECK(foreign[0] == R"({"event":"gap","from":1,"to":2,"why":"foreign log"})");
    CHECK(
        said("after 9")
        == std::vector<std::string>{R"({"event":"gap","from":5,"to":9,"why":"beyond the head"})"});
    const auto forgotten = said("after 0");
    REQUIRE(forgotten.size() == 3);
    CHECK(forgotten[0] == R"({"event":"gap","from":1,"to":2,"why":"retention"})");
    CHECK(said("begin").size() == 2);
}

TEST_CASE("a wrong first line is answered with one clear line, then the connection is closed")
{
    socket_fixture daemon;
    daemon.start();
    for (const std::string& wrong :
         {std::string("hello\n"), std::string("after\n"), std::string("after x\n"), std::string("after -1\n"),
          std::string("after a b c\n"), std::string("after 99999999999999999999\n"),
          std::string("\xff\xfe\n"), std::string("tail\0\n", 6), std::string(128, 'x'),
          std::string(200, 'x') + "\n", "after " + std::string(5'000, '1') + "\n"})
    {
        CAPTURE(wrong);
        socket_client client(daemon, daemon.events_path());
        client.say(wrong);
        CHECK(holds(client.line(), "allowed: tail, begin, after SEQ, or after LOG SEQ (at most 128 bytes)"));
        CHECK(client.closed());
    }
    daemon.advance(2s);
    CHECK(daemon.server->clients() == 0);
}

TEST_CASE("a half-close is no close")
{
    socket_fixture daemon;
    daemon.start();
    socket_client silent(daemon, daemon.events_path());
    silent.half_close();
    socket_client early(daemon, daemon.events_path());
    early.say("begin\n");
    early.half_close();
    daemon.advance(10min);
    daemon.happen(1);
    CHECK(seqs_of(silent.lines()) == seqs{1});
    CHECK(seqs_of(early.lines()) == seqs{1});
    CHECK_FALSE(silent.closed());
    CHECK_FALSE(early.closed());
}

TEST_CASE("a first line that has begun is waited for: a cursor that comes late is no tail")
{
    socket_fixture daemon;
    daemon.start();
    daemon.happen(5);
    socket_client client(daemon, daemon.events_path());
    client.say("after ");
    daemon.advance(10s);
    client.say("2\n");
    CHECK(seqs_of(client.lines()) == seqs{3, 4, 5});
}

TEST_CASE("a first line without its end is refused, not taken for silence")
{
    socket_fixture daemon;
    daemon.start();
    socket_client client(daemon, daemon.events_path());
    client.say("begin");
    client.half_close();
    CHECK(holds(client.line(), "no newline"));
    CHECK(client.closed());
}

TEST_CASE("a reader that leaves is noticed, whenever it does")
{
    socket_fixture daemon;
    daemon.start();
    const std::size_t before = daemon.tasks_running();
    {
        socket_client at_once(daemon, daemon.events_path());
        at_once.leave();
        CHECK(daemon.tasks_running() == before);
        socket_client later(daemon, daemon.events_path());
        later.say("tail\n");
        later.half_close();
        daemon.advance(1h);
        CHECK(daemon.tasks_running() > before);
        later.leave();
        CHECK(daemon.tasks_running() == before);
        socket_client early(daemon, daemon.events_path());
        early.say_and_leave("begin\n");
    }
    CHECK(daemon.tasks_running() == before);
    CHECK(daemon.engine.feed().readers() == 0);
}

TEST_CASE("a reader that takes nothing is closed after the limit while others go on")
{
    socket_fixture daemon;
    daemon.start();
    socket_client stalled(daemon, daemon.events_path());
    stalled.say("tail\n");
    socket_client slow(daemon, daemon.events_path());
    slow.say("tail\n");
    socket_client good(daemon, daemon.events_path());
    good.say("tail\n");
    const std::size_t events = 2 * max_recent_bytes / (8 << 10);
    for (std::size_t at = 0; at < events; at += 256)
    {
        daemon.happen_at_length(256);
        CHECK(good.lines().size() == 256);
    }
    const milliseconds limit = daemon.engine.configured.control.stalled_reader_after;
    for (int turn = 0; turn < 6; ++turn)
    {
        daemon.advance(limit / 2);
        slow.take(20'000);
    }
    CHECK(daemon.engine.feed().readers() == 2);
    stalled.take();
    CHECK(stalled.closed());
    CHECK(slow.lines().size() == events);
    daemon.happen(1);
    CHECK(good.lines().size() == 1);
}

TEST_CASE("two hundred readers get every event once and in order")
{
    socket_fixture daemon;
    daemon.start();
    std::vector<std::unique_ptr<socket_client>> readers;
    for (int at = 0; at < 200; ++at)
    {
        readers.push_back(std::make_unique<socket_client>(daemon, daemon.events_path()));
        readers.back()->say(at % 2 == 0 ? "begin\n" : "after 0\n");
    }
    seqs expected;
    for (event_seq seq = 1; seq <= 50; ++seq)
        expected.push_back(seq);
    daemon.happen(50);
    CHECK(daemon.engine.feed().readers() == 200);
    for (const auto& reader : readers)
        CHECK(seqs_of(reader->lines()) == expected);
}

TEST_CASE("an event reaches log text, socket and subscriber to the letter")
{
    socket_fixture daemon;
    daemon.start();
    socket_client reader(daemon, daemon.events_path());
    reader.say("tail\n");
    socket_client client(daemon, daemon.control_path());
    client.say(request(1, "subscribe", "{}"));
    daemon.happen(1);
    const std::string line = reader.line();
    const auto lines = client.lines();
    REQUIRE(lines.size() == 2);
    CHECK(lines[1] == R"({"jsonrpc":"2.0","method":"event","params":)" + line + "}");
}
