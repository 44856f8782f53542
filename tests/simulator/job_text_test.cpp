#include "job_text.hpp"

#include <boost/json.hpp>
#include <doctest/doctest.h>

#include <algorithm>

using namespace jobwatch::simulator;
namespace json = boost::json;

namespace
{

const time_point born{std::chrono::seconds{1'764'000'000} + duration{123'450}};

job_script script_of(fate becomes, unsigned versions, unsigned done)
{
    job_script script = draw_script(plan{}, 5, stream::made_jobs, 0);
    script.becomes = becomes;
    script.version_count = versions;
    script.versions_done = done;
    script.life = std::chrono::seconds{4};
    return script;
}

json::object seen(const job_script& script, duration after)
{
    return json::parse(job_text(script, born, born + after)).get_object();
}

std::string text(const json::object& object, std::string_view name)
{
    return std::string(object.at(name).get_string());
}

} // namespace

TEST_CASE("a finished job has every field of the vendor's document and no other")
{
    const job_script script = script_of(fate::brief, 2, 2);
    const json::object job = seen(script, std::chrono::seconds{4});
    std::vector<std::string> names;
    for (const auto& member : job)
        names.emplace_back(member.key());
    CHECK(
        names
        == std::vector<std::string>{
            "id", "uri", "account", "createdAt", "updatedAt", "completed_at", "overall_status",
            "detailed_status", "job_id", "key_id", "version_count", "operation", "abort"});
    CHECK(text(job, "uri") == "kylo:kylo:cckm:update_all_versions:" + script.id);
    CHECK(text(job, "account") == "kylo:kylo:admin:accounts:kylo");
    CHECK(text(job, "job_id") == text(job, "id"));
    CHECK(text(job, "createdAt") == "2025-11-24T16:00:00.12345Z");
    CHECK(job.at("version_count") == 2);
    CHECK(job.at("abort") == false);
}

TEST_CASE("version ids are strings out of order, and a resource name with slashes is a key")
{
    const json::object job = seen(script_of(fate::brief, 2, 2), std::chrono::seconds{4});
    const json::object& details = job.at("detailed_status").get_object();
    CHECK(details.at("completed") == json::array{"2", "1"});
    const auto name = std::find_if(
        details.begin(), details.end(),
        [](const auto& member) { return member.key().starts_with("projects/"); });
    REQUIRE(name != details.end());
    CHECK(name->value().is_string());
    CHECK(details.size() == 2);
    for (unsigned versions = 2; versions < 40; ++versions)
    {
        const json::object many = seen(script_of(fate::brief, versions, versions), std::chrono::seconds{4});
        const json::array& ids = many.at("detailed_status").at("completed").get_array();
        CHECK(ids.size() == versions);
        std::vector<int> numbers;
        for (const auto& id : ids)
            numbers.push_back(std::stoi(std::string(id.get_string())));
        CHECK_FALSE(std::is_sorted(numbers.begin(), numbers.end()));
    }
}

TEST_CASE("a job closes a little before its row is written for the last time")
{
    const json::object job = seen(script_of(fate::brief, 1, 1), std::chrono::hours{5});
    CHECK(text(job, "updatedAt") == "2025-11-24T16:00:04.12345Z");
    CHECK(text(job, "completed_at") < text(job, "updatedAt"));
    CHECK(text(job, "completed_at") >= "2025-11-24T16:00:04.1231");
}

TEST_CASE("an unfinished job has no closing time, moves on, and never goes back")
{
    for (const fate becomes : {fate::brief, fate::failed, fate::partial, fate::aborted, fate::endless})
    {
        const job_script script = script_of(becomes, 6, 4);
        std::string updated;
        std::size_t done = 0;
        for (int step = 0; step < 40; ++step)
        {
            const json::object job = seen(script, std::chrono::milliseconds{step * 100});
            CHECK(text(job, "overall_status") == "in_progress");
            CHECK_FALSE(job.contains("completed_at"));
            const json::value* details = job.if_contains("detailed_status");
            const std::size_t now_done = details ? details->at("completed").get_array().size() : 0;
            CHECK(now_done >= done);
            CHECK(text(job, "updatedAt").size() >= 20);
            done = now_done;
            updated = text(job, "updatedAt");
        }
        CHECK(done > 0);
        CHECK(updated > text(seen(script, duration{0}), "createdAt"));
    }
}

TEST_CASE("each fate ends with the words the appliance has for it")
{
    const auto end_of = [](fate becomes, unsigned done)
    { return seen(script_of(becomes, 3, done), std::chrono::seconds{4}); };

    CHECK(text(end_of(fate::failed, 0), "overall_status") == "failed");
    CHECK(text(end_of(fate::error, 0), "overall_status") == "error");

    const json::object partial = end_of(fate::partial, 1);
    CHECK(text(partial, "overall_status") == "completed");
    CHECK(partial.at("detailed_status").at("completed").get_array().size() == 1);
    CHECK(partial.at("detailed_status").at("failed").get_array().size() == 2);
    CHECK(partial.at("abort") == false);

    const json::object aborted = end_of(fate::aborted, 1);
    CHECK(text(aborted, "overall_status") == "completed");
    CHECK(aborted.at("abort") == true);
    CHECK(aborted.at("detailed_status").at("completed").get_array().size() == 1);
    CHECK_FALSE(aborted.at("detailed_status").get_object().contains("failed"));
}

TEST_CASE("a new job is in progress and has nothing to tell yet, whatever will become of it")
{
    const json::object job = json::parse(new_job_text(script_of(fate::instant, 3, 3), born)).get_object();
    CHECK(text(job, "overall_status") == "in_progress");
    CHECK_FALSE(job.contains("detailed_status"));
    CHECK_FALSE(job.contains("completed_at"));
    CHECK(text(job, "updatedAt") == text(job, "createdAt"));
}
