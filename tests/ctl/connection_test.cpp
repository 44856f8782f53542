#include "ctl/ctl_fixture.hpp"
#include "jobwatchctl/connection.hpp"

#include <sys/stat.h>
#include <unistd.h>

using namespace jobwatch;
using namespace jobwatch::test;
using ctl::exit_code;
using ctl::trouble_kind;

TEST_CASE_FIXTURE(ctl_fixture, "a line that comes in pieces is one line")
{
    const scripted_daemon daemon(
        path,
        [](scripted_daemon::client& to, const std::string&, std::size_t)
        {
            for (const char each : std::string("{\"a\":1}\nnext\n"))
                to.put({&each, 1});
        });
    auto opened = ctl::connection::open(path, {});
    REQUIRE(opened.has_value());
    REQUIRE(opened->send("hello\n", {}).has_value());
    CHECK(*opened->receive({}) == "{\"a\":1}");
    CHECK(*opened->receive({}) == "next");
}

TEST_CASE_FIXTURE(ctl_fixture, "a line of the daemon's over the limit is trouble, not memory")
{
    const scripted_daemon daemon(
        path,
        [](scripted_daemon::client& to, const std::string&, std::size_t)
        { to.put(std::string(100, 'x') + "\n"); });
    for (const std::size_t limit : {100U, 101U})
    {
        auto opened = ctl::connection::open(path, {}, limit);
        REQUIRE(opened.has_value());
        REQUIRE(opened->send("hello\n", {}).has_value());
        const auto line = opened->receive({});
        CHECK(line.has_value() == (limit == 101));
        if (!line)
            CHECK(line.error().text.find("100 bytes") != std::string::npos);
    }
}

TEST_CASE_FIXTURE(ctl_fixture, "has_more sees what is there and takes nothing away")
{
    const scripted_daemon daemon(
        path, [](scripted_daemon::client& to, const std::string&, std::size_t) { to.put("one\ntwo\n"); });
    auto opened = ctl::connection::open(path, {});
    REQUIRE(opened->send("hello\n", {}).has_value());
    CHECK(*opened->receive({}) == "one");
    CHECK(opened->has_more());
    CHECK(opened->has_more());
    CHECK(*opened->receive({}) == "two");
    CHECK_FALSE(opened->has_more());
}

TEST_CASE_FIXTURE(ctl_fixture, "a daemon that says nothing is trouble when the deadline passes")
{
    const scripted_daemon daemon(path, [](scripted_daemon::client&, const std::string&, std::size_t) {});
    auto opened = ctl::connection::open(path, {});
    const auto line = opened->receive(ctl::steady_clock::now());
    REQUIRE_FALSE(line.has_value());
    CHECK(line.error().kind == trouble_kind::timed_out);
    auto with = around();
    with.link.answer_within = std::chrono::milliseconds{1};
    CHECK(ctl::run_status(with) == exit_code::not_reachable);
    CHECK(err_has("did not answer in time"));
}

TEST_CASE_FIXTURE(ctl_fixture, "whatever a server says, a question ends with a clear error")
{
    const std::vector<std::string> garbage{
        "HTTP/1.1 400 Bad Request\r\n\r\n",
        "\n",
        "[]\n",
        "{}\n",
        "17\n",
        R"({"jsonrpc":"2.0","id":1})"
        "\n",
        R"({"jsonrpc":"2.0","id":1,"result":[]})"
        "\n",
        R"({"jsonrpc":"2.0","result":{}})"
        "\n",
        R"({"jsonrpc":"2.0","id":1,"result":{"a":)"
        "\n",
        std::string("\0\xff\xfe\x1b[2J\n", 8),
        std::string(5'000, '[') + "\n",
        std::string(200'000, 'x'),
        "",
    };
    for (const std::string& answer : garbage)
    {
        CAPTURE(answer.substr(0, 40));
        const scripted_daemon daemon(
            path,
            [&](scripted_daemon::client& to, const std::string&, std::size_t)
            {
                to.put(answer);
                to.hang_up();
            });
        err.str("");
        auto with = around();
        with.link.longest_line = 100'000;
        CHECK(ctl::run_status(with) == exit_code::not_reachable);
        CHECK(count_of(err.str(), "\n") == 1);
        CHECK(err.str().find('\x1b') == std::string::npos);
        CHECK(out.str().empty());
    }
}

TEST_CASE_FIXTURE(ctl_fixture, "an error without a reason, or of a strange form, is an error all the same")
{
    for (const char* const error : {"null", "17", "{}", R"({"code":"x","message":5})"})
    {
        CAPTURE(error);
        const scripted_daemon daemon(
            path,
            [&](scripted_daemon::client& to, const std::string&, std::size_t)
            { to.put(std::string(R"({"jsonrpc":"2.0","id":null,"error":)") + error + "}\n"); });
        CHECK(ctl::run_status(around()) == exit_code::refused);
    }
}

TEST_CASE_FIXTURE(ctl_fixture, "no daemon: not reachable, with the path and what to do")
{
    CHECK(run({"status"}) == exit_code::not_reachable);
    CHECK(err_has(path));
    CHECK(err_has("systemctl status jobwatchd"));
    path = directory.file(std::string(200, 'x'));
    CHECK(run({"status"}) == exit_code::not_reachable);
    CHECK(err_has("File name too long"));
}

TEST_CASE_FIXTURE(ctl_fixture, "a socket file that nobody listens at is not reachable either")
{
    {
        const scripted_daemon daemon(path, [](scripted_daemon::client&, const std::string&, std::size_t) {});
        std::filesystem::create_hard_link(path, directory.file("stale"));
    }
    path = directory.file("stale");
    CHECK(run({"status"}) == exit_code::not_reachable);
    CHECK(err_has("Connection refused"));
}

TEST_CASE_FIXTURE(ctl_fixture, "a socket that we may not open is not permitted")
{
    constexpr uid_t nobody = 65534;
    const scripted_daemon daemon(path, [](scripted_daemon::client&, const std::string&, std::size_t) {});
    ::chmod(path.c_str(), 0);
    const uid_t self = geteuid();
    if (self == 0)
        REQUIRE(seteuid(nobody) == 0); // root may open everything
    const auto code = run({"status"});
    REQUIRE(seteuid(self) == 0);
    CHECK(code == exit_code::not_permitted);
    CHECK(err_has("group jobwatch"));
}

TEST_CASE_FIXTURE(ctl_fixture, "what the daemon says no to has its exit code")
{
    const std::vector<std::pair<int, exit_code>> codes{
        {-32001, exit_code::not_permitted}, {-32004, exit_code::not_known},
        {-32007, exit_code::not_reachable}, {-32002, exit_code::refused},
        {-32003, exit_code::refused},       {-32005, exit_code::refused},
        {-32006, exit_code::refused},       {-32600, exit_code::refused},
        {-32602, exit_code::refused},
    };
    for (const auto& one : codes)
    {
        const int code = one.first; // no structured binding: clang 14 captures none in a lambda
        CAPTURE(code);
        const scripted_daemon daemon(
            path,
            [code](scripted_daemon::client& to, const std::string& line, std::size_t)
            { to.refuse(line, code, "because \\u001b"); });
        err.str("");
        CHECK(run({"show", "job1"}) == one.second);
        CHECK(err.str() == "jobwatchctl: because \\x1b\n");
    }
}
