#include "io/socket/socket_fixture.hpp"

#include "io/socket/socket_file.hpp"
#include "wire/event_text.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <stdexcept>

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace jobwatch::test
{

socket_fixture::~socket_fixture()
{
    if (server)
        stop();
}

void socket_fixture::start()
{
    engine.store.encode = event_text;
    engine.start();
    engine.feed().on_event(
        [this](const watch_store::committed&)
        {
            if (listener_throws)
                throw std::runtime_error("a surprise");
        });
    control_listener = listen_at(control_path(), 0660).value();
    const int events = listen_at(events_path(), 0660).value();
    tasks = std::make_unique<task_group>(engine.context.get_executor(), engine.lines);
    const socket_server::surroundings around{
        engine.service(), engine.feed(), engine.clock, engine.lines, *tasks};
    server = std::make_unique<socket_server>(
        engine.context.get_executor(), control_listener, events, engine.configured.control, rule, around);
    server->start();
    settle();
}

void socket_fixture::stop()
{
    server->stop();
    settle();
    server->close_all();
    settle();
    CHECK(tasks->running() == 0);
    server.reset();
    engine.stop();
}

void socket_fixture::happen(std::size_t count, event_type type, std::string appliance)
{
    event happened;
    happened.type = type;
    happened.time = engine.clock.wall_now();
    happened.appliance = std::move(appliance);
    for (std::size_t at = 0; at < count; ++at)
        REQUIRE(run_coroutine(engine.context, engine.store.append(happened)));
    settle();
}

void socket_fixture::happen_at_length(std::size_t count)
{
    event happened;
    happened.type = event_type::daemon_degraded;
    happened.reason.assign(8 << 10, 'x');
    for (std::size_t at = 0; at < count; ++at)
        REQUIRE(run_coroutine(engine.context, engine.store.append(happened)));
    settle();
}

namespace
{

int connected_to(const std::string& path)
{
    const int made = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.c_str(), std::min(path.size(), sizeof(address.sun_path) - 1));
    if (connect(made, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0)
        throw std::runtime_error("cannot connect to " + path + ": " + std::strerror(errno));
    return made;
}

} // namespace

socket_client::socket_client(socket_fixture& around, const std::string& path) :
    around_(around), socket_(connected_to(path))
{
    around_.settle();
}

bool socket_client::say(std::string_view bytes)
{
    said_ = 0;
    while (said_ < bytes.size())
    {
        ssize_t count = send(socket_, bytes.data() + said_, bytes.size() - said_, MSG_NOSIGNAL);
        if (count < 0 && errno == EAGAIN)
        {
            around_.settle();
            count = send(socket_, bytes.data() + said_, bytes.size() - said_, MSG_NOSIGNAL);
        }
        if (count < 0)
            return false;
        said_ += static_cast<std::size_t>(count);
    }
    around_.settle();
    return true;
}

void socket_client::half_close()
{
    shutdown(socket_, SHUT_WR);
    around_.settle();
}

void socket_client::leave()
{
    if (socket_ < 0)
        return;
    close(socket_);
    socket_ = -1;
    around_.settle();
}

void socket_client::say_and_leave(std::string_view bytes)
{
    REQUIRE(send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(bytes.size()));
    leave();
}

void socket_client::take(std::size_t most)
{
    around_.settle();
    std::string space(std::min<std::size_t>(most, 1 << 20), '\0');
    while (most != 0)
    {
        const ssize_t count = recv(socket_, space.data(), std::min(most, space.size()), 0);
        if (count < 0 && errno == EAGAIN)
            return;
        ended_ = ended_ || count <= 0;
        if (count <= 0)
            return;
        text_.append(space, 0, static_cast<std::size_t>(count));
        most -= static_cast<std::size_t>(count);
        around_.settle();
    }
}

std::vector<std::string> socket_client::lines()
{
    take();
    return taken_lines();
}

std::vector<std::string> socket_client::taken_lines()
{
    std::vector<std::string> found;
    std::size_t begin = 0;
    for (std::size_t end = text_.find('\n'); end != std::string::npos; end = text_.find('\n', begin))
    {
        found.push_back(text_.substr(begin, end - begin));
        begin = end + 1;
    }
    text_.erase(0, begin);
    return found;
}

std::string socket_client::line()
{
    const auto found = lines();
    CHECK(found.size() <= 1);
    return found.empty() ? "" : found.front();
}

std::string socket_client::ask(std::string_view request)
{
    say(std::string(request) + "\n");
    return line();
}

bool socket_client::closed()
{
    take();
    return ended_;
}

std::string request(int id, std::string_view method, std::string_view params)
{
    return R"({"jsonrpc":"2.0","id":)" + std::to_string(id) + R"(,"method":")" + std::string(method)
        + R"(","params":)" + std::string(params) + "}\n";
}

bool holds(std::string_view line, std::string_view part)
{
    if (line.find(part) != std::string_view::npos)
        return true;
    MESSAGE("no \"" << std::string(part) << "\" in: " << std::string(line.substr(0, 500)));
    return false;
}

} // namespace jobwatch::test
