// Replication: what a node does not know yet, and what it still takes for true.
#include "sky_gazer.hpp"

#include <boost/json.hpp>
#include <doctest/doctest.h>

using namespace jobwatch::simulator;
using namespace std::chrono_literals;
namespace json = boost::json;

namespace
{

const std::string jobs_path = "/api/v1/cckm/google/update-all-versions-jobs";
const std::string groups = "/api/v1/cckm/sap/synchronization-jobs";

// Three nodes; what is posted at one of them lives for eight seconds.
struct cluster : sky_gazer
{
    cluster()
    {
        options wanted = with_password();
        wanted.nodes = 3;
        REQUIRE_FALSE(read_weights("long=1", wanted.jobs));
        wanted.jobs.long_life = {8s, 8s};
        wanted.jobs.versions_low = wanted.jobs.versions_high = 4;
        box = make_appliance(wanted, start);
        authorization = "Bearer " + box.tokens.log_in("jobwatch", {}, start).jwt;
    }
    void lag(int node, const std::string& range)
    {
        const std::string path = "/simulator/nodes/" + std::to_string(node);
        CHECK(post(path, R"({"lag":")" + range + R"("})").status == http::status::ok);
    }
    std::string start_at(std::uint64_t node)
    {
        const answer given =
            ask(http::verb::post, jobs_path, R"({"key_id":"k","operation":"enable"})", node - 1);
        return std::string(json::parse(given.body).at("id").as_string());
    }
    answer read_at(std::uint64_t node, const std::string& id) { return read(id, node - 1); }
    std::string word_at(std::uint64_t node, const std::string& id)
    {
        const answer given = read_at(node, id);
        if (given.status != http::status::ok)
            return std::to_string(static_cast<unsigned>(given.status));
        return std::string(json::parse(given.body).at("overall_status").as_string());
    }
    std::int64_t counted(std::string_view name)
    {
        return json::parse(get("/simulator/ledger").body)
            .at(json::string_view(name.data(), name.size()))
            .to_number<std::int64_t>();
    }
};

} // namespace

TEST_CASE("a node that lags does not know a fresh job of another node, and then shows it as it was")
{
    cluster three;
    three.lag(2, "2s");
    const std::string id = three.start_at(1);
    CHECK(three.word_at(1, id) == "in_progress");
    CHECK(three.word_at(2, id) == "404");
    CHECK(three.read_at(2, id).body.find("NCERRResourceNotFound") != std::string::npos);
    CHECK(three.word_at(3, id) == "in_progress"); // a node without lag
    three.now += 1999ms;
    CHECK(three.word_at(2, id) == "404");
    three.now += 1ms;
    CHECK(three.word_at(2, id) == "in_progress");
    three.now = start + 8s;
    CHECK(three.word_at(1, id) == "completed");
    CHECK(three.word_at(2, id) == "in_progress"); // as it was at 6 s
    CHECK(three.word_at(3, id) == "completed");
    three.now = start + 10s;
    CHECK(three.word_at(2, id) == "completed");
}

TEST_CASE("whoever reads by turns from a node that lags and one that does not sees a job go backwards")
{
    cluster three;
    three.lag(2, "3s");
    const std::string id = three.start_at(1);
    three.now += 6s;
    const json::value here = json::parse(three.read_at(1, id).body);
    const json::value there = json::parse(three.read_at(2, id).body);
    CHECK(there.at("updatedAt").as_string() < here.at("updatedAt").as_string());
    CHECK(here.at("detailed_status").at("completed").as_array().size() == 3);
    CHECK(there.at("detailed_status").at("completed").as_array().size() == 1);
    CHECK(there.at("createdAt") == here.at("createdAt"));
    CHECK(three.counted("reads_stale") == 1);
    CHECK(three.counted("reads_gone_back") == 1);
    three.now += 60s; // both know all there is
    CHECK(three.read_at(2, id).body == three.read_at(1, id).body);
    CHECK(three.read_at(2, id).body == three.read_at(1, id).body);
    CHECK(three.counted("reads_stale") == 1);
    CHECK(three.counted("reads_gone_back") == 1);
}

TEST_CASE("a node knows at once what was started at it, however far it is behind the others")
{
    cluster three;
    three.lag(2, "1h");
    const std::string id = three.start_at(2);
    CHECK(three.word_at(2, id) == "in_progress");
    three.now += 8s;
    CHECK(three.word_at(2, id) == "completed");
}

TEST_CASE("a lag within a range alone makes one node go backwards, and the same ones again")
{
    const auto words = []
    {
        cluster three;
        three.lag(3, "0s..4s");
        const std::string id = three.start_at(1);
        three.now += 10s;
        std::string all;
        for (int turn = 0; turn < 40; ++turn)
            all += three.word_at(3, id) == "completed" ? 'c' : 'p';
        CHECK(three.counted("reads_gone_back") > 5);
        return all;
    };
    const std::string first = words();
    CHECK(first.find("cp") != std::string::npos);
    CHECK(words() == first);
}

TEST_CASE("jobs that were always there are known at every node, as at their beginning")
{
    cluster three;
    three.lag(2, "5s");
    three.box.jobs.put({"old", R"({"id":"old"})", {}, {}}, start);
    CHECK(three.read_at(2, "old").body == R"({"id":"old"})");
    three.box.jobs.make(1, start);
    const std::string id = three.box.jobs.ids_text().substr(4, 36);
    three.now += 8s;
    CHECK(three.word_at(1, id) == "completed");
    CHECK(three.word_at(2, id) == "in_progress");
    three.post("/simulator/jobs", R"({"id":"new"})");
    CHECK(three.read_at(1, "new").status == http::status::ok);
    CHECK(three.read_at(2, "new").status == http::status::not_found);
}

TEST_CASE("lists and cancels know what their node knows")
{
    cluster three;
    three.lag(2, "2s");
    const answer given = three.post(groups, R"({"synchronize_all":true})");
    const std::string id(json::parse(given.body).at("id").as_string());
    const auto total = [&three](std::uint64_t node)
    { return json::parse(three.ask(http::verb::get, groups, "", node - 1).body).at("total").as_int64(); };
    const auto cancel = [&three, &id](std::uint64_t node)
    { return three.ask(http::verb::post, groups + "/" + id + "/cancel", "", node - 1).status; };
    CHECK(total(1) == 1);
    CHECK(total(2) == 0);
    CHECK(cancel(2) == http::status::not_found);
    three.now += 2s;
    CHECK(total(2) == 1);
    CHECK(cancel(2) == http::status::ok);
}

TEST_CASE("with appears_after a new job is unknown everywhere for a while, though it lives already")
{
    cluster three;
    CHECK(three.change(R"({"appears_after":"2s"})").empty());
    CHECK(json::parse(three.get("/simulator/weather").body).at("appears_after_s") == 2.0);
    const std::string id = three.start_at(1);
    CHECK(three.word_at(1, id) == "404");
    CHECK(three.word_at(2, id) == "404");
    three.now += 2s;
    CHECK(three.word_at(1, id) == "in_progress");
    three.now += 6s;
    CHECK(three.word_at(1, id) == "completed");
    CHECK(three.change(R"({"appears_after":"0s"})").empty());
    CHECK(three.word_at(1, three.start_at(1)) == "in_progress");
}

TEST_CASE("with --appears-after a made job is unknown from when somebody asks for it first")
{
    options wanted = sky_gazer::with_password();
    wanted.clock = life_begins::at_first_read;
    wanted.appears_after = 1s;
    wanted.make_jobs = 1;
    sky_gazer guest;
    guest.box = make_appliance(wanted, start);
    guest.authorization = "Bearer " + guest.box.tokens.log_in("jobwatch", {}, start).jwt;
    const std::string id = guest.box.jobs.ids_text().substr(0, 36);
    guest.now += 100s;
    CHECK(guest.status_of(id) == 404);
    guest.now += 999ms;
    CHECK(guest.status_of(id) == 404);
    guest.now += 1ms;
    CHECK(guest.status_of(id) == 200);
    // What comes while it runs counts from when it came.
    guest.post("/simulator/jobs", R"({"id":"new"})");
    guest.now += 1s;
    CHECK(guest.status_of("new") == 200);
}

TEST_CASE("lags are told by options, too, and a node that is not there is refused")
{
    options wanted = sky_gazer::with_password();
    wanted.nodes = 3;
    wanted.lags = {{std::nullopt, {1s, 1s}}, {1, {0s, 2s}}};
    const appliance made = make_appliance(wanted, start);
    CHECK(made.nodes.at(0).lag.high == 0s);
    CHECK(made.nodes.at(1).lag.high == 2s);
    CHECK(made.nodes.at(2).lag.low == 1s);
    wanted.lags = {{3, {1s, 1s}}};
    CHECK_THROWS_WITH_AS(make_appliance(wanted, start), "--node-lag: there is no node 4", std::runtime_error);
}
