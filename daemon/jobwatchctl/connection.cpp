#include "jobwatchctl/connection.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <limits>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

namespace jobwatch::ctl
{

namespace
{

constexpr timeval connect_limit{10, 0}; // a full backlog: the daemon does not accept
constexpr std::size_t portion = 64 * 1024;

std::string text_of(int error)
{
    return error_code(error, boost::system::system_category()).message();
}

trouble cannot_connect(const std::string& path, int error)
{
    if (error == EACCES || error == EPERM)
        return {
            trouble_kind::not_permitted,
            "not permitted to open " + path + ": users of group jobwatch may (and root); see ls -l " + path};
    const std::string why = error == EAGAIN ? "it does not accept connections" : text_of(error);
    return {
        trouble_kind::not_reachable,
        "cannot reach the daemon at " + path + ": " + why
            + "; does it run (systemctl status jobwatchd)? is it another socket (--socket PATH or "
              "$JOBWATCHD_SOCKET)?"};
}

trouble broken(std::string text)
{
    return {trouble_kind::connection, std::move(text)};
}

int milliseconds_until(deadline until)
{
    if (!until)
        return -1;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(*until - steady_clock::now()).count();
    return static_cast<int>(std::clamp<std::int64_t>(left, 0, std::numeric_limits<int>::max()));
}

int connected_socket(const std::string& path, int& error)
{
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    error = ENAMETOOLONG;
    if (path.size() >= sizeof(address.sun_path))
        return -1;
    std::memcpy(address.sun_path, path.data(), path.size());
    const int socket = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    error = errno;
    if (socket < 0)
        return -1;
    setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &connect_limit, sizeof(connect_limit));
    int connected = 0;
    do
        connected = ::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof(address));
    while (connected != 0 && errno == EINTR);
    error = errno;
    if (connected == 0 && fcntl(socket, F_SETFL, O_NONBLOCK) == 0)
        return socket;
    ::close(socket);
    return -1;
}

} // namespace

or_trouble<connection>
connection::open(const std::string& path, leaving_reasons leave, std::size_t longest_line)
{
    int error = 0;
    const int socket = connected_socket(path, error);
    if (socket < 0)
        return cannot_connect(path, error);
    return connection(socket, leave, longest_line);
}

connection::connection(connection&& other) noexcept :
    socket_(std::exchange(other.socket_, -1)),
    leave_(other.leave_),
    lines_(std::move(other.lines_)),
    longest_line_(other.longest_line_),
    kept_(std::move(other.kept_)),
    ended_(other.ended_)
{
}

connection& connection::operator=(connection&& other) noexcept
{
    std::swap(socket_, other.socket_);
    std::swap(leave_, other.leave_);
    std::swap(lines_, other.lines_);
    std::swap(longest_line_, other.longest_line_);
    std::swap(kept_, other.kept_);
    std::swap(ended_, other.ended_);
    return *this;
}

connection::~connection()
{
    if (socket_ >= 0)
        ::close(socket_);
}

or_trouble<void> connection::wait_for(short events, deadline until) const
{
    for (;;)
    {
        // Nothing is asked of the output: that nobody reads it any more is told unasked (POLLERR, POLLHUP).
        std::array<pollfd, 3> watched{
            {{socket_, events, 0}, {leave_.stop, POLLIN, 0}, {leave_.output, 0, 0}}};
        const int ready = ::poll(watched.data(), watched.size(), milliseconds_until(until));
        if (ready < 0 && errno == EINTR)
            continue;
        if (ready < 0)
            return broken("poll: " + text_of(errno));
        if (watched[1].revents != 0)
            return trouble{trouble_kind::stopped, "stopped"};
        if (watched[2].revents != 0)
            return trouble{trouble_kind::stopped, "nobody reads any more"};
        if (watched[0].revents != 0)
            return {};
        if (until && steady_clock::now() >= *until)
            return trouble{trouble_kind::timed_out, "the daemon did not answer in time"};
    }
}

or_trouble<std::size_t> connection::read_some()
{
    std::array<char, portion> bytes; // NOLINT: filled by recv
    const auto count = ::recv(socket_, bytes.data(), bytes.size(), 0);
    if (count > 0)
        lines_.feed({bytes.data(), static_cast<std::size_t>(count)});
    else if (count == 0 || errno == ECONNRESET)
        ended_ = true;
    else if (errno != EAGAIN && errno != EINTR)
        return broken("the connection to the daemon broke: " + text_of(errno));
    return count > 0 ? static_cast<std::size_t>(count) : 0;
}

or_trouble<void> connection::send(std::string_view text, deadline until)
{
    std::size_t heard = 0; // meanwhile
    while (!text.empty())
    {
        const auto count = ::send(socket_, text.data(), text.size(), MSG_NOSIGNAL);
        if (count > 0)
        {
            text.remove_prefix(static_cast<std::size_t>(count));
            continue;
        }
        if (errno == EPIPE || errno == ECONNRESET)
            return {}; // it may have said why: receive() tells
        if (errno != EAGAIN && errno != EINTR)
            return broken("the connection to the daemon broke: " + text_of(errno));
        if (const auto ready = wait_for(POLLOUT | POLLIN, until); !ready)
            return ready.error();
        const auto read = read_some();
        if (!read)
            return read.error();
        heard += *read;
        if (heard > longest_line_)
            return broken("the daemon talks without listening: is that jobwatchd?");
        if (ended_)
            return {};
    }
    return {};
}

or_trouble<std::optional<std::string>> connection::next_line()
{
    auto piece = kept_ ? std::exchange(kept_, std::nullopt) : lines_.next();
    if (!piece)
        return std::optional<std::string>();
    if (piece->too_long)
        return broken(
            "the daemon sent a line of more than " + std::to_string(longest_line_)
            + " bytes: is that jobwatchd?");
    return std::optional(std::move(piece->line));
}

or_trouble<std::string> connection::receive(deadline until)
{
    for (;;)
    {
        auto line = next_line();
        if (!line)
            return line.error();
        if (*line)
            return std::move(**line);
        if (ended_)
            return broken("the daemon closed the connection");
        if (const auto ready = wait_for(POLLIN, until); !ready)
            return ready.error();
        if (const auto read = read_some(); !read)
            return read.error();
    }
}

bool connection::has_more()
{
    if (!kept_)
        kept_ = lines_.next();
    if (kept_)
        return true;
    pollfd watched{socket_, POLLIN, 0};
    return !ended_ && ::poll(&watched, 1, 0) > 0;
}

bool pause_for(std::chrono::milliseconds span, leaving_reasons leave)
{
    const deadline until = steady_clock::now() + span;
    for (;;)
    {
        std::array<pollfd, 2> watched{{{leave.stop, POLLIN, 0}, {leave.output, 0, 0}}};
        const int ready = ::poll(watched.data(), watched.size(), milliseconds_until(until));
        if (ready > 0)
            return false;
        if (ready == 0 && steady_clock::now() >= *until)
            return true;
    }
}

} // namespace jobwatch::ctl
