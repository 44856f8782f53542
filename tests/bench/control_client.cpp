#include "control_client.hpp"

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <utility>

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace jobwatch::bench
{

namespace
{

constexpr std::size_t receive_size = 256 * 1024;
constexpr std::string_view status_request = R"({"jsonrpc":"2.0","id":1,"method":"status"})"
                                            "\n";

[[noreturn]] void fail(const std::string& what)
{
    throw bench_failure(what + ": " + std::strerror(errno));
}

} // namespace

socket_client::socket_client(const std::string& path) :
    descriptor_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)), buffer_(receive_size)
{
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof(address.sun_path))
        throw bench_failure("the path of the socket is too long: " + path);
    std::memcpy(address.sun_path, path.data(), path.size());
    const auto* const generic = reinterpret_cast<const sockaddr*>(&address);
    if (descriptor_ < 0 || ::connect(descriptor_, generic, sizeof(address)) != 0)
        fail("cannot connect to " + path);
}

socket_client::~socket_client()
{
    if (descriptor_ >= 0)
        ::close(descriptor_);
}

socket_client::socket_client(socket_client&& from) noexcept :
    descriptor_(std::exchange(from.descriptor_, -1)), buffer_(std::move(from.buffer_))
{
}

void socket_client::send(std::string_view bytes)
{
    while (!bytes.empty())
    {
        const auto sent = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent < 0)
            fail("cannot send to the daemon");
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
}

std::string_view socket_client::receive()
{
    const auto got = ::recv(descriptor_, buffer_.data(), buffer_.size(), 0);
    if (got == 0)
        throw bench_failure("the daemon has closed the connection");
    if (got < 0)
        fail("cannot receive from the daemon");
    return {buffer_.data(), static_cast<std::size_t>(got)};
}

std::string socket_client::receive_line()
{
    std::string line;
    while (!line.ends_with('\n'))
        line += receive();
    return line;
}

std::string ask(const std::string& path, std::string_view request)
{
    socket_client client(path);
    client.send(request);
    return client.receive_line();
}

std::string ask_status(const std::string& path)
{
    return ask(path, status_request);
}

double sum_of(std::string_view json, std::string_view name)
{
    const std::string wanted = '"' + std::string(name) + "\":";
    double sum = 0;
    auto at = json.find(wanted);
    if (at == std::string_view::npos)
        throw bench_failure("there is no " + std::string(name) + " in " + std::string(json.substr(0, 2000)));
    for (; at != std::string_view::npos; at = json.find(wanted, at + 1))
        sum += std::strtod(json.data() + at + wanted.size(), nullptr);
    return sum;
}

std::vector<std::string> read_lines(const std::string& path)
{
    std::ifstream file(path);
    if (!file)
        fail("cannot read " + path);
    std::vector<std::string> lines;
    for (std::string line; std::getline(file, line);)
        lines.push_back(line);
    return lines;
}

double seconds_now()
{
    using namespace std::chrono;
    return duration<double>(steady_clock::now().time_since_epoch()).count();
}

} // namespace jobwatch::bench
