#include "family.hpp"
#include "job_text.hpp"
#include "sky_gazer.hpp"

#include <boost/json.hpp>
#include <doctest/doctest.h>

#include <algorithm>
#include <set>

using namespace jobwatch::simulator;
using namespace std::chrono_literals;
namespace json = boost::json;

namespace
{

job_script script_of(const family& of, fate becomes)
{
    plan only;
    only.weights = {};
    only.weights.at(static_cast<std::size_t>(becomes)) = 1;
    only.versions_low = 2;
    job_script script = draw_script(only, 3, stream::made_jobs, 0, of);
    if (becomes != fate::endless)
        script.life = 8s;
    return script;
}

json::object seen(const job_script& script, duration after)
{
    return json::parse(job_text(script, start, start + after)).get_object();
}

std::string text(const json::object& job, std::string_view name)
{
    return std::string(job.at(json::string_view(name.data(), name.size())).get_string());
}

const family& named(std::string_view name)
{
    const family* found = family_named(name);
    REQUIRE(found);
    return *found;
}

bool has_sentence(const json::object& job, std::string_view wanted)
{
    const json::object& details = job.at("detailed_status").get_object();
    return std::any_of(
        details.begin(), details.end(),
        [wanted](const auto& one)
        { return one.value().is_string() && std::string_view(one.value().get_string()) == wanted; });
}

std::string members_of(const json::object& job)
{
    std::string names;
    for (const auto& one : job)
        names.append(names.empty() ? "" : " ").append(one.key());
    return names;
}

} // namespace

TEST_CASE("there are nineteen families, each with a name and a path of its own")
{
    std::set<std::string_view> names;
    std::set<std::string_view> paths;
    for (const family& one : families())
    {
        names.insert(one.name);
        paths.insert(one.path);
        CHECK(family_named(one.name) == &one);
    }
    CHECK(names.size() == 19);
    CHECK(paths.size() == 19);
    CHECK(default_family().name == "google/update-all-versions");
    CHECK_FALSE(family_named("google/updates"));
}

TEST_CASE("a path leads to a collection, a job or its cancel, or to nothing")
{
    const auto place = find_place("/api/v1/cckm/aws/bulkjob/a%2Fb");
    REQUIRE(place);
    CHECK(place->of == &named("aws/bulk"));
    CHECK(place->where == job_place::job);
    CHECK(place->id == "a%2Fb");
    CHECK(find_place("/api/v1/cckm/aws/bulkjob/x/cancel")->where == job_place::cancel);
    CHECK(find_place("/api/v1/cckm/sap/keys/jobs")->where == job_place::collection);
    CHECK_FALSE(find_place("/api/v1/cckm/aws/bulkjobs/x"));         // plural: Azure's
    CHECK_FALSE(find_place("/api/v1/cckm/sap/keys/jobs/x/cancel")); // has none
    CHECK_FALSE(find_place("/api/v1/cckm/aws/bulkjob/x/contents"));
    CHECK_FALSE(find_place("/api/v1/cckm/aws"));
}

TEST_CASE("a job is found below its own family's path alone")
{
    sky_gazer guest;
    for (const family& one : families())
        guest.box.jobs.put({"same", "{\"at\":\"" + std::string(one.name) + "\"}", {}, {}, &one}, start);
    guest.box.jobs.put({"only", "{}", {}, {}, &named("dsm/refresh")}, start);
    for (const family& one : families())
    {
        const std::string path(one.path);
        CHECK(json::parse(guest.get(path + "/same").body).at("at").as_string() == json::string(one.name));
        CHECK(guest.get(path + "/same").kind == request_class::read);
        CHECK((guest.get(path + "/only").status == http::status::ok) == (one.name == "dsm/refresh"));
    }
}

TEST_CASE("a synchronization tells its cloud and targets, and a sentence for each target")
{
    const job_script script = script_of(named("google/synchronization"), fate::brief);
    const json::object early = seen(script, 7s);
    CHECK(early.at("overall_status") == "in_progress");
    CHECK(has_sentence(early, "in_progress"));
    const json::object job = seen(script, 8s);
    CHECK(
        members_of(job)
        == "id uri account application devAccount createdAt updatedAt completed_at cloud key_rings "
           "overall_status detailed_status abort");
    CHECK(text(job, "uri") == "kylo:kylo:cckm:synchronize:" + script.id);
    CHECK(text(job, "cloud") == "gcp");
    CHECK(job.at("key_rings").get_array().size() == script.version_count);
    CHECK(job.at("key_rings").get_array().at(0) == "ring-1");
    CHECK(job.at("detailed_status").get_object().size() == script.version_count);
    CHECK(job.at("detailed_status").at("ring-1") == "synchronized successfully");
}

TEST_CASE("a bulk job says Success with a capital letter, and which operation it is")
{
    const json::object aws = seen(script_of(named("aws/bulk"), fate::brief), 8s);
    CHECK(has_sentence(aws, "Success"));
    CHECK(text(aws, "uri").starts_with("kylo:kylo:cckm:bulkjob:"));
    const auto known = named("aws/bulk").operations;
    CHECK(std::find(known.begin(), known.end(), text(aws, "operation")) != known.end());
    const json::object azure = seen(script_of(named("azure/bulk"), fate::partial), 8s);
    CHECK(text(azure, "uri").starts_with("kylo:kylo:cckm:azure-bulkjob:"));
    CHECK(text(azure, "operation") == "delete-key-backups");
    CHECK(has_sentence(azure, "Success"));
    CHECK(has_sentence(azure, "Failed"));
}

TEST_CASE("an external refresh is in progress with a space, and has nine fraction digits")
{
    const job_script script = script_of(named("external-cm/refresh"), fate::brief);
    CHECK(text(seen(script, 1s), "overall_status") == "in progress");
    const json::object job = seen(script, 8s);
    CHECK(text(job, "overall_status") == "completed");
    CHECK(text(job, "createdAt").size() == std::string("2025-11-24T16:00:00.123456789Z").size());
    CHECK(text(job, "completed_at") < text(job, "updatedAt"));
}

TEST_CASE("a run of the scheduler has its word in status, in words of its own, and no details")
{
    const family& runs = named("scheduler/job");
    const job_script script = script_of(runs, fate::brief);
    CHECK(text(seen(script, 0s), "status") == "scheduled");
    CHECK(text(seen(script, 2s), "status") == "in_progress");
    const json::object job = seen(script, 8s);
    CHECK(
        members_of(job)
        == "id uri account createdAt updatedAt completed_at name job_config_id operation processing_node "
           "status");
    CHECK(text(job, "status") == "completed");
    CHECK(text(seen(script_of(runs, fate::aborted), 8s), "status") == "aborted");
    CHECK(text(seen(script_of(runs, fate::error), 8s), "status") == "failed");
}

TEST_CASE("every family plays every fate to its end, but nothing is partial about one key or a run")
{
    for (const family& one : families())
        for (std::size_t index = 0; index + 1 < fate_count; ++index)
        {
            const auto wanted = static_cast<fate>(index);
            const job_script script = script_of(one, wanted);
            const bool whole = one.name == "sap/key-job" || one.name == "scheduler/job";
            const std::string name(one.name);
            CAPTURE(name);
            CHECK(script.becomes == (whole && wanted == fate::partial ? fate::brief : wanted));
            const json::object job = seen(script, 8s);
            CHECK(text(job, one.status) == final_status(one, script.becomes));
            const bool tells = one.shape == job_shape::targets;
            const bool failures = script.becomes == fate::failed || script.becomes == fate::error
                || script.becomes == fate::partial;
            if (tells)
                CHECK(has_sentence(job, one.failed) == failures);
            if (tells && script.becomes == fate::aborted)
                CHECK(job.at("abort") == true);
            CHECK_FALSE(seen(script, 1s).contains("completed_at"));
        }
}

TEST_CASE("the same seed draws the same fates for every family")
{
    for (const family& one : families())
    {
        const job_script script = draw_script(plan{}, 1, stream::made_jobs, 0, one);
        CHECK(script.id == "95407555-91dd-4c4e-9000-2484c81c4fcf");
        CHECK(script.becomes == fate::brief);
    }
}

TEST_CASE("made jobs go round the kinds that were asked for, and the fates tell which is which")
{
    options wanted = sky_gazer::with_password();
    wanted.kinds = {&named("dsm/refresh"), &named("scheduler/job")};
    wanted.make_jobs = 4;
    const appliance made = make_appliance(wanted, start);
    const json::array fates = json::parse(made.jobs.fates_text()).as_array();
    REQUIRE(fates.size() == 4);
    CHECK(fates.at(0).at("kind") == "dsm/refresh");
    CHECK(fates.at(0).at("target_count").as_int64() >= 1);
    CHECK(fates.at(1).at("kind") == "scheduler/job");
    CHECK(fates.at(2).at("kind") == "dsm/refresh");
}

TEST_CASE("a document may belong to any family, and waits in that family's own words")
{
    sky_gazer guest;
    const std::string given =
        R"({"kind":"scheduler/job","after":"2s","document":{"id":"run","status":"completed"}})";
    CHECK(guest.post("/simulator/jobs", given).status == http::status::ok);
    const std::string path = "/api/v1/scheduler/jobs/run";
    CHECK(json::parse(guest.get(path).body).at("status") == "in_progress");
    guest.now += 2s;
    CHECK(guest.get(path).body == R"({"id":"run","status":"completed"})");
    const answer wrong = guest.post("/simulator/jobs", R"({"kind":"dsm","document":{"id":"run"}})");
    CHECK(wrong.status == http::status::bad_request);
    CHECK(wrong.body.find("must be one of google/update-all-versions, google/synch") != std::string::npos);
}
