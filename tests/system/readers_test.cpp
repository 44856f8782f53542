// Readers of events as they are in life: slow ones, silent ones, and some that come back after the daemon was killed.
#include "support/daemon_process.hpp"

#include <doctest/doctest.h>

#include <csignal>
#include <memory>
#include <set>

using namespace jobwatch::test;
using boost::json::object;

namespace
{

object parsed(const std::string& line)
{
    return boost::json::parse(line).as_object();
}

// The whole of a JSON-RPC event notification's event; empty when the line is something else.
object event_in(const object& line)
{
    const auto* const method = line.if_contains("method");
    return method != nullptr && *method == "event" ? line.at("params").as_object() : object();
}

object from_cursor(const boost::json::string& log, std::int64_t seq)
{
    return object{{"from", object{{"log", log}, {"seq", seq}}}};
}

// Reads events.sock up to this event; checks that each follows the one before.
void read_on(unix_client& reader, std::int64_t& seq, std::int64_t last)
{
    while (seq < last)
    {
        const auto line = reader.line();
        REQUIRE(line);
        const auto event = parsed(*line);
        if (event.at("seq") != ++seq)
            FAIL("after " << seq - 1 << " comes " << *line);
    }
}

} // namespace

TEST_CASE("a cursor outlives kill -9: on both sockets it goes on where the reader was, once and in order")
{
    simulator_process simulator({"--make-jobs", "600", "--fates", "endless=1"});
    daemon_process daemon(watching(simulator));
    daemon.start();
    const auto ids = simulator.ids();
    std::int64_t seq = 0;
    boost::json::string log;
    {
        unix_client person(daemon.control());
        for (const auto& id : ids)
            REQUIRE(person.ask(id).contains("watch"));
        log = person.result("subscribe", {}).at("log").as_string();
        unix_client reader(daemon.events());
        REQUIRE(reader.send("begin\n"));
        read_on(reader, seq, 250);
    }
    daemon.kill();
    daemon.start();
    unix_client reader(daemon.events());
    REQUIRE(reader.send("after " + std::string(log) + " 250\n"));
    unix_client subscriber(daemon.control());
    const auto answer = subscriber.result("subscribe", from_cursor(log, 250));
    CHECK(answer.at("log") == log);
    const std::int64_t head = answer.at("head").as_int64();
    CHECK(head > 600); // each submit, and two starts
    read_on(reader, seq, head);
    for (std::int64_t expected = 251; expected <= head; ++expected)
    {
        const auto line = subscriber.line();
        REQUIRE(line);
        REQUIRE(event_in(parsed(*line)).at("seq") == expected);
    }

    unix_client foreign(daemon.events());
    REQUIRE(foreign.send("after 5e1c0000-0000-4000-8000-00000000000f 250\n"));
    const auto gap = foreign.line();
    REQUIRE(gap);
    CHECK(parsed(*gap).at("why") == "foreign log");
    CHECK(daemon.stop().exit_code == 0);
}

TEST_CASE("among readers that never read, the others are told of each end once and in order")
{
    constexpr std::size_t job_count = 1'000;
    simulator_process simulator(
        {"--make-jobs", std::to_string(job_count), "--short", "500ms..2s", "--long", "500ms..2s", "--fates",
         "short=9,failed=1"});
    daemon_process daemon(watching(simulator, "requests_per_second = 5000\nburst = 500\n"));
    daemon.start();
    std::vector<std::unique_ptr<unix_client>> silent;
    std::vector<std::unique_ptr<unix_client>> subscribers;
    std::vector<std::unique_ptr<unix_client>> readers;
    for (int number = 0; number < 10; ++number)
    {
        silent.push_back(std::make_unique<unix_client>(daemon.events()));
        REQUIRE(silent.back()->send("begin\n"));
        silent.push_back(std::make_unique<unix_client>(daemon.control()));
        silent.back()->result("subscribe", object{{"from", "begin"}});
    }
    for (int number = 0; number < 15; ++number)
    {
        readers.push_back(std::make_unique<unix_client>(daemon.events()));
        REQUIRE(readers.back()->send("begin\n"));
        subscribers.push_back(std::make_unique<unix_client>(daemon.control()));
        subscribers.back()->result(
            "subscribe", object{{"from", "begin"}, {"events", boost::json::array{"job.finished"}}});
    }
    boost::json::array jobs;
    for (const auto& id : simulator.ids())
        jobs.emplace_back(id);
    unix_client(daemon.control()).result("submit", object{{"jobs", jobs}});

    for (const auto& one : subscribers)
    {
        std::set<std::string> finished;
        std::int64_t seq = 0;
        while (finished.size() < job_count)
        {
            const auto line = one->line();
            REQUIRE(line);
            const auto event = event_in(parsed(*line));
            if (event.empty())
                continue; // a heartbeat
            CHECK(event.at("seq").as_int64() > seq);
            seq = event.at("seq").as_int64();
            CHECK(finished.insert(std::string(event.at("job").as_string())).second);
        }
    }
    const std::int64_t head = unix_client(daemon.control()).result("status", {}).at("head").as_int64();
    for (const auto& one : readers)
    {
        std::int64_t seq = 0;
        read_on(*one, seq, head);
    }
    CHECK(daemon.stop().exit_code == 0); // in time, whoever does not read
}
