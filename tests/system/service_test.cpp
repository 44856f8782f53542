// What systemd expects of a service: sockets taken by name, and readiness told when it is true.
#include "support/daemon_process.hpp"

#include <doctest/doctest.h>

#include <array>
#include <csignal>
#include <filesystem>

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

using namespace jobwatch::test;
using boost::json::object;

namespace
{

const std::string published_id = "778a1024-dc18-49cb-833b-cfd6c000c090";

// The socket that $NOTIFY_SOCKET names.
class notify_listener
{
public:
    explicit notify_listener(const std::string& path) : socket_(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0))
    {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        path.copy(address.sun_path, sizeof(address.sun_path) - 1);
        REQUIRE(bind(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0);
    }
    ~notify_listener() { close(socket_); }
    notify_listener(const notify_listener&) = delete;

    std::string message(std::chrono::milliseconds limit = patience)
    {
        pollfd arrives{socket_, POLLIN, 0};
        if (poll(&arrives, 1, static_cast<int>(limit.count())) != 1)
            return "nothing";
        std::array<char, 4'096> bytes{};
        const auto size = recv(socket_, bytes.data(), bytes.size(), 0);
        return {bytes.data(), static_cast<std::size_t>(std::max<ssize_t>(size, 0))};
    }

private:
    int socket_;
};

bool has_activation_tool()
{
    return std::filesystem::exists("/usr/bin/systemd-socket-activate");
}

struct service
{
    simulator_process simulator{{"--jobs", PUBLISHED_JOB}};
    daemon_process daemon{watching(simulator)};

    void activate_with(const std::string& names)
    {
        daemon.wrapper = {
            "/usr/bin/systemd-socket-activate",
            "-l",
            daemon.file("c.sock"),
            "-l",
            daemon.file("e.sock"),
            "--fdname=" + names};
        daemon.begin();
        REQUIRE(eventually([&] { return listens(daemon.file("e.sock")); })); // which starts it
    }
};

} // namespace

TEST_CASE_FIXTURE(service, "sockets that systemd passes are served by their names, and left where they are")
{
    if (!has_activation_tool())
    {
        MESSAGE("skipped: there is no systemd-socket-activate here");
        return;
    }
    // The names count, not the order.
    activate_with("events:control");
    unix_client client(daemon.file("e.sock"));
    unix_client reader(daemon.file("c.sock"));
    reader.send("begin\n");
    CHECK(client.ask(published_id).at("watch") == 1);
    std::string line;
    while (line.find("job.finished") == std::string::npos)
        line = reader.line().value();
    CHECK_FALSE(std::filesystem::exists(daemon.control())); // none of its own
    CHECK_FALSE(std::filesystem::exists(daemon.events()));
    CHECK(daemon.stop().exit_code == 0);
    CHECK(std::filesystem::is_socket(daemon.file("c.sock")));
    CHECK(std::filesystem::is_socket(daemon.file("e.sock")));
}

TEST_CASE_FIXTURE(service, "a socket passed under another name is refused with the names that are allowed")
{
    if (!has_activation_tool())
    {
        MESSAGE("skipped: there is no systemd-socket-activate here");
        return;
    }
    activate_with("control:event");
    CHECK(daemon.ends().exit_code == 1);
    CHECK(
        daemon.output().find("a socket named \"event\"; allowed are \"control\" and \"events\"")
        != std::string::npos);
}

TEST_CASE_FIXTURE(service, "readiness is told when control.sock answers, and stopping when it stops")
{
    notify_listener told(daemon.file("notify.sock"));
    daemon.environment["NOTIFY_SOCKET"] = daemon.file("notify.sock");
    daemon.begin();
    const auto ready = told.message();
    CHECK(ready.starts_with("READY=1\n"));
    CHECK(ready.find("STATUS=open watches: 0, appliances: 1, event ") != std::string::npos);
    CHECK(unix_client(daemon.control()).result("version").contains("version"));
    CHECK(listens(daemon.events()));
    daemon.process().send(SIGTERM);
    auto message = told.message();
    while (message.starts_with("STATUS="))
        message = told.message();
    CHECK(message.starts_with("STOPPING=1"));
    CHECK(daemon.ends().exit_code == 0);
}

TEST_CASE_FIXTURE(service, "a start that fails is never told ready")
{
    notify_listener told(daemon.file("notify.sock"));
    daemon.environment["NOTIFY_SOCKET"] = daemon.file("notify.sock");
    std::filesystem::create_directory(daemon.file("state/state.db"));
    daemon.begin();
    CHECK(daemon.ends().exit_code == 1);
    CHECK(daemon.output().find(daemon.state_file()) != std::string::npos);
    CHECK(told.message(std::chrono::milliseconds{0}) == "nothing");
}
