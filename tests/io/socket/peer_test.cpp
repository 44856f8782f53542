#include "io/socket/peer.hpp"
#include "io/socket/socket_fixture.hpp"
#include "support/child_process.hpp"

#include <doctest/doctest.h>

#include <cstring>

#include <grp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

using namespace jobwatch;
using namespace jobwatch::test;

namespace
{

// A client whose peer credentials are those of another user: they are taken when it connects.
int connected_as(const std::string& path, uid_t user, gid_t group, std::vector<gid_t> groups)
{
    const int made = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.c_str(), path.size());
    const int ended = in_child(
        [&]
        {
            if (setgroups(groups.size(), groups.data()) != 0 || setresgid(group, group, group) != 0
                || setresuid(user, user, user) != 0)
                return 1;
            return connect(made, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0 ? 0 : 2;
        });
    REQUIRE(ended == 0);
    return made;
}

constexpr uid_t somebody = 54'321;
constexpr gid_t allowed = 54'400;

} // namespace

TEST_CASE("root, the service's user and members of the group may change things, nobody else")
{
    const change_rule rule{990, 991};
    const auto asking = [](uid_t user, gid_t group, std::vector<gid_t> groups) {
        return peer{{user, 1}, group, std::move(groups)};
    };
    CHECK(may_change(asking(0, 0, {}), rule));
    CHECK(may_change(asking(990, 5, {}), rule));
    CHECK(may_change(asking(1000, 991, {}), rule));
    CHECK(may_change(asking(1000, 5, {4, 991, 1000}), rule));
    CHECK_FALSE(may_change(asking(1000, 5, {4, 990}), rule));
    CHECK_FALSE(may_change(asking(991, 990, {}), rule)); // a user's number is no group's
    CHECK_FALSE(may_change(asking(65'534, 65'534, {}), rule));

    const change_rule without_group{990, {}};
    CHECK_FALSE(may_change(asking(1000, 991, {991}), without_group));
    CHECK(may_change(asking(0, 5, {}), without_group));
}

TEST_CASE("the kernel tells who is at the other end")
{
    int ends[2] = {};
    REQUIRE(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0);
    const auto found = peer_of(ends[0]);
    REQUIRE(found.has_value());
    CHECK(found->who.uid == geteuid());
    CHECK(found->who.pid == getpid());
    CHECK(found->group == getegid());
    std::vector<gid_t> groups(static_cast<std::size_t>(getgroups(0, nullptr)));
    REQUIRE(getgroups(static_cast<int>(groups.size()), groups.data()) >= 0);
    CHECK(found->groups == groups);
    close(ends[0]);
    close(ends[1]);
    CHECK_FALSE(peer_of(-1).has_value());
}

TEST_CASE("a group that does not exist lets nobody in by membership")
{
    const change_rule rule = change_rule_of("no-such-group-anywhere");
    CHECK(rule.service_user == geteuid());
    CHECK_FALSE(rule.group);
    CHECK(change_rule_of("root").group == gid_t{0});
}

TEST_CASE("another user may read; changes need the group, primary or not")
{
    if (geteuid() != 0)
    {
        MESSAGE("skipped: only root can become somebody else");
        return;
    }
    socket_fixture daemon;
    daemon.rule = {somebody + 1, allowed};
    daemon.start();
    chmod(daemon.directory.path().c_str(), 0711);
    chmod(daemon.control_path().c_str(), 0666);
    const std::string submit = request(1, "submit", R"({"jobs":["job-1"]})");

    socket_client stranger(daemon, connected_as(daemon.control_path(), somebody, somebody, {somebody}));
    CHECK(holds(stranger.ask(submit), R"("code":-32001,"message":"user 54321 may read but not change)"));
    CHECK(holds(stranger.ask("job-1"), "-32001"));
    CHECK(holds(stranger.ask(request(2, "remove", R"({"watches":[1]})")), "-32001"));
    CHECK(holds(stranger.ask(request(3, "list", "{}")), "\"result\""));
    CHECK(daemon.engine.polled().open() == 0);

    socket_client primary(daemon, connected_as(daemon.control_path(), somebody, allowed, {}));
    CHECK(holds(primary.ask("job-1"), "\"watch\":1"));
    std::vector<gid_t> many;
    for (gid_t group = 0; group < 200; ++group)
        many.push_back(60'000 + group);
    many.push_back(allowed);
    socket_client member(daemon, connected_as(daemon.control_path(), somebody, somebody, many));
    CHECK(holds(member.ask("job-2"), "\"watch\":2"));
    socket_client service(daemon, connected_as(daemon.control_path(), somebody + 1, somebody, {}));
    CHECK(holds(service.ask("job-3"), "\"watch\":3"));
}
