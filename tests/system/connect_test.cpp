// jobwatchctl check-config --connect, as an administrator runs it before the first start.
#include "support/daemon_process.hpp"

#include <doctest/doctest.h>

using namespace jobwatch::test;

namespace
{

struct administrator
{
    simulator_process simulator{{"--jobs", PUBLISHED_JOB}};
    daemon_process daemon{watching(simulator)}; // for its configuration; it is not started

    // The exit code; what is printed stands in `said`.
    int checks(const std::vector<std::string>& options)
    {
        std::vector<std::string> command{
            JOBWATCHCTL_PROGRAM, "check-config", daemon.file("jobwatchd.toml"), "--connect"};
        command.insert(command.end(), options.begin(), options.end());
        child_process program(child_wish{command, daemon.file("check.output"), {}});
        const auto ended = program.wait();
        REQUIRE(ended);
        said = program.output();
        return ended->exit_code;
    }

    bool says(const std::string& words) const { return said.find(words) != std::string::npos; }

    std::string said;
};

} // namespace

TEST_CASE_FIXTURE(administrator, "the way to the appliance is tried before the first start: all well")
{
    CHECK(checks({}) == 0);
    CAPTURE(said);
    CHECK(says("appliance sim: all well\n"));
    CHECK(says("ok      TLS: TLSv1.3, the certificate is good for 127.0.0.1\n"));
    CHECK(says("ok      read: google/update-all-versions: we asked for a job id that we made up"));
    CHECK(checks({"--job", "778a1024-dc18-49cb-833b-cfd6c000c090"}) == 0);
    CHECK(says("job 778a1024-dc18-49cb-833b-cfd6c000c090 is shown, its status is completed"));
    const auto ledger = simulator.stop();
    CHECK(ledger.at("logins") == 2);
    CHECK(ledger.at("logins_refused") == 0);
}

TEST_CASE_FIXTURE(administrator, "a wrong password costs one refused login, and is told with its file")
{
    write_text(daemon.file("wrong.password"), "a wrong one\n");
    daemon.wish.password_file = daemon.file("wrong.password");
    daemon.write_configuration();
    CHECK(checks({}) == 1);
    CAPTURE(said);
    CHECK(says("appliance sim: FAILED at login\n"));
    CHECK(says("FAILED  login: HTTP 401 Unauthorized: NCERRUnauthorizedAccess"));
    CHECK(says("Check username, the password in " + daemon.file("wrong.password")));
    CHECK_FALSE(says("a wrong one"));
    const auto ledger = simulator.stop();
    CHECK(ledger.at("logins_refused") == 1);
    CHECK(ledger.at("requests") == 1);
}

TEST_CASE_FIXTURE(administrator, "a CA of somebody else's is found out before any password is sent")
{
    const simulator_process another;
    daemon.wish.ca_file = another["ca_file"];
    daemon.write_configuration();
    CHECK(checks({}) == 1);
    CAPTURE(said);
    CHECK(says("appliance sim: FAILED at TLS\n"));
    CHECK(says("signed by nobody we trust"));
    CHECK(says("Put it into " + another["ca_file"]));
    CHECK(simulator.stop().at("requests") == 0);
}
