#include "core/kind.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>

using namespace jobwatch;

namespace
{

const kind& built_in(std::string_view name)
{
    const auto found = std::ranges::find(built_in_kinds(), name, &kind::name);
    REQUIRE(found != built_in_kinds().end());
    return *found;
}

} // namespace

TEST_CASE("words are compared without regard to case, surrounding space, spaces and dashes")
{
    CHECK(normalised_word("in_progress") == "in_progress");
    CHECK(normalised_word("in progress") == "in_progress");
    CHECK(normalised_word(" \t\r\nIn-Progress \n") == "in_progress");
    CHECK(normalised_word("Success") == "success");
    CHECK(normalised_word("") == "");
    CHECK(normalised_word(" \t ") == "");
    CHECK(normalised_word("\xc3\x89TAT") == "\xc3\x89tat"); // letters beyond ASCII are left alone
    CHECK(holds_word({"in_progress", "queued"}, " In Progress"));
    CHECK_FALSE(holds_word({"in_progress", "queued"}, "in__progress"));
    CHECK_FALSE(holds_word({}, ""));
}

TEST_CASE("every built-in kind of the design is there, once, and none else")
{
    const std::set<std::string> expected{
        "google/update-all-versions",
        "google/synchronization",
        "aws/synchronization",
        "aws/custom-key-store-synchronization",
        "aws/bulk",
        "azure/synchronization",
        "azure/certificate-synchronization",
        "azure/secret-synchronization",
        "azure/bulk",
        "oci/synchronization",
        "sap/synchronization",
        "sap/key-job",
        "sfdc/key-synchronization",
        "sfdc/certificate-synchronization",
        "dsm/refresh",
        "external-cm/refresh",
        "luna/refresh",
        "luna/synchronization",
        "scheduler/job",
    };
    std::set<std::string> names;
    std::set<std::string> paths;
    for (const auto& each : built_in_kinds())
    {
        names.insert(each.name);
        paths.insert(each.path);
    }
    CHECK(names == expected);
    CHECK(built_in_kinds().size() == expected.size());
    CHECK(paths.size() == expected.size());
}

TEST_CASE("a built-in kind asks one job by its id, and its words are normalised and mean one thing each")
{
    for (const auto& each : built_in_kinds())
    {
        INFO("kind: " << each.name);
        CHECK(each.path.starts_with("/api/v1/"));
        CHECK(each.path.ends_with("/{id}"));
        CHECK(each.path.find('{') == each.path.rfind('{'));
        CHECK(each.status_pointer == (each.name == "scheduler/job" ? "/status" : "/overall_status"));
        std::set<std::string> words;
        std::size_t listed = 0;
        for (const auto* const list : {&each.pending, &each.succeeded, &each.failed, &each.cancelled})
        {
            CHECK_FALSE(list->empty());
            listed += list->size();
            for (const auto& word : *list)
            {
                CHECK(normalised_word(word) == word);
                words.insert(word);
            }
        }
        CHECK(words.size() == listed);
    }
}

TEST_CASE("the paths are the vendor's, oddities included")
{
    CHECK(built_in(default_kind).path == "/api/v1/cckm/google/update-all-versions-jobs/{id}");
    CHECK(built_in("aws/bulk").path == "/api/v1/cckm/aws/bulkjob/{id}");
    CHECK(built_in("azure/bulk").path == "/api/v1/cckm/azure/bulkjobs/{id}");
    CHECK(built_in("luna/synchronization").path == "/api/v1/cckm/hsm/luna/synchronize/{id}");
    CHECK(built_in("sap/key-job").path == "/api/v1/cckm/sap/keys/jobs/{id}");
    CHECK(built_in("scheduler/job").path == "/api/v1/scheduler/jobs/{id}");
}

TEST_CASE("only update-all-versions counts versions")
{
    for (const auto& each : built_in_kinds())
        CHECK((each.details == detail_style::versions) == (each.name == default_kind));
}

TEST_CASE("a word that is given a meaning has that one alone")
{
    kind family = plain_kind("acme/job");
    CHECK(family.origin == kind_origin::configured);
    CHECK(family.path.empty());
    CHECK(family.succeeded == std::vector<std::string>{"completed", "success"});
    give_meaning(family, &kind::succeeded, "All Done");
    give_meaning(family, &kind::succeeded, "all-done"); // the same word
    CHECK(family.succeeded == std::vector<std::string>{"completed", "success", "all_done"});
    give_meaning(family, &kind::failed, "COMPLETED");
    CHECK(family.succeeded == std::vector<std::string>{"success", "all_done"});
    CHECK(family.failed == std::vector<std::string>{"failed", "error", "completed"});
    give_meaning(family, &kind::pending, "aborted");
    CHECK(family.cancelled == std::vector<std::string>{"cancelled", "canceled"});
}
