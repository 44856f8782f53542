#include "io/socket/socket_file.hpp"

#include <cerrno>
#include <cstring>
#include <optional>

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

namespace jobwatch
{

namespace
{

constexpr int backlog = 4'096; // the kernel lowers it to its own limit

failure failed(const std::string& path, const std::string& step)
{
    const error_code code(errno, boost::system::system_category());
    return {code, path + ": " + step + ": " + code.message()};
}

// Is somebody listening there?
bool is_live(const sockaddr_un& address)
{
    const int probe = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (probe < 0)
        return true; // not known: leave it alone
    const int connected = connect(probe, reinterpret_cast<const sockaddr*>(&address), sizeof(address));
    // Any other failure (a full backlog, a datagram socket, no permission) means that somebody is there.
    const bool stale = connected != 0 && (errno == ECONNREFUSED || errno == ENOENT);
    close(probe);
    return !stale;
}

std::optional<failure> clear_stale_file(const std::string& path, const sockaddr_un& address)
{
    struct stat found = {};
    if (lstat(path.c_str(), &found) != 0)
        return errno == ENOENT ? std::nullopt : std::optional(failed(path, "cannot be looked at"));
    const error_code in_use(EADDRINUSE, boost::system::system_category());
    if (!S_ISSOCK(found.st_mode))
        return failure{in_use, path + ": there is something else than a socket; move it away"};
    if (is_live(address))
        return failure{in_use, path + ": another process is listening there; stop it first"};
    if (unlink(path.c_str()) != 0 && errno != ENOENT)
        return failed(path, "a stale socket file cannot be removed");
    return std::nullopt;
}

} // namespace

explained<int> listen_at(const std::string& path, mode_t mode)
{
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof(address.sun_path))
        return failure{
            error_code(ENAMETOOLONG, boost::system::system_category()),
            path + ": too long for a socket: allowed are " + std::to_string(sizeof(address.sun_path) - 1)
                + " bytes"};
    std::memcpy(address.sun_path, path.c_str(), path.size());
    if (auto problem = clear_stale_file(path, address))
        return *problem;
    const int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (listener < 0)
        return failed(path, "no socket");
    // The mode is set before anybody can connect: connecting needs listen(), which comes last.
    if (bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0
        || chmod(path.c_str(), mode) != 0 || listen(listener, backlog) != 0)
    {
        const failure why = failed(path, "cannot listen");
        close(listener);
        return why;
    }
    return listener;
}

void remove_socket_file(const std::string& path)
{
    unlink(path.c_str());
}

} // namespace jobwatch
