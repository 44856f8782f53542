#include "listeners.hpp"

#include "io/host/service.hpp"
#include "io/socket/socket_file.hpp"

namespace jobwatch
{

namespace
{

// Without systemd: whoever runs the daemon, and their group.
constexpr mode_t own_mode = 0660;

explained<int>
activated_or_own(const std::optional<int>& activated, const std::string& path, std::string& own)
{
    if (activated)
        return *activated;
    auto opened = listen_at(path, own_mode);
    if (opened)
        own = path;
    return opened;
}

} // namespace

explained<listening_sockets> open_sockets(const std::string& runtime_directory)
{
    const auto activated = take_activated_sockets();
    if (!activated)
        return activated.error();
    listening_sockets opened;
    const auto control =
        activated_or_own(activated->control, runtime_directory + "/control.sock", opened.own_control);
    if (!control)
        return control.error();
    const auto events =
        activated_or_own(activated->events, runtime_directory + "/events.sock", opened.own_events);
    if (!events)
    {
        close_sockets(opened);
        return events.error();
    }
    opened.control = *control;
    opened.events = *events;
    return opened;
}

void close_sockets(const listening_sockets& sockets)
{
    if (!sockets.own_control.empty())
        remove_socket_file(sockets.own_control);
    if (!sockets.own_events.empty())
        remove_socket_file(sockets.own_events);
}

} // namespace jobwatch
