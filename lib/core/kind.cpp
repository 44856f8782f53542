#include "core/kind.hpp"

#include <algorithm>
#include <array>

namespace jobwatch
{

namespace
{

constexpr std::array<word_list, 4> word_lists{
    &kind::pending, &kind::succeeded, &kind::failed, &kind::cancelled};

kind make_kind(std::string_view name, std::string_view path)
{
    kind made = plain_kind(name);
    made.path = path;
    made.origin = kind_origin::built_in;
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

std::string_view to_string(detail_style value)
{
    return value == detail_style::versions ? "versions" : "sentences";
}

std::string_view to_string(kind_origin value)
{
    switch (value)
    {
    case kind_origin::built_in:
        return "built_in";
    case kind_origin::overridden:
        return "overridden";
    case kind_origin::configured:
        return "configured";
    }
    return "unknown";
}

kind plain_kind(std::string_view name)
{
    kind made;
    made.name = name;
    made.status_pointer = "/overall_status";
    made.pending = {"in_progress", "pending", "queued", "running", "scheduled", "started"};
    made.succeeded = {"completed", "success"};
    made.failed = {"failed", "error"};
    made.cancelled = {"cancelled", "canceled", "aborted"};
    made.origin = kind_origin::configured;
    return made;
}

void give_meaning(kind& to, word_list list, std::string_view word)
{
    const auto same = normalised_word(word);
    for (const word_list other : word_lists)
        if (other != list)
            std::erase(to.*other, same);
    auto& words = to.*list;
    if (std::ranges::find(words, same) == words.end())
        words.push_back(same);
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
