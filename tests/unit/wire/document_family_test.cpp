// What the documents of each family of kinds look like, after the published samples, and what we make of them.
#include "core/timestamp.hpp"
#include "core/verdict.hpp"
#include "wire/document.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace jobwatch;

namespace
{

constexpr std::string_view job = "5b0f3c52-3c60-4f83-9d5f-4d2b60b1a8f7";

const kind& kind_named(std::string_view name)
{
    const auto found = std::ranges::find(built_in_kinds(), name, &kind::name);
    REQUIRE(found != built_in_kinds().end());
    return *found;
}

explained<reading> reading_of(std::string_view members, const kind& family)
{
    return read_document("{\"id\":\"" + std::string(job) + "\"," + std::string(members) + "}", family, job);
}

struct sample
{
    std::string_view family;
    std::string_view members; // beside the id
    verdict expected;
    done_part done = done_part::unknown;
};

void check(const sample& given)
{
    CAPTURE(given.family);
    CAPTURE(given.members);
    const kind& family = kind_named(given.family);
    const auto found = reading_of(given.members, family);
    REQUIRE(found.has_value());
    CHECK(static_cast<int>(judge(*found, family)) == static_cast<int>(given.expected));
    CHECK(static_cast<int>(found->done) == static_cast<int>(given.done));
}

} // namespace

TEST_CASE("each family of kinds is read as its published samples look")
{
    const sample samples[]{
        {"google/synchronization",
         R"("uri":"kylo:kylo:cckm:synchronize:x","cloud":"gcp","key_rings":["a"],"overall_status":"in_progress",
            "detailed_status":{"projects/p/locations/l/keyRings/r":"in_progress"},"abort":false)",
         verdict::pending},
        {"google/synchronization",
         R"("overall_status":"completed","detailed_status":{"r":"Key ring synchronized successfully."},"abort":false)",
         verdict::succeeded},
        {"google/synchronization", // after a cancel
         R"("overall_status":"completed","detailed_status":{"r":"in_progress"},"abort":true)",
         verdict::cancelled},
        {"google/synchronization", R"("overall_status":"in_progress","abort":true)", verdict::pending},
        {"aws/synchronization", R"("cloud":"aws","kms":["k"],"overall_status":"error","abort":false)",
         verdict::failed},
        {"aws/custom-key-store-synchronization", R"("overall_status":"completed")", verdict::succeeded},
        {"aws/bulk",
         R"("operation":"disablekey","overall_status":"completed","detailed_status":{"k1":"Success","k2":"Success"})",
         verdict::succeeded},
        {"aws/bulk",
         R"("overall_status":"completed","detailed_status":{"k1":"Success","k2":"Failed: key is in use"})",
         verdict::partial, done_part::some},
        {"azure/synchronization", R"("overall_status":"failed","detailed_status":{"vault":"failed"})",
         verdict::failed, done_part::some},
        {"azure/certificate-synchronization",
         R"("cloud":"AzureCloud","key_vaults":["v"],"overall_status":"completed","completed_at":"2026-01-02T03:04:05.12345Z")",
         verdict::succeeded},
        {"azure/secret-synchronization", R"("overall_status":"in_progress")", verdict::pending},
        {"azure/bulk",
         R"("operation":"delete-key-backups","overall_status":"completed","detailed_status":{"b":"Success"})",
         verdict::succeeded},
        {"oci/synchronization", R"("overall_status":"completed")", verdict::succeeded},
        {"sap/synchronization", R"("groups":["g"],"overall_status":"in_progress")", verdict::pending},
        {"sap/key-job", R"("overall_status":"failed")", verdict::failed},
        {"sfdc/key-synchronization", R"("organizations":["o"],"overall_status":"completed")",
         verdict::succeeded},
        {"sfdc/certificate-synchronization", R"("overall_status":"failed")", verdict::failed},
        {"dsm/refresh",
         R"("domains":["d"],"cloud":"dsm","overall_status":"completed","detailed_status":{"d":"synchronized successfully"})",
         verdict::succeeded},
        {"external-cm/refresh", R"("cloud":"externalCM","overall_status":"in progress","abort":false)",
         verdict::pending}, // with a space, and without details
        {"luna/refresh", R"("overall_status":"In-Progress")", verdict::pending},
        {"luna/synchronization", R"("overall_status":"COMPLETED")", verdict::succeeded},
    };
    for (const sample& each : samples)
        check(each);
}

TEST_CASE("a scheduler's job has its word in status, and overall_status is nothing to it")
{
    for (const auto& [word, expected] : std::initializer_list<std::pair<std::string_view, verdict>>{
             {"scheduled", verdict::pending},
             {"in_progress", verdict::pending},
             {"completed", verdict::succeeded},
             {"failed", verdict::failed},
             {"aborted", verdict::cancelled}})
        check(
            {"scheduler/job",
             "\"job_config_id\":\"c\",\"overall_status\":\"failed\",\"status\":\"" + std::string(word) + '"',
             expected});
    check({"scheduler/job", R"("overall_status":"completed")", verdict::wordless});
}

TEST_CASE("every spelling and every lie of a status has one meaning, for every kind")
{
    const std::pair<std::string_view, verdict> words[]{
        {R"("completed")", verdict::succeeded},
        {R"("Completed")", verdict::succeeded},
        {R"("success")", verdict::succeeded},
        {R"("SUCCESS")", verdict::succeeded},
        {R"("failed")", verdict::failed},
        {R"("FAILED")", verdict::failed},
        {R"("error")", verdict::failed},
        {R"("in_progress")", verdict::pending},
        {R"("in progress")", verdict::pending},
        {R"("In-Progress ")", verdict::pending},
        {R"("cancelled")", verdict::cancelled},
        {R"("canceled")", verdict::cancelled},
        {R"("partially_completed")", verdict::unrecognised},
        {R"("verifying")", verdict::unrecognised},
        {R"("completed!")", verdict::unrecognised},
        {R"("")", verdict::wordless},
        {R"(" ")", verdict::wordless},
        {"null", verdict::wordless},
        {"0", verdict::wordless},
        {"true", verdict::wordless},
        {R"(["completed"])", verdict::wordless},
        {R"({"value":"completed"})", verdict::wordless},
    };
    for (const kind& family : built_in_kinds())
        for (const auto& [word, expected] : words)
        {
            const auto name = family.status_pointer.substr(1);
            check({family.name, std::string("\"") + name + "\":" + std::string(word), expected});
            check({family.name, "\"a\":1,\"b\":{\"" + name + "\":\"failed\"}", verdict::wordless});
        }
}

TEST_CASE("an appliance's times have up to nine digits of fraction, and none at all when a job has not ended")
{
    const kind& family = kind_named("external-cm/refresh");
    std::string fraction;
    for (int digits = 0; digits <= 9; ++digits)
    {
        const auto text = "2026-01-02T03:04:05" + (digits == 0 ? "" : "." + fraction) + "Z";
        CAPTURE(text);
        const auto found = reading_of(
            R"("overall_status":"completed","updatedAt":")" + text + R"(","completed_at":")" + text + '"',
            family);
        REQUIRE(found.has_value());
        CHECK(found->completed_at == parse_timestamp(text).value());
        CHECK(found->updated_at == found->completed_at);
        fraction += static_cast<char>('1' + digits);
    }
    for (const auto* none :
         {"null", "\"0001-01-01T00:00:00Z\"", "\"0001-01-01T00:00:00.000000Z\"", "\"\"", "0", "{}"})
    {
        const auto found =
            reading_of(std::string(R"("overall_status":"completed","completed_at":)") + none, family);
        REQUIRE(found.has_value());
        CHECK_FALSE(found->completed_at);
        CHECK(judge(*found, family) == verdict::succeeded);
    }
}

TEST_CASE("names that are written in another way are other fields")
{
    const auto found = reading_of(
        R"("overallStatus":"completed","updated_at":"2026-01-02T03:04:05Z","completedAt":"2026-01-02T03:04:05Z",
           "versionCount":2,"Abort":true,"job_id":"other")",
        kind_named(default_kind));
    REQUIRE(found.has_value());
    CHECK(found->status.empty());
    CHECK_FALSE(found->updated_at);
    CHECK_FALSE(found->completed_at);
    CHECK_FALSE(found->version_count);
    CHECK_FALSE(found->abort);
}

TEST_CASE("update-all-versions: what was done decides between succeeded, partial and cancelled")
{
    const sample samples[]{
        {default_kind,
         R"("overall_status":"completed","version_count":2,"detailed_status":{"completed":["2","1"],
            "projects/p/locations/l/keyRings/r/cryptoKeys/k":"All version states updated; none failed."},"abort":false)",
         verdict::succeeded, done_part::all},
        {default_kind,
         R"("overall_status":"completed","version_count":3,"detailed_status":{"completed":["2","1"]})",
         verdict::partial, done_part::some},
        {default_kind,
         R"("overall_status":"completed","version_count":3,"detailed_status":{"completed":["2","1","3"],"failed":["3"]})",
         verdict::partial, done_part::some},
        {default_kind, R"("overall_status":"completed","version_count":3,"abort":true)", verdict::cancelled},
        {default_kind,
         R"("overall_status":"completed","version_count":2,"detailed_status":{"completed":["2","1"]},"abort":true)",
         verdict::succeeded, done_part::all},
        {default_kind,
         R"("overall_status":"completed","version_count":2,"detailed_status":{"completed":["1"]},"abort":true)",
         verdict::cancelled, done_part::some},
        {default_kind, // a sentence is no evidence for a kind that lists versions
         R"("overall_status":"completed","version_count":1,"detailed_status":{"completed":["1"],"key":"failed"})",
         verdict::succeeded, done_part::all},
        {default_kind,
         R"("overall_status":"completed","version_count":"2","detailed_status":{"completed":["1"]})",
         verdict::succeeded},
        {default_kind,
         R"("overall_status":"failed","version_count":2,"detailed_status":{"completed":["2","1"]})",
         verdict::failed, done_part::all},
        {default_kind,
         R"("overall_status":"in_progress","version_count":2,"detailed_status":{"completed":["1"]})",
         verdict::pending, done_part::some},
    };
    for (const sample& each : samples)
        check(each);
}

TEST_CASE("a configured kind is read by its own pointer, words and details")
{
    kind family = plain_kind("luna/key");
    family.status_pointer = "/state/0/name";
    family.details = detail_style::versions;
    give_meaning(family, &kind::succeeded, "AVAILABLE");
    give_meaning(family, &kind::pending, "completed");
    const auto judged = [&](std::string_view members)
    {
        const auto found = reading_of(members, family);
        REQUIRE(found.has_value());
        return judge(*found, family);
    };
    CHECK(judged(R"("state":[{"name":"available"}])") == verdict::succeeded);
    CHECK(judged(R"("state":[{"name":"completed"}])") == verdict::pending);
    CHECK(judged(R"("overall_status":"available")") == verdict::wordless);
    CHECK(
        judged(R"("state":[{"name":"available"}],"version_count":2,"detailed_status":{"completed":["1"]})")
        == verdict::partial);
    const auto wrapped = read_document(
        R"({"application/json":{"id":")" + std::string(job) + R"(","state":[{"name":"Available"}]}})", family,
        job);
    REQUIRE(wrapped.has_value());
    CHECK(judge(*wrapped, family) == verdict::succeeded); // the pointer begins inside the wrapper
}
