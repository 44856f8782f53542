#include "io/host/service.hpp"

#include <systemd/sd-daemon.h>

#include <cstdlib>
#include <cstring>

#include <fcntl.h>
#include <sys/socket.h>

namespace jobwatch
{

namespace
{

// What sd_listen_fds_with_names gives is ours to free.
class socket_names
{
public:
    socket_names() { count_ = sd_listen_fds_with_names(1, &names_); }
    ~socket_names()
    {
        for (int at = 0; names_ != nullptr && names_[at] != nullptr; ++at)
            std::free(names_[at]);
        std::free(static_cast<void*>(names_));
    }
    socket_names(const socket_names&) = delete;
    socket_names& operator=(const socket_names&) = delete;

    int count() const { return count_; }
    std::string name(int at) const { return names_[at]; }

private:
    char** names_ = nullptr;
    int count_ = 0;
};

} // namespace

explained<activated_sockets> take_activated_sockets()
{
    const socket_names passed;
    if (passed.count() < 0)
    {
        const error_code code(-passed.count(), boost::system::system_category());
        return failure{code, "the sockets passed by systemd cannot be taken: " + code.message()};
    }
    activated_sockets taken;
    for (int at = 0; at < passed.count(); ++at)
    {
        const int socket = SD_LISTEN_FDS_START + at;
        const std::string name = passed.name(at);
        std::optional<int>* const place = name == "control" ? &taken.control
            : name == "events"                              ? &taken.events
                                                            : nullptr;
        const error_code invalid(EINVAL, boost::system::system_category());
        if (place == nullptr)
            return failure{
                invalid,
                "systemd passed a socket named \"" + name
                    + "\"; allowed are \"control\" and \"events\" (FileDescriptorName=)"};
        if (*place)
            return failure{invalid, "systemd passed two sockets named \"" + name + "\""};
        if (sd_is_socket_unix(socket, SOCK_STREAM, 1, nullptr, 0) <= 0)
            return failure{
                invalid, "the socket \"" + name + "\" passed by systemd is no listening Unix stream socket"};
        fcntl(socket, F_SETFL, fcntl(socket, F_GETFL) | O_NONBLOCK);
        *place = socket;
    }
    return taken;
}

void notify_ready(const std::string& status)
{
    sd_notify(0, ("READY=1\nSTATUS=" + status).c_str());
}

void notify_status(const std::string& status)
{
    sd_notify(0, ("STATUS=" + status).c_str());
}

void notify_stopping()
{
    sd_notify(0, "STOPPING=1\nSTATUS=stopping");
}

} // namespace jobwatch
