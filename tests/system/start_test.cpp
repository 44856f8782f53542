// Starts that must fail, or must warn: the text says what is wrong and what to do, the exit code whose fault it is.
#include "support/daemon_process.hpp"
#include "support/test_authority.hpp"

#include <doctest/doctest.h>

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

using namespace jobwatch::test;
using boost::json::object;

namespace
{

constexpr int bad_configuration = 78;
constexpr int failed = 1;

struct starting
{
    simulator_process simulator{{"--jobs", PUBLISHED_JOB}};
    daemon_process daemon{watching(simulator)};

    // It ends at once with this exit code, and says all of this on standard error.
    void check_refused(int exit_code, const std::vector<std::string>& words)
    {
        daemon.write_configuration();
        daemon.begin();
        const auto ended = daemon.ends();
        CAPTURE(daemon.output());
        CHECK(ended.exit_code == exit_code);
        for (const auto& word : words)
            CHECK_MESSAGE(daemon.output().find(word) != std::string::npos, word);
        CHECK_FALSE(std::filesystem::exists(daemon.control()));
    }
};

// A socket file as a killed process leaves it.
void leave_stale_socket(const std::string& path)
{
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof(address.sun_path) - 1);
    const int listener = socket(AF_UNIX, SOCK_STREAM, 0);
    REQUIRE(bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0);
    close(listener);
    REQUIRE(std::filesystem::is_socket(path));
}

} // namespace

TEST_CASE_FIXTURE(starting, "a missing password file is named with the places looked at")
{
    daemon.wish.password_file = "nowhere.password";
    check_refused(
        bad_configuration,
        {"jobwatchd.toml:4: appliance.sim.password_file", "nowhere.password", "no such file",
         daemon.file("credentials/nowhere.password")});
}

TEST_CASE_FIXTURE(starting, "a folder as the password file is named for what it is")
{
    std::filesystem::create_directory(daemon.file("folder.password"));
    daemon.wish.password_file = "folder.password";
    check_refused(
        bad_configuration,
        {"appliance.sim.password_file", daemon.file("folder.password") + ": is a folder; allowed"});
}

TEST_CASE_FIXTURE(starting, "a password file that everybody can read is warned about, and the daemon runs")
{
    const auto file = daemon.file("open.password");
    write_text(file, simulator["password"] + "\n");
    chmod(file.c_str(), 0644);
    daemon.wish.password_file = file;
    daemon.write_configuration();
    daemon.start();
    CHECK(daemon.comes_to_log(file + " can be read by every user of this machine; chmod o-r it"));
    CHECK(daemon.log_text().find(simulator["password"]) == std::string::npos);
    CHECK(daemon.stop().exit_code == 0);

    chmod(file.c_str(), 0640);
    std::filesystem::remove(daemon.file("logs/jobwatchd.log"));
    daemon.start();
    CHECK(daemon.stop().exit_code == 0);
    CHECK(daemon.log_text().find("can be read by") == std::string::npos);
}

TEST_CASE_FIXTURE(
    starting, "all mistakes of a configuration are told at once, each with its line and what is allowed")
{
    daemon.wish.poll = "frist_after = \"1s\"\nmin_interval = \"5\"\nbackoff = 7\n";
    daemon.wish.more = "[evnets]\nretain = \"1d\"\n";
    check_refused(
        bad_configuration,
        {"poll.frist_after", "first_after", "poll.min_interval", "\"5\"", "ms", "poll.backoff", "7", "evnets",
         "jobwatchd.toml:"});
}

TEST_CASE_FIXTURE(starting, "a configuration that is no TOML, or is not there, is told with its place")
{
    daemon.wish.poll = "first_after = = 3\n";
    check_refused(bad_configuration, {"jobwatchd.toml:", "not TOML"});
    std::filesystem::remove(daemon.file("jobwatchd.toml"));
    daemon.begin();
    CHECK(daemon.ends().exit_code == bad_configuration);
    CHECK(daemon.output().find("No such file") != std::string::npos);
}

TEST_CASE_FIXTURE(
    starting, "files that cannot serve are told at once, with the other mistakes, each with its line")
{
    write_text(daemon.file("ca.pem"), "hello\n");
    write_text(daemon.file("empty.password"), "\n");
    daemon.wish.ca_file = daemon.file("ca.pem");
    daemon.wish.password_file = daemon.file("empty.password");
    daemon.wish.poll = "backoff = 7\n";
    check_refused(
        bad_configuration,
        {"jobwatchd.toml:4: appliance.sim.password_file = \"" + daemon.file("empty.password")
             + "\": password file " + daemon.file("empty.password") + ": is empty; allowed is one password",
         "jobwatchd.toml:5: appliance.sim.ca_file = \"" + daemon.file("ca.pem") + "\": CA file "
             + daemon.file("ca.pem") + ": holds no certificate; allowed are certificates in PEM form",
         "poll.backoff = 7"});
}

TEST_CASE_FIXTURE(starting, "an authority that has expired is warned about, and the daemon runs")
{
    const test_authority authority("an old authority");
    const auto old = authority.issue({.names = "", .starts = -7'200, .ends = -3'600});
    write_text(daemon.file("ca.pem"), file_text(simulator["ca_file"]) + old.certificate);
    daemon.wish.ca_file = daemon.file("ca.pem");
    daemon.write_configuration();
    daemon.start();
    CHECK(daemon.comes_to_log("CA file " + daemon.file("ca.pem") + ": the certificate CN=the appliance"));
    unix_client(daemon.control()).result("submit", {{"jobs", boost::json::array{"job-1"}}});
    CHECK(daemon.comes_to_log("have a token")); // the good authority beside it counts
    CHECK(daemon.stop().exit_code == 0);
}

TEST_CASE_FIXTURE(
    starting, "two daemons do not write into one events.jsonl, though each has a state of its own")
{
    daemon.start();
    daemon_process other(daemon.wish);
    std::filesystem::remove_all(other.file("logs"));
    std::filesystem::create_symlink(daemon.file("logs"), other.file("logs"));
    other.begin();
    const auto ended = other.ends();
    CHECK(ended.exit_code == 1);
    CHECK(other.output().find("is in use by another jobwatchd (pid ") != std::string::npos);
    CHECK(daemon.stop().exit_code == 0);
}

TEST_CASE_FIXTURE(starting, "a state directory that cannot be written is told with the cause")
{
    write_text(daemon.file("plain"), "");
    std::filesystem::remove(daemon.file("state"));
    std::filesystem::create_symlink(daemon.file("plain") + "/below", daemon.file("state"));
    check_refused(failed, {daemon.file("state"), "Not a directory"});
    CHECK(daemon.log_text().find("Not a directory") != std::string::npos);
}

TEST_CASE_FIXTURE(starting, "a state directory without write permission is told with the cause")
{
    // Root obeys permissions like anybody else once it has lost the right to override them.
    if (geteuid() == 0)
        daemon.wrapper = {"/usr/bin/setpriv", "--bounding-set=-dac_override,-dac_read_search", "--"};
    chmod(daemon.file("state").c_str(), 0500);
    check_refused(failed, {daemon.file("state"), "Permission denied"});
    chmod(daemon.file("state").c_str(), 0700);
}

TEST_CASE_FIXTURE(starting, "a missing log directory is told with the cause")
{
    std::filesystem::remove(daemon.file("logs"));
    check_refused(failed, {daemon.file("logs/jobwatchd.log"), "No such file"});
}

TEST_CASE_FIXTURE(starting, "a second daemon on the same directory is refused, and the first goes on")
{
    daemon.start();
    child_process second(child_wish{
        {JOBWATCHD_PROGRAM, "--config", daemon.file("jobwatchd.toml")}, daemon.file("second.output"), {}});
    const auto ended = second.wait();
    REQUIRE(ended);
    CHECK(ended->exit_code == failed);
    const auto pid = std::to_string(daemon.process().pid());
    CHECK(second.output().find("in use by another jobwatchd (pid " + pid + ")") != std::string::npos);
    CHECK(second.output().find(daemon.file("state")) != std::string::npos);
    unix_client(daemon.control()).result("status");
    CHECK(daemon.stop().exit_code == 0);
}

TEST_CASE_FIXTURE(starting, "stale socket files are replaced")
{
    leave_stale_socket(daemon.control());
    leave_stale_socket(daemon.events());
    daemon.start();
    CHECK(listens(daemon.events()));
    daemon.kill(); // leaves its own behind
    CHECK(std::filesystem::is_socket(daemon.control()));
    daemon.start();
    CHECK(daemon.stop().exit_code == 0);
}

TEST_CASE_FIXTURE(
    starting, "a socket on which another process listens is refused, as is something that is no socket")
{
    daemon_process other(watching(simulator));
    other.start();
    std::filesystem::remove(daemon.file("run"));
    std::filesystem::create_symlink(other.file("run"), daemon.file("run"));
    daemon.begin();
    CHECK(daemon.ends().exit_code == failed);
    CHECK(daemon.output().find("another process is listening there") != std::string::npos);
    unix_client(other.control()).result("status");
    CHECK(other.stop().exit_code == 0);

    write_text(other.events(), "precious");
    daemon.begin();
    CHECK(daemon.ends().exit_code == failed);
    CHECK(daemon.output().find("something else than a socket") != std::string::npos);
    CHECK(file_text(other.events()) == "precious");
    CHECK_FALSE(std::filesystem::exists(other.control())); // opened first, and taken away again
}

TEST_CASE_FIXTURE(starting, "an unknown option of the command line is a matter of usage")
{
    child_process wrong(child_wish{{JOBWATCHD_PROGRAM, "--confg", "x"}, daemon.file("wrong.output"), {}});
    CHECK(wrong.wait()->exit_code == 2);
    CHECK(wrong.output().find("--confg") != std::string::npos);
}

TEST_CASE_FIXTURE(starting, "a soft limit on descriptors is raised, so that all clients find room")
{
    daemon.wrapper = {"/bin/sh", "-c", "ulimit -S -n 90; exec \"$@\"", "sh"};
    daemon.start();
    std::vector<std::unique_ptr<unix_client>> clients;
    while (clients.size() < 120)
        clients.push_back(std::make_unique<unix_client>(daemon.control()));
    CHECK(clients.back()->result("status").at("clients") == 120);
    CHECK(daemon.output().find("clients are served") == std::string::npos);
    CHECK(daemon.stop().exit_code == 0);
}

TEST_CASE_FIXTURE(starting, "a hard limit on descriptors is kept by serving fewer clients, and that is said")
{
    // 64 in reserve, 8 connections, a login: 17 are left for clients.
    daemon.wrapper = {"/bin/sh", "-c", "ulimit -n 90; exec \"$@\"", "sh"};
    daemon.start();
    CHECK(daemon.output().find("at most 17 clients are served, not 1000") != std::string::npos);
    std::vector<std::unique_ptr<unix_client>> clients;
    while (clients.size() < 17)
        clients.push_back(std::make_unique<unix_client>(daemon.control()));
    CHECK(clients.back()->result("status").at("clients") == 17);
    const auto refused = unix_client(daemon.control()).line();
    REQUIRE(refused);
    CHECK(refused->find("at most 17 are served") != std::string::npos);
    clients.back()->result("submit", {{"jobs", boost::json::array{"job-1"}}});
    CHECK(daemon.comes_to_log("have a token")); // polling had its descriptors
    CHECK(daemon.stop().exit_code == 0);
}

TEST_CASE_FIXTURE(
    starting, "a limit on descriptors that leaves no room for the connections refuses the start")
{
    daemon.wish.appliance = "connections = 40\n";
    daemon.wrapper = {"/bin/sh", "-c", "ulimit -n 100; exec \"$@\"", "sh"};
    check_refused(failed, {"may have 100 files and sockets open", "at least 106 are needed", "LimitNOFILE="});
}
