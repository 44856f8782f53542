#include "core/kind.hpp"

#include <algorithm>

namespace jobwatch
{

namespace
{

kind make_kind(std::string_view name, std::string_view path)
{
    kind made;
    made.name = name;
    made.path = path;
    made.status_pointer = "/overall_status";
    made.pending = {"in_progress", "pending", "queued", "running", "scheduled", "started"};
    made.succeeded = {"completed", "success"};
    made.failed = {"failed", "error"};
    made.cancelled = {"cancelled", "canceled", "aborted"};
    return made;
}

std::vector<kind> make_built_in_kinds()
{
    std::vector<kind> made{
        make_kind(default_kind, "/api/v1/cckm/google/update-all-versions-jobs/{id}"),
        make_kind("google/synchronization", "/api/v1/cckm/google/synchronization-jobs/{id}"),
        make_kind("aws/synchronization", "/api/v1/cckm/aws/synchronization-jobs/{id}"),
        make_kind(
            "aws/custom-key-store-synchronization",
            "/api/v1/cckm/aws/custom-key-stores/synchronization-jobs/{id}"),
        make_kind("aws/bulk", "/api/v1/cckm/aws/bulkjob/{id}"), // singular; Azure's is plural
        make_kind("azure/synchronization", "/api/v1/cckm/azure/synchronization-jobs/{id}"),
        make_kind(
            "azure/certificate-synchronization", "/api/v1/cckm/azure/certificates/synchronization-jobs/{id}"),
        make_kind("azure/secret-synchronization", "/api/v1/cckm/azure/secrets/synchronization-jobs/{id}"),
        make_kind("azure/bulk", "/api/v1/cckm/azure/bulkjobs/{id}"),
        make_kind("oci/synchronization", "/api/v1/cckm/oci/synchronization-jobs/{id}"),
        make_kind("sap/synchronization", "/api/v1/cckm/sap/synchronization-jobs/{id}"),
        make_kind("sap/key-job", "/api/v1/cckm/sap/keys/jobs/{id}"),
        make_kind("sfdc/key-synchronization", "/api/v1/cckm/sfdc/keys/synchronization-jobs/{id}"),
        make_kind(
            "sfdc/certificate-synchronization", "/api/v1/cckm/sfdc/certificates/synchronization-jobs/{id}"),
        make_kind("dsm/refresh", "/api/v1/cckm/dsm/refresh/{id}"),
        make_kind("external-cm/refresh", "/api/v1/cckm/external-cm/refresh/{id}"),
        make_kind("luna/refresh", "/api/v1/cckm/hsm/luna/refresh/{id}"),
        make_kind("luna/synchronization", "/api/v1/cckm/hsm/luna/synchronize/{id}"),
        make_kind("scheduler/job", "/api/v1/scheduler/jobs/{id}"),
    };
    made.front().details = detail_style::versions;
    made.back().status_pointer = "/status"; // the scheduler's own word for it
    return made;
}

bool is_white_space(char each)
{
    return each == ' ' || (each >= '\t' && each <= '\r');
}

char normalised(char each)
{
    if (each == ' ' || each == '-')
        return '_';
    return each >= 'A' && each <= 'Z' ? static_cast<char>(each - 'A' + 'a') : each;
}

} // namespace

const std::vector<kind>& built_in_kinds()
{
    static const auto kinds = make_built_in_kinds();
    return kinds;
}

std::string normalised_word(std::string_view word)
{
    while (!word.empty() && is_white_space(word.front()))
        word.remove_prefix(1);
    while (!word.empty() && is_white_space(word.back()))
        word.remove_suffix(1);
    std::string same(word);
    std::ranges::transform(same, same.begin(), normalised);
    return same;
}

bool holds_word(const std::vector<std::string>& words, std::string_view word)
{
    return std::ranges::find(words, normalised_word(word)) != words.end();
}

} // namespace jobwatch
