#include "ctl/ctl_fixture.hpp"
#include "jobwatchctl/cursor_file.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <array>
#include <fstream>
#include <utility>

#include <unistd.h>

using namespace jobwatch;
using namespace jobwatch::test;
using ctl::exit_code;

namespace
{

constexpr const char* log_one = "11111111-1111-4111-8111-111111111111";
constexpr const char* log_two = "22222222-2222-4222-8222-222222222222";

std::string subscribed(const char* log, int head)
{
    return std::string(R"({"log":")") + log + R"(","head":)" + std::to_string(head) + "}";
}

std::string heartbeat(int cursor)
{
    return R"({"jsonrpc":"2.0","method":"heartbeat","params":{"cursor":)" + std::to_string(cursor)
        + R"(,"head":99}})" + "\n";
}

std::string gap(int from, int to, const std::string& why)
{
    return R"({"jsonrpc":"2.0","method":"gap","params":{"from":)" + std::to_string(from) + R"(,"to":)"
        + std::to_string(to) + R"(,"why":")" + why + "\"}}\n";
}

struct follow_fixture : ctl_fixture
{
    std::array<int, 2> stop{-1, -1};
    int output = -1;
    std::string cursor_path = directory.file("cursor");
    ctl::follow_options options;

    follow_fixture() { REQUIRE(pipe(stop.data()) == 0); }
    ~follow_fixture()
    {
        close(stop[0]);
        end();
    }

    // Ends the follower as a signal would.
    void end()
    {
        if (stop[1] >= 0)
            close(std::exchange(stop[1], -1));
    }

    exit_code follow(ctl::output_form form = ctl::output_form::readable)
    {
        auto with = around(form);
        with.link.leave = {stop[0], output};
        options.cursor_file = cursor_path;
        return ctl::run_follow(options, with);
    }

    std::string kept_cursor() const
    {
        const auto kept = ctl::load_cursor(cursor_path);
        return kept && *kept ? ctl::format_cursor(**kept) : std::string("none");
    }
};

std::string from_of(const std::string& request)
{
    return boost::json::serialize(boost::json::parse(request).at("params").at("from"));
}

} // namespace

TEST_CASE_FIXTURE(follow_fixture, "events come out as lines for people, and the cursor is kept")
{
    const scripted_daemon daemon(
        path,
        [&](scripted_daemon::client& to, const std::string& line, std::size_t)
        {
            to.answer(line, subscribed(log_one, 4));
            to.put(event_notice(5, "job5") + event_notice(6, "job6", "failed"));
            to.refuse(R"({"id":null})", -32603, "enough"); // ends this test's stream
        });
    CHECK(follow() == exit_code::refused);
    CHECK(
        out.str()
        == "2026-11-23T14:02:11.482Z prod job5 succeeded: disable, 2 of 2 versions, noticed after 0.8 s\n"
           "2026-11-23T14:02:11.482Z prod job6 failed: disable, 2 of 2 versions, noticed after 0.8 s\n");
    CHECK(kept_cursor() == std::string(log_one) + ":6");
    CHECK(from_of(daemon.heard().front()) == "\"tail\"");
}

TEST_CASE_FIXTURE(
    follow_fixture, "follow goes on after its cursor when the daemon restarts, without hole or repeat")
{
    options.from = "begin";
    const scripted_daemon daemon(
        path,
        [&](scripted_daemon::client& to, const std::string& line, std::size_t number)
        {
            if (number == 1)
            {
                to.answer(line, subscribed(log_one, 2));
                to.put(event_notice(1, "job1") + event_notice(2, "job2"));
                to.put(event_notice(3, "job3").substr(0, 60)); // half a line
                return to.hang_up();
            }
            if (number == 2)
            {
                to.answer(line, subscribed(log_one, 3));
                to.put(heartbeat(2));
                return to.hang_up();
            }
            to.answer(line, subscribed(log_one, 4));
            to.put(event_notice(2, "job2") + event_notice(3, "job3") + event_notice(4, "job4"));
            end();
        });
    CHECK(follow(ctl::output_form::json) == exit_code::ok);
    const auto heard = daemon.heard();
    REQUIRE(heard.size() == 3);
    CHECK(from_of(heard[0]) == "\"begin\"");
    CHECK(from_of(heard[1]) == std::string(R"({"log":")") + log_one + R"(","seq":2})");
    CHECK(from_of(heard[2]) == std::string(R"({"log":")") + log_one + R"(","seq":2})");
    for (const int seq : {1, 2})
        CHECK(count_of(out.str(), "\"job" + std::to_string(seq) + '"') == 1);
    CHECK(count_of(err.str(), "waiting for the daemon") >= 1);
}

TEST_CASE_FIXTURE(follow_fixture, "a follower that starts again goes on where its cursor file says")
{
    REQUIRE(ctl::save_cursor(cursor_path, {log_one, 41}).has_value());
    options.from = "begin"; // the file wins
    const scripted_daemon daemon(
        path,
        [&](scripted_daemon::client& to, const std::string& line, std::size_t)
        {
            to.answer(line, subscribed(log_one, 42));
            to.put(event_notice(41, "job41") + event_notice(42, "job42"));
            to.refuse(R"({"id":null})", -32603, "enough");
        });
    CHECK(follow() == exit_code::refused);
    CHECK(from_of(daemon.heard().front()) == std::string(R"({"log":")") + log_one + R"(","seq":41})");
    CHECK_FALSE(out_has("job41"));
    CHECK(out_has("job42"));
    CHECK(kept_cursor() == std::string(log_one) + ":42");
}

TEST_CASE_FIXTURE(follow_fixture, "a heartbeat moves the cursor over what was filtered out")
{
    options.events = {"job.finished"};
    options.appliance = "prod";
    options.labels = {{"change", "CHG-1"}};
    const scripted_daemon daemon(
        path,
        [&](scripted_daemon::client& to, const std::string& line, std::size_t)
        {
            to.answer(line, subscribed(log_one, 4));
            to.put(heartbeat(77));
            to.refuse(R"({"id":null})", -32603, "enough");
        });
    follow();
    CHECK(kept_cursor() == std::string(log_one) + ":77");
    const std::string asked = daemon.heard().front();
    CHECK(
        asked.find(R"("events":["job.finished"],"appliance":"prod","labels":{"change":"CHG-1"})")
        != std::string::npos);
}

TEST_CASE_FIXTURE(
    follow_fixture, "with tail the place is kept from the start, so that nothing is missed later")
{
    const scripted_daemon daemon(
        path,
        [&](scripted_daemon::client& to, const std::string& line, std::size_t number)
        {
            to.answer(line, subscribed(log_one, 4));
            if (number == 1)
                return to.hang_up();
            to.refuse(R"({"id":null})", -32603, "enough");
        });
    follow();
    CHECK(from_of(daemon.heard().back()) == std::string(R"({"log":")") + log_one + R"(","seq":4})");
    CHECK(kept_cursor() == std::string(log_one) + ":4");
}

TEST_CASE_FIXTURE(follow_fixture, "gaps are told, and the cursor goes to where the stream goes on")
{
    struct row
    {
        const char* from;
        std::string told;
        const char* said;
        std::string cursor;
    };
    const std::vector<row> rows{
        {"11111111-1111-4111-8111-111111111111:2", gap(3, 99, "retention"), "events 3 to 99",
         std::string(log_two) + ":99"},
        {"22222222-2222-4222-8222-222222222222:100", gap(101, 130, "retention"), "events 101 to 130",
         std::string(log_two) + ":130"}, // after a time in which this reader was slow
        {"11111111-1111-4111-8111-111111111111:2", gap(1, 0, "foreign log"), "another event log",
         std::string(log_two) + ":0"},
        {"22222222-2222-4222-8222-222222222222:500", gap(101, 500, "beyond the head"), "beyond the head",
         std::string(log_two) + ":100"},
    };
    for (const row& each : rows)
    {
        CAPTURE(each.said);
        ::unlink(cursor_path.c_str());
        options.from = each.from;
        const scripted_daemon daemon(
            path,
            [&](scripted_daemon::client& to, const std::string& line, std::size_t)
            {
                to.answer(line, subscribed(log_two, 100));
                to.put(each.told);
                to.refuse(R"({"id":null})", -32603, "enough");
            });
        follow();
        CHECK(err_has("gap: "));
        CHECK(err_has(each.said));
        CHECK(kept_cursor() == each.cursor);
    }
}

TEST_CASE_FIXTURE(follow_fixture, "what could not be printed does not move the kept cursor")
{
    REQUIRE(ctl::save_cursor(cursor_path, {log_one, 4}).has_value());
    const scripted_daemon daemon(
        path,
        [&](scripted_daemon::client& to, const std::string& line, std::size_t)
        {
            to.answer(line, subscribed(log_one, 5));
            out.setstate(std::ios::badbit); // a full disk, or a reader that has gone
            to.put(event_notice(5, "job5"));
        });
    follow();
    CHECK(kept_cursor() == std::string(log_one) + ":4");
}

TEST_CASE_FIXTURE(follow_fixture, "a signal ends a follower that waits for the daemon")
{
    const scripted_daemon daemon(
        path,
        [&](scripted_daemon::client& to, const std::string& line, std::size_t)
        {
            to.answer(line, subscribed(log_one, 4));
            ::unlink(path.c_str());
            to.hang_up();
            end();
        });
    CHECK(follow() == exit_code::ok);
}

TEST_CASE_FIXTURE(follow_fixture, "an event of a type from the future is shown, and harmlessly")
{
    const scripted_daemon daemon(
        path,
        [&](scripted_daemon::client& to, const std::string& line, std::size_t)
        {
            to.answer(line, subscribed(log_one, 4));
            to.put(
                R"({"jsonrpc":"2.0","method":"event","params":{"seq":5,"time":"T","event":"job.new","appliance":"prod",)"
                R"("reason":"a\u001b[31mb\nc"}})"
                "\n");
            to.put(R"({"jsonrpc":"2.0","method":"something.new","params":{}})"
                   "\n");
            to.refuse(R"({"id":null})", -32603, "enough");
        });
    follow();
    CHECK(out.str() == "T prod job.new: a\\x1b[31mb\\x0ac\n");
}

TEST_CASE_FIXTURE(follow_fixture, "a cursor file with something else in it is left alone")
{
    options.from = "tail";
    {
        std::ofstream(cursor_path) << "my diary\n";
    }
    CHECK(follow() == exit_code::refused);
    CHECK(err_has("does not hold a cursor"));
    std::string kept;
    std::getline(std::ifstream(cursor_path) >> std::ws, kept);
    CHECK(kept == "my diary");
}

TEST_CASE_FIXTURE(
    follow_fixture, "a follower ends when nobody reads its output any more, without another event")
{
    std::array<int, 2> pipe_ends{-1, -1};
    REQUIRE(pipe(pipe_ends.data()) == 0);
    output = pipe_ends[1];
    SUBCASE("while it waits for an event")
    {
        const scripted_daemon daemon(
            path,
            [&](scripted_daemon::client& to, const std::string& line, std::size_t)
            {
                to.answer(line, subscribed(log_one, 4));
                to.put(event_notice(5, "job5"));
                close(std::exchange(pipe_ends[0], -1)); // `head -1` has what it wanted
            });
        CHECK(follow() == exit_code::ok);
    }
    SUBCASE("while it waits for the daemon to come back")
    {
        const scripted_daemon daemon(
            path,
            [&](scripted_daemon::client& to, const std::string& line, std::size_t)
            {
                to.answer(line, subscribed(log_one, 4));
                ::unlink(path.c_str());
                to.hang_up();
                close(std::exchange(pipe_ends[0], -1));
            });
        CHECK(follow() == exit_code::ok);
    }
    CHECK(pipe_ends[0] == -1);
    close(pipe_ends[1]);
}
