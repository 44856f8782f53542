// Two nodes of one appliance, of which one tells what was true a while ago: nothing that was known is taken back.
#include "support/daemon_process.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace jobwatch::test;
using boost::json::array;
using boost::json::object;

namespace
{

constexpr std::size_t made_jobs = 60;
constexpr std::size_t late_jobs = 10;
const std::string usual_kind = "google/update-all-versions";

std::string text_of(const boost::json::value& of, const char* name)
{
    const auto* member = of.as_object().if_contains(name);
    return member && member->is_string() ? std::string(member->get_string()) : std::string();
}

std::string late_id(std::size_t number)
{
    return "late-" + std::to_string(number);
}

// Jobs that begin when the daemon is asking for them already, and are over two seconds after it has seen them.
array late_documents()
{
    array documents;
    for (std::size_t number = 0; number < late_jobs; ++number)
        documents.push_back(object{
            {"after", "2s"},
            {"document",
             object{
                 {"id", late_id(number)},
                 {"createdAt", "2026-01-01T00:00:00Z"},
                 {"updatedAt", "2026-01-01T00:00:02Z"},
                 {"overall_status", "completed"},
                 {"version_count", 1},
                 {"detailed_status", object{{"completed", array{"1"}}}}}}});
    return documents;
}

// The first node goes and comes back all the time, so that the two are asked by turns.
std::string scenario()
{
    array steps;
    for (int turn = 0; turn < 100; ++turn)
    {
        steps.push_back(object{{"state", "closing"}, {"for", "300ms"}});
        steps.push_back(object{{"state", "up"}, {"for", "1700ms"}});
    }
    const object turns{{"at", "1s"}, {"post", "/simulator/nodes/1"}, {"body", object{{"steps", steps}}}};
    const object late{{"at", "2s"}, {"post", "/simulator/jobs"}, {"body", late_documents()}};
    return boost::json::serialize(array{turns, late});
}

// Looks at all watches again and again.
class onlooker
{
public:
    explicit onlooker(const daemon_process& daemon) : client_(daemon.control()) {}

    // Whether all have ended.
    bool look()
    {
        const auto answer = client_.result("list", object{{"state", "all"}, {"limit", 100}});
        std::size_t ended = 0;
        for (const auto& watch : answer.at("watches").as_array())
        {
            compare(seen_[text_of(watch, "job")], watch);
            ended += text_of(watch, "state") == "ended" ? 1 : 0;
        }
        return ended == made_jobs + late_jobs;
    }

private:
    struct progress
    {
        std::int64_t done = 0;
        std::string updated;
        std::string outcome;
    };

    static void compare(progress& before, const boost::json::value& watch)
    {
        const auto* done = watch.as_object().if_contains("versions_done");
        const auto now_done = done && done->is_number() ? done->to_number<std::int64_t>() : before.done;
        CHECK(now_done >= before.done);
        CHECK(text_of(watch, "updated_at") >= before.updated); // milliseconds always: texts compare as times
        CHECK((before.outcome.empty() || text_of(watch, "outcome") == before.outcome));
        before = {now_done, text_of(watch, "updated_at"), text_of(watch, "outcome")};
    }

    unix_client client_;
    std::map<std::string, progress> seen_;
};

daemon_wish watching_two(const simulator_process& simulator)
{
    auto wish = watching(simulator);
    wish.url = simulator["url_1"] + "\", \"" + simulator["url_2"];
    wish.poll = "first_after = \"50ms\"\nmin_interval = \"50ms\"\nmax_interval = \"250ms\"\nbackoff = 0.1\n";
    return wish;
}

} // namespace

TEST_CASE(
    "readings that go backwards between two nodes take nothing back, and each job ends once as it should")
{
    const temporary_directory here;
    write_text(here.file("scenario.json"), scenario());
    simulator_process simulator(
        {"--nodes", "2", "--node-lag", "2=500ms..2s", "--scenario", here.file("scenario.json"), "--make-jobs",
         std::to_string(made_jobs), "--kind", usual_kind, "--kind", "scheduler/job", "--short", "3s..6s",
         "--long", "6s..9s", "--fates", "short=3,long=3,failed=1,partial=2,aborted=1"});
    daemon_process daemon(watching_two(simulator));
    daemon.start();

    std::map<std::string, std::string> wanted;
    std::map<std::string, array> ids;
    for (const auto& fate : simulator.fates())
    {
        wanted[text_of(fate, "id")] = text_of(fate, "outcome");
        ids[text_of(fate, "kind")].emplace_back(text_of(fate, "id"));
    }
    for (std::size_t number = 0; number < late_jobs; ++number)
    {
        wanted[late_id(number)] = "succeeded";
        ids[usual_kind].emplace_back(late_id(number));
    }
    for (const auto& one : ids)
        unix_client(daemon.control()).result("submit", object{{"jobs", one.second}, {"kind", one.first}});
    onlooker somebody(daemon);
    CHECK(eventually([&somebody] { return somebody.look(); }));
    CHECK(daemon.stop().exit_code == 0);

    const auto finished = daemon.logged("job.finished");
    CHECK(finished.size() == wanted.size());
    for (const auto& event : finished)
    {
        const auto job = text_of(event, "job");
        CHECK_MESSAGE(text_of(event, "outcome") == wanted[job], job);
        wanted[job] = "told already"; // each once
    }
    // A run of the scheduler is scheduled first and then in progress: no word comes back after the next one.
    std::map<std::string, int> words;
    for (const auto& event : daemon.logged("job.status"))
    {
        const auto told = text_of(event, "job") + " " + text_of(event, "overall_status");
        CHECK_MESSAGE(++words[told] == 1, told);
    }
    CHECK(daemon.logged("appliance.unreachable").empty());
    CHECK(daemon.logged("appliance.degraded").empty());

    const auto ledger = simulator.stop();
    MESSAGE(boost::json::serialize(ledger));
    CHECK(ledger.at("reads_gone_back").to_number<int>() > 0);
    CHECK(ledger.at("by_status").as_object().contains("404"));
    for (const auto& node : ledger.at("nodes").as_array())
        CHECK(node.at("requests").to_number<int>() > 20);
}
