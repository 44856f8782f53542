#include "sky_gazer.hpp"

#include <boost/json.hpp>
#include <doctest/doctest.h>

using namespace jobwatch::simulator;
using namespace std::chrono_literals;
namespace json = boost::json;

namespace
{

const std::string groups = "/api/v1/cckm/sap/synchronization-jobs";

// Somebody who starts jobs of one fate and cancels them.
struct canceller : sky_gazer
{
    explicit canceller(const std::string& fates)
    {
        options wanted = with_password();
        REQUIRE_FALSE(read_weights(fates, wanted.jobs));
        wanted.jobs.long_life = {10s, 10s};
        box = make_appliance(wanted, start);
        authorization = "Bearer " + box.tokens.log_in("jobwatch", {}, start).jwt;
        const answer given = post(groups, R"({"groups":["a","b","c","d"]})");
        path = groups + "/" + std::string(json::parse(given.body).at("id").as_string());
    }
    json::object job() { return json::parse(get(path).body).get_object(); }
    json::object cancel()
    {
        const answer given = post(path + "/cancel", "");
        CHECK(given.status == http::status::ok);
        CHECK(given.kind == request_class::other);
        return json::parse(given.body).get_object();
    }
    std::string outcome()
    {
        return std::string(json::parse(box.jobs.fates_text()).at(0).at("outcome").as_string());
    }

    std::string path;
};

} // namespace

TEST_CASE("a cancel sets abort at once, and a little later the job is completed")
{
    canceller guest("long=1");
    guest.now += 6s + 100ms;
    CHECK(guest.job().at("abort") == false);
    CHECK(guest.outcome() == "succeeded");
    const json::object cancelled = guest.cancel();
    CHECK(cancelled.at("abort") == true);
    CHECK(cancelled.at("overall_status") == "in_progress");
    CHECK_FALSE(cancelled.contains("completed_at"));
    CHECK(guest.job() == cancelled);
    CHECK(guest.outcome() == "cancelled");
    guest.now += 1s;
    const json::object over = guest.job();
    CHECK(over.at("abort") == true);
    CHECK(over.at("overall_status") == "completed");
    CHECK(over.at("detailed_status").at("a") == "synchronized successfully");
    CHECK(over.at("detailed_status").at("d") == "cancelled before its turn");
    CHECK(over.at("updatedAt").as_string() > cancelled.at("updatedAt").as_string());
    guest.now += 60s;
    CHECK(guest.job() == over);
}

TEST_CASE("nothing goes backwards when a job is cancelled, and a second cancel changes nothing")
{
    canceller guest("long=1");
    std::string updated;
    bool abort = false;
    for (int step = 0; step < 60; ++step, guest.now += 100ms)
    {
        if (step == 33 || step == 35)
            guest.cancel();
        const json::object job = guest.job();
        CHECK(std::string(job.at("updatedAt").as_string()) >= updated);
        CHECK(job.at("abort").as_bool() >= abort);
        CHECK((job.at("overall_status") == "completed") == (step >= 38)); // half a second after the first
        updated = job.at("updatedAt").as_string();
        abort = job.at("abort").as_bool();
    }
}

TEST_CASE("an endless job can be cancelled, too")
{
    canceller guest("endless=1");
    guest.now += 1h;
    guest.authorization = "Bearer " + guest.box.tokens.log_in("jobwatch", {}, guest.now).jwt;
    guest.cancel();
    guest.now += 1s;
    CHECK(guest.job().at("overall_status") == "completed");
}

TEST_CASE("a cancel after the end only shows abort, whatever the end was")
{
    canceller guest("failed=1");
    guest.now += 100s;
    json::object before = guest.job();
    CHECK(before.at("overall_status") == "failed");
    const json::object after = guest.cancel();
    CHECK(after.at("abort") == true);
    before["abort"] = true;
    CHECK(after == before);
    CHECK(guest.outcome() == "failed");
}

TEST_CASE("a document stays as it stands in its file, and an unknown job cannot be cancelled")
{
    canceller guest("long=1");
    guest.box.jobs.put({"doc", R"({"id":"doc"})", {}, {}, family_named("sap/synchronization")}, start);
    CHECK(guest.post(groups + "/doc/cancel", "").body == R"({"id":"doc"})");
    CHECK(guest.post(groups + "/none/cancel", "").status == http::status::not_found);
    guest.authorization = "";
    CHECK(guest.post(groups + "/doc/cancel", "").status == http::status::unauthorized);
}
