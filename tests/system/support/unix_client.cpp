#include "support/unix_client.hpp"

#include <array>
#include <cstring>
#include <stdexcept>

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace jobwatch::test
{

namespace
{

int connected(const std::string& path)
{
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path.c_str(), sizeof(address.sun_path) - 1);
    const int made = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connect(made, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0)
        return made;
    close(made);
    return -1;
}

bool ready(int socket, short what, const deadline& until)
{
    pollfd wanted{socket, what, 0};
    while (poll(&wanted, 1, until.milliseconds_left()) < 0 && errno == EINTR)
        ;
    return wanted.revents != 0;
}

} // namespace

unix_client::unix_client(const std::string& path) : socket_(connected(path))
{
    if (socket_ < 0)
        throw std::runtime_error("nobody listens at " + path);
}

unix_client::~unix_client()
{
    close(socket_);
}

std::size_t unix_client::send_what_fits(std::string_view bytes, std::chrono::milliseconds limit)
{
    const deadline until(limit);
    std::size_t sent = 0;
    while (sent < bytes.size() && ready(socket_, POLLOUT, until))
    {
        const auto rest = bytes.substr(sent);
        const auto taken = ::send(socket_, rest.data(), rest.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        if (taken < 0 && errno != EAGAIN && errno != EINTR)
            break;
        sent += taken > 0 ? static_cast<std::size_t>(taken) : 0;
    }
    return sent;
}

bool unix_client::send(std::string_view bytes, std::chrono::milliseconds limit)
{
    return send_what_fits(bytes, limit) == bytes.size();
}

void unix_client::half_close()
{
    shutdown(socket_, SHUT_WR);
}

bool unix_client::fill(std::chrono::milliseconds limit)
{
    const deadline until(limit);
    if (!ready(socket_, POLLIN, until))
        throw std::runtime_error("no line in time; so far: " + waiting_.substr(0, 500));
    std::array<char, 65'536> bytes{};
    const auto count = recv(socket_, bytes.data(), bytes.size(), 0);
    if (count <= 0)
        return false;
    waiting_.append(bytes.data(), static_cast<std::size_t>(count));
    return true;
}

std::optional<std::string> unix_client::line(std::chrono::milliseconds limit)
{
    std::size_t searched = 0;
    for (;;)
    {
        const auto end = waiting_.find('\n', searched);
        if (end != std::string::npos)
        {
            auto found = waiting_.substr(0, end);
            waiting_.erase(0, end + 1);
            return found;
        }
        searched = waiting_.size();
        if (!fill(limit))
            return std::nullopt;
    }
}

bool unix_client::closed(std::chrono::milliseconds limit)
{
    while (line(limit))
        ;
    return true;
}

boost::json::object unix_client::ask(std::string_view text)
{
    send(std::string(text) + '\n');
    const auto answer = line();
    if (!answer)
        throw std::runtime_error("closed instead of an answer to " + std::string(text.substr(0, 200)));
    return boost::json::parse(*answer).as_object();
}

boost::json::object unix_client::call(std::string_view method, const boost::json::object& params)
{
    const boost::json::object request{
        {"jsonrpc", "2.0"}, {"id", ++next_id_}, {"method", method}, {"params", params}};
    auto answer = ask(boost::json::serialize(request));
    if (answer.at("id") != next_id_)
        throw std::runtime_error("an answer to another request: " + boost::json::serialize(answer));
    return answer;
}

boost::json::object unix_client::result(std::string_view method, const boost::json::object& params)
{
    const auto answer = call(method, params);
    if (!answer.contains("result"))
        throw std::runtime_error("refused: " + boost::json::serialize(answer));
    return answer.at("result").as_object();
}

bool listens(const std::string& path)
{
    const int made = connected(path);
    if (made >= 0)
        close(made);
    return made >= 0;
}

} // namespace jobwatch::test
