#include "io/host/service.hpp"
#include "io/socket/socket_file.hpp"
#include "support/child_process.hpp"
#include "support/temporary_directory.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <cstring>

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

using namespace jobwatch;
using namespace jobwatch::test;

namespace
{

// What take_activated_sockets says in a process that got `passed` under `names`, as systemd passes them.
// The child's answer comes back through a pipe.
std::string taken(const std::vector<int>& passed, const std::string& names)
{
    int answer[2] = {};
    REQUIRE(pipe2(answer, O_CLOEXEC) == 0);
    const int ended = in_child(
        [&]
        {
            const int said = fcntl(answer[1], F_DUPFD_CLOEXEC, 100);
            std::vector<int> kept;
            for (const int one : passed)
                kept.push_back(fcntl(one, F_DUPFD_CLOEXEC, 50));
            for (std::size_t at = 0; at < kept.size(); ++at)
                dup2(kept[at], 3 + static_cast<int>(at));
            setenv("LISTEN_PID", std::to_string(getpid()).c_str(), 1);
            setenv("LISTEN_FDS", std::to_string(passed.size()).c_str(), 1);
            setenv("LISTEN_FDNAMES", names.c_str(), 1);
            const auto given = take_activated_sockets();
            std::string text = given ? "" : given.error().text;
            if (given)
                text = "control " + std::to_string(given->control.value_or(-1)) + ", events "
                    + std::to_string(given->events.value_or(-1));
            if (given && given->control && (fcntl(*given->control, F_GETFL) & O_NONBLOCK) == 0)
                text += ", blocking";
            if (std::getenv("LISTEN_FDS") != nullptr)
                text += ", handed on to children";
            return write(said, text.data(), text.size()) == static_cast<ssize_t>(text.size()) ? 0 : 1;
        });
    CHECK(ended == 0);
    close(answer[1]);
    std::string text(1'000, '\0');
    const ssize_t count = read(answer[0], text.data(), text.size());
    close(answer[0]);
    text.resize(count < 0 ? 0 : static_cast<std::size_t>(count));
    return text;
}

} // namespace

TEST_CASE("activated sockets are taken by their names, in any order")
{
    const temporary_directory directory;
    const int first = listen_at(directory.file("a"), 0600).value();
    const int second = listen_at(directory.file("b"), 0600).value();
    fcntl(first, F_SETFL, fcntl(first, F_GETFL) & ~O_NONBLOCK);
    CHECK(taken({first, second}, "control:events") == "control 3, events 4");
    CHECK(taken({first, second}, "events:control") == "control 4, events 3");
    CHECK(taken({first}, "events") == "control -1, events 3");
    CHECK(
        taken({first, second}, "control:other")
        == "systemd passed a socket named \"other\"; allowed are \"control\" and \"events\" "
           "(FileDescriptorName=)");
    CHECK(taken({first, second}, "control:control") == "systemd passed two sockets named \"control\"");
    close(first);
    close(second);
}

TEST_CASE("what was passed but is no listening Unix stream socket is refused")
{
    const int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    int pair[2] = {};
    REQUIRE(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == 0);
    const int datagrams = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    for (const int wrong : {null, pair[0], datagrams})
        CHECK(
            taken({wrong}, "control")
            == "the socket \"control\" passed by systemd is no listening Unix stream socket");
    for (const int one : {null, pair[0], pair[1], datagrams})
        close(one);
}

TEST_CASE("systemd is told of readiness, status and the stop")
{
    const temporary_directory directory;
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string path = directory.file("notify");
    std::memcpy(address.sun_path, path.c_str(), path.size());
    const int listener = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    REQUIRE(bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0);
    const int ended = in_child(
        [&]
        {
            setenv("NOTIFY_SOCKET", path.c_str(), 1);
            notify_ready("watching 3 jobs");
            notify_status("watching 2 jobs");
            notify_stopping();
            unsetenv("NOTIFY_SOCKET");
            notify_ready("nobody hears this");
            return 0;
        });
    CHECK(ended == 0);
    const auto heard = [&]
    {
        std::string text(1'000, '\0');
        const ssize_t count = recv(listener, text.data(), text.size(), 0);
        text.resize(count < 0 ? 0 : static_cast<std::size_t>(count));
        return text;
    };
    CHECK(heard() == "READY=1\nSTATUS=watching 3 jobs");
    CHECK(heard() == "STATUS=watching 2 jobs");
    CHECK(heard() == "STOPPING=1\nSTATUS=stopping");
    CHECK(heard().empty());
    close(listener);
}
