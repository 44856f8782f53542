#include "ctl/ctl_fixture.hpp"

#include <cstdlib>

using namespace jobwatch;
using namespace jobwatch::test;
using ctl::exit_code;

TEST_CASE_FIXTURE(ctl_fixture, "a wrong command line is said and gives 2, before anything is asked")
{
    const std::vector<std::vector<const char*>> wrong{
        {},
        {"explode"},
        {"submit"},
        {"submit", "a", "--label", "novalue"},
        {"submit", "a", "--overdue-after", "2 hours"},
        {"submit", "a", "--kind", ""},
        {"submit", "a", "--label", "x=\xff"},
        {"list", "--appliance", ""},
        {"list", "--state", "maybe"},
        {"list", "--outcome", "fine"},
        {"list", "--limit", "many"},
        {"show"},
        {"show", "a", "b"},
        {"show", "a", "--watch", "1"},
        {"show", "--watch", "0"},
        {"show", "--watch", "-1"},
        {"explain"},
        {"explain", "--watch", "0"},
        {"wait"},
        {"wait", "-"}, // and nothing there
        {"wait", "a", "--label", "x=y"},
        {"wait", "a", "--timeout", "10"},
        {"wait", "a", "--timeout", "never"},
        {"follow", "--from", "middle"},
        {"follow", "--appliance", ""},
        {"follow", "--event", "job.fnished"},
        {"remove"},
        {"status", "extra"},
    };
    for (const auto& arguments : wrong)
    {
        CAPTURE(arguments.size());
        CAPTURE(std::string(arguments.empty() ? "" : arguments.back()));
        err.str("");
        CHECK(run(arguments) == exit_code::usage);
        CHECK_FALSE(err.str().empty());
        CHECK(out.str().empty());
    }
}

TEST_CASE_FIXTURE(ctl_fixture, "every command has its help, with an example, on standard output")
{
    for (const char* const command :
         {"submit", "list", "show", "explain", "wait", "follow", "remove", "poll", "status", "kinds",
          "version", "check-config", "backup"})
    {
        CAPTURE(command);
        out.str("");
        CHECK(run({command, "--help"}) == exit_code::ok);
        CHECK(out_has(std::string("  jobwatchctl ") + command));
        CHECK(out_has("--json"));
        CHECK(err.str().empty());
    }
    out.str("");
    CHECK(run({"--help"}) == exit_code::ok);
    CHECK(out_has("124 time limit"));
    out.str("");
    CHECK(run({"--version"}) == exit_code::ok);
    CHECK(out.str().substr(0, 12) == "jobwatchctl ");
}

TEST_CASE_FIXTURE(ctl_fixture, "the socket comes from the option, else the environment")
{
    const scripted_daemon daemon(
        path,
        [](scripted_daemon::client& to, const std::string& line, std::size_t)
        { to.answer(line, R"({"version":"9","log":"x"})"); });
    ::setenv("JOBWATCHD_SOCKET", path.c_str(), 1);
    const std::vector<const char*> arguments{"jobwatchctl", "version"};
    CHECK(ctl::run_command_line(2, arguments.data(), io) == exit_code::ok);
    const std::string elsewhere = directory.file("elsewhere");
    const std::vector<const char*> other{"jobwatchctl", "--socket", elsewhere.c_str(), "version"};
    CHECK(ctl::run_command_line(4, other.data(), io) == exit_code::not_reachable);
    ::unsetenv("JOBWATCHD_SOCKET");
}
