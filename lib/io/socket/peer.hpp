// Who is at the other end of a Unix socket, and whether they may change things. The kernel tells; no name
// service is ever asked on the loop.
#pragma once

#include "core/error.hpp"
#include "core/event.hpp"

#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

namespace jobwatch
{

struct peer
{
    submitter who;
    gid_t group = 0;
    std::vector<gid_t> groups; // supplementary ones
};

// SO_PEERCRED and SO_PEERGROUPS: as they were when the peer connected.
result<peer> peer_of(int socket);

// Root, the service's own user, and members of one group may change things.
struct change_rule
{
    uid_t service_user = 0;
    std::optional<gid_t> group; // none: there is no such group on this machine
};

bool may_change(const peer& asking, const change_rule& rule);

// This process's user, and the group of that name, looked up once. May block: for start only.
change_rule change_rule_of(const std::string& group_name);

inline constexpr const char* change_group = "jobwatch";

} // namespace jobwatch
