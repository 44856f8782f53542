#include "ctl/scripted_daemon.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <array>
#include <cstring>
#include <stdexcept>

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace jobwatch::test
{

void scripted_daemon::client::put(std::string_view bytes) const
{
    while (!bytes.empty())
    {
        const auto count = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (count <= 0)
            return; // the client has gone
        bytes.remove_prefix(static_cast<std::size_t>(count));
    }
}

void scripted_daemon::client::answer(const std::string& request, std::string_view result) const
{
    put(R"({"jsonrpc":"2.0","id":)" + id_of(request) + R"(,"result":)" + std::string(result) + "}\n");
}

void scripted_daemon::client::refuse(const std::string& request, int code, std::string_view message) const
{
    put(R"({"jsonrpc":"2.0","id":)" + id_of(request) + R"(,"error":{"code":)" + std::to_string(code)
        + R"(,"message":")" + std::string(message) + "\"}}\n");
}

void scripted_daemon::client::hang_up()
{
    ::shutdown(socket_, SHUT_RDWR);
    hung_up_ = true;
}

scripted_daemon::scripted_daemon(std::string path, script play) :
    path_(std::move(path)), play_(std::move(play)), stop_(eventfd(0, EFD_CLOEXEC))
{
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path_.c_str(), sizeof(address.sun_path) - 1);
    ::unlink(path_.c_str());
    listening_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (::bind(listening_, reinterpret_cast<sockaddr*>(&address), sizeof(address)) != 0
        || ::listen(listening_, 16) != 0)
        throw std::runtime_error("cannot listen at " + path_);
    thread_ = std::thread([this] { run(); });
}

scripted_daemon::~scripted_daemon()
{
    const std::uint64_t one = 1;
    if (::write(stop_, &one, sizeof(one)) != sizeof(one))
        std::terminate();
    thread_.join();
    ::close(listening_);
    ::close(stop_);
    ::unlink(path_.c_str());
}

std::vector<std::string> scripted_daemon::heard() const
{
    const std::lock_guard lock(guard_);
    return heard_;
}

void scripted_daemon::run()
{
    for (;;)
    {
        std::array<pollfd, 2> watched{{{listening_, POLLIN, 0}, {stop_, POLLIN, 0}}};
        if (::poll(watched.data(), watched.size(), -1) < 0)
            continue; // a signal
        if (watched[1].revents != 0)
            return;
        const int socket = ::accept4(listening_, nullptr, nullptr, SOCK_CLOEXEC);
        if (socket < 0)
            continue;
        serve(socket);
        ::close(socket);
    }
}

void scripted_daemon::serve(int socket)
{
    client talking(socket);
    std::string waiting;
    std::array<char, 64 * 1024> bytes{};
    while (!talking.hung_up())
    {
        std::array<pollfd, 2> watched{{{socket, POLLIN, 0}, {stop_, POLLIN, 0}}};
        if (::poll(watched.data(), watched.size(), -1) < 0)
            continue; // a signal
        if (watched[1].revents != 0)
            return;
        const auto count = ::recv(socket, bytes.data(), bytes.size(), 0);
        if (count <= 0)
            return;
        waiting.append(bytes.data(), static_cast<std::size_t>(count));
        for (auto end = waiting.find('\n'); end != std::string::npos && !talking.hung_up();
             end = waiting.find('\n'))
        {
            const std::string line = waiting.substr(0, end);
            waiting.erase(0, end + 1);
            {
                const std::lock_guard lock(guard_);
                heard_.push_back(line);
            }
            play_(talking, line, ++count_);
        }
    }
}

std::string id_of(const std::string& request)
{
    return boost::json::serialize(boost::json::parse(request).at("id"));
}

std::string method_of(const std::string& request)
{
    return boost::json::parse(request).at("method").as_string().c_str();
}

} // namespace jobwatch::test
