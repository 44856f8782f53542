// Programs that are started with standard input, output or error closed: nothing else may come to stand there.
#include "support/daemon_process.hpp"

#include <doctest/doctest.h>

#include <set>
#include <sstream>

using namespace jobwatch::test;

TEST_CASE("a follower whose output is closed says so, and keeps no cursor of what it could not show")
{
    simulator_process simulator({"--make-jobs", "0"});
    daemon_process daemon(watching(simulator));
    daemon.start();
    REQUIRE(daemon.comes_to_events("daemon.started"));
    const std::string cursor = daemon.file("cursor");
    child_process follower(child_wish{
        {"/bin/sh", "-c", "exec \"$@\" <&- >&-", "sh", JOBWATCHCTL_PROGRAM, "--socket", daemon.control(),
         "follow", "--from", "begin", "--cursor-file", cursor},
        daemon.file("followed"),
        {}});
    const auto ended = follower.wait();
    REQUIRE(ended.has_value());
    CHECK(ended->exit_code == 1);
    CHECK(follower.output().find("cannot write the output: Bad file descriptor") != std::string::npos);
    CHECK(follower.output().find("job id") == std::string::npos); // its output did not go to the daemon
    CHECK(file_text(cursor).empty());
}

TEST_CASE("a daemon whose standard error is closed writes each line of its log once")
{
    simulator_process simulator({"--make-jobs", "0"});
    daemon_process daemon(watching(simulator));
    daemon.wrapper = {"/bin/sh", "-c", "exec \"$@\" 2>&-", "sh"};
    daemon.start();
    REQUIRE(daemon.comes_to_events("daemon.started"));
    CHECK(daemon.stop().exit_code == 0);
    std::istringstream log(daemon.log_text());
    std::set<std::string> lines;
    for (std::string line; std::getline(log, line);)
        CHECK_MESSAGE(lines.insert(line).second, line);
    CHECK(lines.size() > 2);
}
