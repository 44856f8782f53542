#include "support/small_proxy.hpp"

#include <array>
#include <stdexcept>

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace jobwatch::test
{

namespace
{

sockaddr_in loopback(std::uint16_t port)
{
    sockaddr_in where{};
    where.sin_family = AF_INET;
    where.sin_port = htons(port);
    where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return where;
}

std::string read_header(int socket)
{
    std::string text;
    char one = 0;
    while (text.find("\r\n\r\n") == std::string::npos && recv(socket, &one, 1, 0) == 1)
        text += one;
    return text;
}

// False when that side has ended.
bool pass_on(int from, int to)
{
    std::array<char, 4'096> piece;
    const auto count = recv(from, piece.data(), piece.size(), 0);
    return count > 0 && send(to, piece.data(), static_cast<std::size_t>(count), MSG_NOSIGNAL) == count;
}

void join_both(int one, int other)
{
    std::array<pollfd, 2> ready{{{one, POLLIN, 0}, {other, POLLIN, 0}}};
    bool open = true;
    while (open && poll(ready.data(), ready.size(), -1) > 0)
    {
        if (ready[0].revents != 0)
            open = pass_on(one, other);
        if (open && ready[1].revents != 0)
            open = pass_on(other, one);
    }
}

} // namespace

small_proxy::small_proxy(std::string answer, std::uint16_t target) :
    answer_(std::move(answer)), target_(target)
{
    listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in where = loopback(0);
    socklen_t size = sizeof where;
    if (bind(listener_, reinterpret_cast<sockaddr*>(&where), size) != 0 || listen(listener_, 16) != 0
        || getsockname(listener_, reinterpret_cast<sockaddr*>(&where), &size) != 0)
        throw std::runtime_error("the proxy cannot listen");
    port_ = ntohs(where.sin_port);
    accepting_ = std::thread([this] { accept_all(); });
}

small_proxy::~small_proxy()
{
    {
        const std::lock_guard held(guard_);
        stopping_ = true;
        shutdown(listener_, SHUT_RDWR);
        for (const int socket : sockets_)
            shutdown(socket, SHUT_RDWR);
    }
    accepting_.join();
    for (std::thread& one : serving_)
        one.join();
    for (const int socket : sockets_)
        close(socket);
    close(listener_);
}

std::vector<std::string> small_proxy::requests() const
{
    const std::lock_guard held(guard_);
    return requests_;
}

void small_proxy::keep(int socket)
{
    const std::lock_guard held(guard_);
    sockets_.push_back(socket);
    if (stopping_)
        shutdown(socket, SHUT_RDWR);
}

void small_proxy::accept_all()
{
    for (;;)
    {
        const int client = accept(listener_, nullptr, nullptr);
        if (client < 0)
            return;
        keep(client);
        serving_.emplace_back([this, client] { serve(client); });
    }
}

void small_proxy::serve(int client)
{
    std::string header = read_header(client);
    {
        const std::lock_guard held(guard_);
        requests_.push_back(std::move(header));
    }
    char byte = 0;
    if (answer_.empty() || send(client, answer_.data(), answer_.size(), MSG_NOSIGNAL) < 0)
    {
        [[maybe_unused]] const auto gone = recv(client, &byte, 1, 0);
        return;
    }
    if (answer_ == tunnel_made)
    {
        const int server = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        keep(server);
        const sockaddr_in where = loopback(target_);
        if (connect(server, reinterpret_cast<const sockaddr*>(&where), sizeof where) == 0)
            join_both(client, server);
        shutdown(server, SHUT_RDWR);
    }
    shutdown(client, SHUT_RDWR);
}

} // namespace jobwatch::test
