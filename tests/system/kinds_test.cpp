// Kinds, built in and from the configuration, with real processes.
#include "support/daemon_process.hpp"

#include <doctest/doctest.h>

#include <set>

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

using texts = std::set<std::string>;

std::string text(const boost::json::value& of, const char* name)
{
    return std::string(of.at(name).as_string());
}

// By the command that people use.
void submit_all(const daemon_process& daemon, const std::string& kind, const std::vector<std::string>& ids)
{
    std::vector<std::string> command{JOBWATCHCTL_PROGRAM, "submit", "--socket",
                                     daemon.control(),    "--kind", kind};
    command.insert(command.end(), ids.begin(), ids.end());
    child_process submit(child_wish{command, daemon.file("submit"), {}});
    const auto ended = submit.wait();
    REQUIRE(ended);
    CHECK_MESSAGE(ended->exit_code == 0, submit.output());
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

TEST_CASE("jobs of every built-in kind are watched to their ends, and each ends as its fate says")
{
    // The simulator's seed gives each kind all fates that it can have; the last check looks.
    simulator_process simulator(
        {"--seed", "6", "--make-jobs", "570", "--kind", "all", "--short", "100ms..1s", "--long", "1s..2s",
         "--fates", "instant=1,short=1,failed=1,error=1,partial=1,aborted=1"});
    daemon_process daemon(watching(simulator));
    daemon.start();
    std::map<std::string, std::vector<std::string>> ids;
    std::map<std::string, std::string> wanted; // outcome by job
    std::map<std::string, texts> outcomes;     // by kind
    for (const auto& fate : simulator.fates())
    {
        ids[text(fate, "kind")].push_back(text(fate, "id"));
        wanted[text(fate, "id")] = text(fate, "outcome");
        outcomes[text(fate, "kind")].insert(text(fate, "outcome"));
    }
    unix_client client(daemon.control());
    const auto kinds = client.result("kinds");
    for (const auto& kind : kinds.at("kinds").as_array())
    {
        REQUIRE(ids[text(kind, "name")].size() == 30);
        submit_all(daemon, text(kind, "name"), ids[text(kind, "name")]);
    }
    REQUIRE(daemon.comes_to_events("job.finished", 570));
    CHECK(daemon.stop().exit_code == 0);

    const auto finished = daemon.logged("job.finished");
    REQUIRE(finished.size() == 570);
    for (const auto& event : finished)
    {
        const auto job = text(event, "job");
        const auto kind = text(event, "kind");
        CHECK_MESSAGE(text(event, "outcome") == wanted.at(job), (kind + " " + job));
        wanted.at(job) = "told already"; // each once
    }
    const auto ledger = simulator.stop();
    CHECK(ledger.at("by_status").as_object().size() == 1); // 200: each was asked for where it is
    CHECK(outcomes.size() == 19);
    for (const auto& each : outcomes)
    {
        const bool whole = each.first == "sap/key-job" || each.first == "scheduler/job"; // never partial
        const texts all{"cancelled", "failed", "partial", "succeeded"};
        CHECK((each.second == (whole ? texts{"cancelled", "failed", "succeeded"} : all)));
    }
}
