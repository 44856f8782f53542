#include "sky_gazer.hpp"

#include <boost/json.hpp>
#include <doctest/doctest.h>

using namespace jobwatch::simulator;
using namespace std::chrono_literals;
namespace json = boost::json;

namespace
{

const std::string rings = "/api/v1/cckm/google/synchronization-jobs";
const std::string bulk = "/api/v1/cckm/aws/bulkjob";
const std::string sap_keys = "/api/v1/cckm/sap/keys/jobs";
const std::string runs = "/api/v1/scheduler/jobs";

std::string refused(sky_gazer& guest, const std::string& path, const std::string& body)
{
    const answer given = guest.post(path, body);
    CHECK(given.kind == request_class::start);
    const json::value told = json::parse(given.body);
    CHECK(told.at("code") == 9);
    return std::to_string(static_cast<unsigned>(given.status)) + " "
        + std::string(told.at("message").as_string());
}

} // namespace

TEST_CASE("a synchronization is started for the targets that are named, or for all")
{
    sky_gazer guest;
    const answer given = guest.post(rings, R"({"key_rings":["a \"b\"","c"]})");
    CHECK(given.status == http::status::created);
    CHECK(given.kind == request_class::start);
    const json::value job = json::parse(given.body);
    CHECK(job.at("key_rings") == json::array{"a \"b\"", "c"});
    CHECK(job.at("overall_status") == "in_progress");
    guest.now += 100s;
    const std::string id(job.at("id").as_string());
    const json::value read = json::parse(guest.get(rings + "/" + id).body);
    CHECK(read.at("overall_status") != "in_progress");
    CHECK(read.at("detailed_status").as_object().contains("a \"b\""));
    CHECK(guest.post(rings, R"({"synchronize_all":true})").status == http::status::created);
}

TEST_CASE("either targets or all: neither and both are refused in words")
{
    sky_gazer guest;
    CHECK(refused(guest, rings, "{}") == "422 either key_rings or synchronize_all is required");
    CHECK(
        refused(guest, rings, R"({"synchronize_all":true,"key_rings":["a"]})")
        == "422 either key_rings or synchronize_all is required");
    CHECK(
        refused(guest, rings, R"({"key_rings":[]})")
        == "422 key_rings: an array of 1 to 1000 names is required");
    CHECK(
        refused(guest, rings, R"({"key_rings":["a",7]})")
        == "422 key_rings: strings of 1 to 256 bytes are required");
    CHECK(
        refused(guest, rings, R"({"key_rings":[")" + std::string(257, 'r') + R"("]})")
        == "422 key_rings: strings of 1 to 256 bytes are required");
}

TEST_CASE("bulk and key jobs want an operation that they know")
{
    sky_gazer guest;
    CHECK(guest.post(bulk, R"({"operation":"disablekey"})").status == http::status::created);
    CHECK(refused(guest, bulk, "{}") == "422 operation: a string is required");
    CHECK(refused(guest, bulk, R"({"operation":"burn"})").starts_with("400 operation: must be one of enabl"));
    const answer given = guest.post(sap_keys, R"({"id":"k-1","operation":"restore"})");
    CHECK(json::parse(given.body).at("key_id") == "k-1");
    CHECK(json::parse(given.body).at("operation") == "restore");
    CHECK(
        refused(guest, sap_keys, R"({"operation":"restore"})")
        == "422 id: a string of 1 to 256 bytes is required");
}

TEST_CASE("every family that can be started starts on a fair request, and lives to its end")
{
    sky_gazer guest;
    for (const family& one : families())
    {
        json::object wish{{"id", "k"}, {"key_id", "k"}};
        if (!one.operations.empty())
            wish["operation"] = json::string(one.operations.back());
        if (!one.targets.empty())
            wish["synchronize_all"] = true;
        const answer given = guest.post(std::string(one.path), json::serialize(wish));
        const std::string name(one.name);
        CAPTURE(name);
        CHECK((given.status == http::status::created) == one.starts);
    }
}

TEST_CASE("what a family does not have is not there")
{
    sky_gazer guest;
    const answer started = guest.post(runs, "{}");
    CHECK(started.status == http::status::method_not_allowed);
    CHECK(started.allow == "GET");
    CHECK(guest.get(sap_keys).status == http::status::method_not_allowed);
    CHECK(guest.get(sap_keys).allow == "POST");
    CHECK(guest.ask(http::verb::put, rings, "{}", 0).allow == "GET, POST");
    CHECK(guest.ask(http::verb::delete_, rings + "/x", "", 0).allow == "GET");
    CHECK(guest.get(rings + "/x/cancel").allow == "POST");
    CHECK(guest.post(runs + "/x/cancel", "").status == http::status::not_found);
    CHECK(guest.post(sap_keys + "/x/cancel", "").status == http::status::not_found);
}
