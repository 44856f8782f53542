// Kinds from the configuration, with real processes.
#include "support/daemon_process.hpp"

#include <doctest/doctest.h>

using namespace jobwatch::test;
using boost::json::object;

namespace
{

const std::string published_id = "778a1024-dc18-49cb-833b-cfd6c000c090";

// A kind of our own, for the jobs that the simulator has anyway.
std::string acme_kind(const std::string& more)
{
    return "[kind.\"acme/versions\"]\npath = \"/api/v1/cckm/google/update-all-versions-jobs/{id}\"\n" + more;
}

object submission()
{
    return {{"jobs", {published_id}}, {"kind", "acme/versions"}};
}

} // namespace

TEST_CASE("a kind from the configuration is polled where it says, by its own pointer and words")
{
    simulator_process simulator({"--jobs", PUBLISHED_JOB});
    auto wish = watching(simulator);
    wish.more = acme_kind("status = \"/operation\"\ncancelled = [\"Disable\"]\n");
    daemon_process daemon(wish);
    daemon.start();
    unix_client client(daemon.control());
    const auto kinds = client.result("kinds").at("kinds").as_array();
    CHECK(kinds.at(0).at("name") == "acme/versions");
    CHECK(kinds.at(0).at("origin") == "configured");
    CHECK(kinds.size() == 20);
    client.result("submit", submission());
    client.result("wait", object{{"jobs", {published_id}}, {"timeout", "20s"}});
    REQUIRE(daemon.comes_to_events("job.finished"));
    const auto event = daemon.logged("job.finished").at(0);
    CHECK(event.at("kind") == "acme/versions");
    CHECK(event.at("overall_status") == "disable");
    CHECK(event.at("outcome") == "cancelled");
}

TEST_CASE(
    "a watch whose kind leaves the configuration waits, is warned about, and ends when the kind is back")
{
    simulator_process simulator({"--jobs", PUBLISHED_JOB});
    auto wish = watching(simulator);
    wish.more = acme_kind("pending = [\"completed\"]\nsucceeded = [\"done\"]\n");
    daemon_process daemon(wish);
    daemon.start();
    unix_client(daemon.control()).result("submit", submission());
    REQUIRE(daemon.comes_to_events("job.status"));
    CHECK(daemon.stop().exit_code == 0);

    daemon.wish.more.clear();
    daemon.write_configuration();
    daemon.start();
    CHECK(daemon.comes_to_log("1 open watch is not polled"));
    {
        unix_client client(daemon.control());
        const auto watch = client.result("get", object{{"watch", 1}});
        CHECK(watch.at("unconfigured") == true);
        CHECK(watch.at("state") == "open");
        const auto status = client.result("status");
        CHECK(status.at("watches").at("unconfigured") == 1);
        CHECK(status.at("warnings").as_array().size() == 1);
    }
    CHECK(daemon.stop().exit_code == 0);
    CHECK(daemon.logged("job.finished").empty());

    daemon.wish.more = acme_kind(""); // and with the usual words
    daemon.write_configuration();
    daemon.start();
    REQUIRE(daemon.comes_to_events("job.finished"));
    CHECK(daemon.logged("job.finished").at(0).at("outcome") == "succeeded");
}
