// Nodes that die in every way and come back, and appliances that die beside each other in one daemon.
#include "support/scene.hpp"

#include <doctest/doctest.h>

using namespace jobwatch::test;

namespace
{

const std::string short_deadlines =
    "requests_per_second = 200\nburst = 10\nconnect_timeout = \"500ms\"\nrequest_timeout = \"500ms\"\n";

// Twenty watches of an appliance with two nodes: half of the jobs end while the first node is down, half when it is
// back.
class cluster_story
{
public:
    explicit cluster_story(std::string state) :
        state_(std::move(state)), on_({"--nodes", "2"}, short_deadlines)
    {
        on_.daemon.wish.url = on_.simulator["url_1"] + "\", \"" + on_.simulator["url_2"];
        on_.daemon.write_configuration();
        on_.begin(first_half_);
        on_.begin(second_half_);
        on_.daemon.start();
        on_.submit(first_half_);
        on_.submit(second_half_);
    }

    void first_node_dies()
    {
        INFO(state_);
        REQUIRE(eventually([&] { return on_.control.requests("class=read").size() > 40; }));
        CHECK(on_.control.requests("node=2").empty());
        on_.control.node(1, {{"state", state_}});
        died_at_ = on_.control.requests().back().arrived_us;
        on_.end(first_half_);
    }

    void second_node_answers()
    {
        INFO(state_);
        REQUIRE(on_.all_end(first_half_)); // while the first one is down
        CHECK(nodes_state() == "open");
        std::size_t tries = 0;
        for (const auto& one : on_.control.requests("node=1"))
        {
            if (one.arrived_us <= died_at_)
                continue;
            CHECK(one.status != 200); // nobody but the second node has told of the endings
            ++tries;
        }
        CHECK(tries <= 8 + 4); // what each connection had under way, and the probes of some seconds
        CHECK(on_.daemon.log_text().find(on_.simulator["port_2"] + " serves now") != std::string::npos);
        on_.control.node(1, {{"state", "up"}});
    }

    void first_node_serves_again()
    {
        INFO(state_);
        REQUIRE(eventually([&] { return nodes_state() == "serving"; }));
        const auto at_second = on_.control.requests("node=2").size();
        const auto at_first = on_.control.requests("node=1").size();
        on_.end(second_half_);
        REQUIRE(on_.all_end(second_half_));
        CHECK(on_.control.requests("node=1").size() - at_first >= second_half_.size());
        // What was on its way to the second node when the first one was found well, and no more.
        CHECK(on_.control.requests("node=2").size() - at_second <= 8);
        for (const auto* trouble : {"appliance.unreachable", "appliance.reachable", "appliance.auth_failed"})
            CHECK(on_.told(trouble) == 0);
        CHECK(on_.control.counted("logins") == 1); // a token of one node is good at the other
        CHECK(on_.daemon.stop().exit_code == 0);
    }

private:
    std::string nodes_state() { return std::string(on_.report().at("nodes").at(0).at("state").as_string()); }

    std::string state_;
    scene on_;
    const std::vector<std::string> first_half_ = job_ids(1, 10);
    const std::vector<std::string> second_half_ = job_ids(11, 10);
    std::int64_t died_at_ = 0;
};

// One more appliance of a daemon's configuration. With a token from a file, so that its polls begin at once.
std::string section(const std::string& name, const std::string& url, const simulator_process& simulator)
{
    return "[appliance." + name + "]\nurls = [\"" + url + "\"]\ntoken_file = \"" + simulator["token_file"]
        + "\"\nca_file = \"" + simulator["ca_file"] + "\"\n" + short_deadlines;
}

} // namespace

// Side by side, because each must wait for the daemon's probes.
TEST_CASE(
    "a node that refuses, falls silent, hangs up or fails handshakes: the other one answers until it is back")
{
    std::vector<std::unique_ptr<cluster_story>> stories;
    for (const auto* state : {"refusing", "silent", "closing", "handshake_fails", "starting"})
        stories.push_back(std::make_unique<cluster_story>(state));
    for (const auto& one : stories)
        one->first_node_dies();
    for (const auto& one : stories)
        one->second_node_answers();
    for (const auto& one : stories)
        one->first_node_serves_again();
}

TEST_CASE("appliances that are dead, silent or have names that hang do not disturb the one beside them")
{
    scene on({}, short_deadlines);
    const temporary_directory folder;
    simulator_process neighbours({"--nodes", "2", "--token-file", folder.file("token")});
    const simulator_control theirs(neighbours);
    theirs.node(1, {{"state", "refusing"}});
    theirs.node(2, {{"state", "silent"}});
    const auto ids = job_ids(1, 50);
    on.begin(ids);
    begin_jobs(theirs, ids);
    on.daemon.wish.more = section("dead", neighbours["url_1"], neighbours)
        + section("silent", neighbours["url_2"], neighbours)
        + section("nameless", "https://cm1.hanging.invalid", neighbours);
    on.daemon.environment["LD_PRELOAD"] = HANGING_NAMES;
    on.daemon.write_configuration();
    on.daemon.start();
    for (const auto* appliance : {"dead", "silent", "nameless", "sim"})
        on.submit(ids, appliance);
    REQUIRE(on.daemon.comes_to_events("appliance.unreachable", 3));
    on.end(ids);
    REQUIRE(on.all_end(ids)); // all of "sim", with three appliances down beside it
    CHECK(on.report().at("errors") == 0);
    CHECK(on.report().at("open") == 0);
    CHECK(
        on.appliance_error("nameless").find("the name service did not answer in time") != std::string::npos);
    CHECK(theirs.counted("requests") == 0);
    for (const auto* appliance : {"dead", "silent", "nameless"})
        CHECK(on.report(appliance).at("open") == ids.size());

    theirs.post("nodes", {{"state", "up"}});
    end_jobs(theirs, ids);
    CHECK(on.daemon.comes_to_events("job.finished", 3 * ids.size()));
    CHECK(on.told("job.finished") == 3 * ids.size());
    CHECK(on.told("appliance.unreachable") == 3);
    CHECK(on.told("appliance.reachable") == 2);
    CHECK(on.report("nameless").at("open") == ids.size());
    CHECK(on.daemon.stop().exit_code == 0); // although a look-up still hangs
}
