#include "ctl/ctl_fixture.hpp"

using namespace jobwatch;
using namespace jobwatch::test;
using ctl::exit_code;

namespace
{

std::string explanation(int number, const std::string& line)
{
    return R"({"watch":)" + std::to_string(number) + R"(,"state":"open","text":["watch        )"
        + std::to_string(number) + R"(",")" + line + R"("]})";
}

// Explains job "a" and watch 2, hostile text included; refuses "d/d", and knows nothing else.
void play(scripted_daemon::client& to, const std::string& line, std::size_t)
{
    if (line.find(R"("params":{"job":"a"})") != std::string::npos)
        to.answer(line, explanation(1, "state        Open."));
    else if (line.find(R"("params":{"watch":2})") != std::string::npos)
        to.answer(line, explanation(2, R"(             \u001b[2J\u009b)"));
    else if (line.find("d/d") != std::string::npos)
        to.refuse(line, -32602, "\\\"d/d\\\" is no job id");
    else
        to.refuse(line, -32004, "there is no watch for it");
}

struct explain_fixture : ctl_fixture
{
    scripted_daemon daemon{path, play};
};

} // namespace

TEST_CASE_FIXTURE(
    explain_fixture, "explain prints the daemon's lines, each watch apart, and no terminal obeys them")
{
    CHECK(run({"explain", "a", "--watch", "2"}) == exit_code::ok);
    CHECK(
        out.str()
        == "watch        1\nstate        Open.\n\nwatch        2\n             \\x1b[2J\\xc2\\x9b\n");
    REQUIRE(daemon.heard().size() == 2);
    CHECK(method_of(daemon.heard().front()) == "explain");
    CHECK(err.str().empty());
}

TEST_CASE_FIXTURE(explain_fixture, "with --json explain prints the daemon's own objects, one a line")
{
    CHECK(run({"explain", "--json", "a", "a"}) == exit_code::ok);
    const std::string one = explanation(1, "state        Open.") + '\n';
    CHECK(out.str() == one + one);
}

TEST_CASE_FIXTURE(explain_fixture, "explain takes ids from standard input")
{
    in.str("# those of CHG-1\na\n\na\n");
    CHECK(run({"explain", "-"}) == exit_code::ok);
    CHECK(count_of(out.str(), "watch        1\n") == 2);
}

TEST_CASE_FIXTURE(explain_fixture, "explain tells of each that it cannot explain, goes on, and ends with why")
{
    CHECK(run({"explain", "b", "a", "--watch", "99"}) == exit_code::not_known);
    CHECK(out.str() == "watch        1\nstate        Open.\n");
    CHECK(count_of(err.str(), "there is no watch for it\n") == 2);
    CHECK(run({"explain", "d/d"}) == exit_code::refused);
    CHECK(err_has("d/d"));
    CHECK(run({"explain", "d/d", "b"}) == exit_code::refused);
}

TEST_CASE_FIXTURE(ctl_fixture, "explain does not ask on when the daemon is gone, and takes strange answers")
{
    {
        const scripted_daemon daemon(
            path, [](scripted_daemon::client& to, const std::string&, std::size_t) { to.hang_up(); });
        CHECK(run({"explain", "a", "b"}) == exit_code::not_reachable);
        CHECK(daemon.heard().size() == 1);
    }
    CHECK(run({"explain", "a", "b"}) == exit_code::not_reachable);
    std::string result;
    const scripted_daemon daemon(
        path,
        [&](scripted_daemon::client& to, const std::string& line, std::size_t) { to.answer(line, result); });
    for (const auto* strange : {"{}", R"({"text":17})", R"({"text":[17,{}]})"})
    {
        result = strange;
        CHECK(run({"explain", "a"}) == exit_code::ok);
    }
    CHECK(out.str().empty());
}
