// What a client of control.sock may write, whole, cut or broken, and what it is answered.
#include "io/socket/socket_fixture.hpp"

#include <doctest/doctest.h>

using namespace jobwatch;
using namespace jobwatch::test;
using namespace std::chrono_literals;

TEST_CASE("pipelined requests are answered in order, in whatever portions they come")
{
    for (const std::size_t portion : {1U, 7U, 64U, 4'096U})
    {
        CAPTURE(portion);
        socket_fixture daemon;
        daemon.start();
        socket_client client(daemon, daemon.control_path());
        std::string text;
        for (int id = 1; id <= 20; ++id)
            text += id % 2 == 0 ? request(id, "version", "{}")
                                : request(id, "submit", R"({"jobs":["job-)" + std::to_string(id) + "\"]}");
        for (std::size_t at = 0; at < text.size(); at += portion)
            REQUIRE(client.say(std::string_view(text).substr(at, portion)));
        const auto answers = client.lines();
        REQUIRE(answers.size() == 20);
        for (std::size_t at = 0; at < answers.size(); ++at)
        {
            CHECK(holds(answers[at], "\"id\":" + std::to_string(at + 1) + ","));
            CHECK(holds(answers[at], "\"result\""));
        }
        CHECK(daemon.engine.polled().open() == 10);
    }
}

TEST_CASE("a bare id is submitted and answered with its element, with either line end")
{
    socket_fixture daemon;
    daemon.start();
    socket_client client(daemon, daemon.control_path());
    CHECK(client.ask("job-1") == R"({"job":"job-1","watch":1,"already":false})");
    CHECK(client.ask("job-2\r") == R"({"job":"job-2","watch":2,"already":false})");
    CHECK(client.ask("job-1") == R"({"job":"job-1","watch":1,"already":true})");
    CHECK(holds(client.ask("no/job"), "is no job id: allowed are"));
    CHECK(holds(client.ask(std::string(5'000, 'x')), "is no job id: allowed are"));
    CHECK(daemon.engine.polled().open() == 2);
}

TEST_CASE("empty lines are passed over, and a notification gets no answer")
{
    socket_fixture daemon;
    daemon.start();
    socket_client client(daemon, daemon.control_path());
    client.say("\n\r\n\n");
    client.say(R"({"jsonrpc":"2.0","method":"submit","params":{"jobs":["job-1"]}})"
               "\n");
    client.say(R"({"jsonrpc":"2.0","method":"get","params":{"watch":99}})"
               "\n");
    client.say(R"({"jsonrpc":"2.0","method":"version","params":7})"
               "\n");
    CHECK(client.lines().empty());
    CHECK(daemon.engine.polled().open() == 1);
    CHECK(holds(client.ask(request(1, "version", "{}")), "\"result\""));
}

TEST_CASE("whatever bytes a line holds, it is answered in words and the next line works")
{
    const std::vector<std::pair<std::string, std::string>> bad{
        {"{\"jsonrpc\":\"2.0\",\"id\":1", "-32700"},
        {"{}", "-32600"},
        {"[" + request(1, "version", "{}").substr(0, 10) + "]", "-32600"},
        {R"({"jsonrpc":"2.0","id":1,"method":"fly","params":{}})", "-32601"},
        {R"({"jsonrpc":"2.0","id":1,"method":"submit","params":{"jobs":"job-1"}})", "-32602"},
        {R"({"jsonrpc":"2.0","id":1,"method":"submit","params":{"jobs":["a"],"appliance":"x"}})", "-32002"},
        {R"({"jsonrpc":"2.0","id":1,"method":"submit","params":{"jobs":["a"],"kind":"x/y"}})", "-32003"},
        {std::string("\0\0\0", 3), "no job id"},
        {std::string("job\0-1", 6), "no job id"},
        {"{\"a\":\xff\xfe\x80}", "-32700"},
        {"\xff\xfe\x80\x01\x1b[2J", "no job id"},
    };
    socket_fixture daemon;
    daemon.start();
    socket_client client(daemon, daemon.control_path());
    for (const auto& [bytes, expected] : bad)
    {
        const std::string& line = bytes; // clang 14 captures no structured bindings
        CAPTURE(line);
        const std::string answer = client.ask(line);
        CHECK(holds(answer, expected));
        for (const char c : answer)
            CHECK(static_cast<unsigned char>(c) >= 0x20);
        CHECK(holds(client.ask(request(2, "version", "{}")), "\"result\""));
    }
    CHECK(daemon.engine.polled().open() == 0);
}

TEST_CASE("a line over the limit is answered and skipped, one at the limit is read, and the next line works")
{
    socket_fixture daemon;
    daemon.start();
    socket_client client(daemon, daemon.control_path());
    std::string longest = request(1, "version", "{}");
    longest.insert(1, max_control_line - longest.size(), ' ');
    client.say(longest);
    CHECK(holds(client.line(), "\"result\""));
    client.say(longest.insert(1, 1, ' '));
    CHECK(holds(client.line(), "at most 1048576 bytes are allowed"));
    for (int megabyte = 0; megabyte < 8; ++megabyte)
        client.say(std::string(1 << 20, 'x'));
    CHECK(holds(client.line(), "-32006"));
    client.say("\n" + request(2, "version", "{}"));
    CHECK(holds(client.line(), "\"id\":2,\"result\""));
}

TEST_CASE("ten thousand jobs in a request are taken, one more is refused with the limit")
{
    socket_fixture daemon;
    daemon.start();
    socket_client client(daemon, daemon.control_path());
    std::string jobs = "\"job-0\"";
    for (std::size_t at = 1; at < max_jobs_per_request; ++at)
        jobs += ",\"job-" + std::to_string(at) + "\"";
    CHECK(holds(client.ask(request(2, "submit", "{\"jobs\":[" + jobs + ",\"one-more\"]}")), "10000"));
    CHECK(daemon.engine.polled().open() == 0);
    CHECK(holds(client.ask(request(1, "submit", "{\"jobs\":[" + jobs + "]}")), "\"watch\":10000"));
    CHECK(daemon.engine.polled().open() == max_jobs_per_request);
}

TEST_CASE("after a half-close what is outstanding is answered, then the connection is closed")
{
    socket_fixture daemon;
    daemon.start();
    socket_client client(daemon, daemon.control_path());
    client.say("job-1\n" + request(1, "wait", R"({"jobs":["job-1"]})") + "job-2\n");
    client.half_close();
    CHECK(client.lines().size() == 2);
    CHECK_FALSE(client.closed());
    daemon.engine.prod.ends("job-1", daemon.engine.clock.now());
    daemon.advance(5s);
    CHECK(holds(client.line(), "\"id\":1,\"result\":{\"ended\":[{"));
    CHECK(client.closed());
    daemon.advance(2s);
    CHECK(daemon.server->clients() == 0);
}

TEST_CASE("a last line without its end is not carried out, and the client is told")
{
    socket_fixture daemon;
    daemon.start();
    socket_client client(daemon, daemon.control_path());
    client.say("job-1\njob-2");
    client.half_close();
    const auto answers = client.lines();
    REQUIRE(answers.size() == 2);
    CHECK(holds(answers[1], "it was not carried out"));
    CHECK(client.closed());
    CHECK(daemon.engine.polled().open() == 1);
}

TEST_CASE("a client that leaves in mid-line leaves nothing behind")
{
    socket_fixture daemon;
    daemon.start();
    const std::size_t before = daemon.tasks_running();
    socket_client client(daemon, daemon.control_path());
    client.say("{\"jsonrpc\":");
    CHECK(daemon.tasks_running() > before);
    client.leave();
    CHECK(daemon.tasks_running() == before);
    CHECK(daemon.engine.polled().open() == 0);
}

TEST_CASE("whole lines are carried out although their sender left at once")
{
    socket_fixture daemon;
    daemon.start();
    const std::size_t before = daemon.tasks_running();
    socket_client client(daemon, daemon.control_path());
    client.say_and_leave("job-1\njob-2\n" + request(1, "wait", R"({"jobs":["job-1"]})") + "job-3\nhal");
    CHECK(daemon.engine.polled().open() == 3);
    CHECK(daemon.tasks_running() == before);
}
