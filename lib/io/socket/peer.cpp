#include "io/socket/peer.hpp"

#include <algorithm>
#include <cerrno>

#include <grp.h>
#include <sys/socket.h>
#include <unistd.h>

namespace jobwatch
{

namespace
{

error_code last_error()
{
    return {errno, boost::system::system_category()};
}

result<std::vector<gid_t>> groups_of(int socket)
{
    std::vector<gid_t> groups(64);
    for (;;)
    {
        auto size = static_cast<socklen_t>(groups.size() * sizeof(gid_t));
        if (getsockopt(socket, SOL_SOCKET, SO_PEERGROUPS, groups.data(), &size) == 0)
        {
            groups.resize(size / sizeof(gid_t));
            return groups;
        }
        if (errno != ERANGE)
            return last_error();
        groups.resize(size / sizeof(gid_t)); // the kernel has said how much it needs
    }
}

} // namespace

result<peer> peer_of(int socket)
{
    ucred credentials{};
    socklen_t size = sizeof(credentials);
    if (getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &credentials, &size) != 0)
        return last_error();
    auto groups = groups_of(socket);
    if (!groups)
        return groups.error();
    return peer{{credentials.uid, credentials.pid}, credentials.gid, std::move(*groups)};
}

bool may_change(const peer& asking, const change_rule& rule)
{
    if (asking.who.uid == 0 || asking.who.uid == rule.service_user)
        return true;
    if (!rule.group)
        return false;
    return asking.group == *rule.group
        || std::find(asking.groups.begin(), asking.groups.end(), *rule.group) != asking.groups.end();
}

change_rule change_rule_of(const std::string& group_name)
{
    change_rule rule{geteuid(), {}};
    std::vector<char> buffer(64 * 1024);
    group entry{};
    group* found = nullptr;
    if (getgrnam_r(group_name.c_str(), &entry, buffer.data(), buffer.size(), &found) == 0 && found != nullptr)
        rule.group = entry.gr_gid;
    return rule;
}

} // namespace jobwatch
