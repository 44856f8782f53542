#include "family.hpp"

#include <algorithm>
#include <array>

namespace jobwatch::simulator
{

namespace
{

constexpr std::array<std::string_view, 4> version_operations{
    "enable", "disable", "schedule_destroy", "cancel_destroy"};
constexpr std::array<std::string_view, 5> aws_bulk_operations{
    "enablekey", "disablekey", "cancelkeydeletion", "schedulekeydeletion", "applypolicytemplate"};
constexpr std::array<std::string_view, 1> azure_bulk_operations{"delete-key-backups"};
constexpr std::array<std::string_view, 2> key_job_operations{"delete", "restore"};
constexpr std::array<std::string_view, 3> scheduled_operations{
    "database_backup", "cckm_synchronization", "cckm_key_rotation"};

constexpr std::string_view cancel_segment = "cancel";

family plain(std::string_view name, std::string_view path)
{
    family made;
    made.name = name;
    made.path = path;
    return made;
}

// A synchronization or refresh: `targets` lists what it goes through, and `target` is how the name of one begins.
family synchronization(
    std::string_view name, std::string_view path, std::string_view cloud, std::string_view targets,
    std::string_view target = {})
{
    family made = plain(name, path);
    made.cloud = cloud;
    made.targets = targets;
    made.target = target;
    return made;
}

family bulk(
    std::string_view name, std::string_view path, std::string_view type, std::string_view cloud,
    std::span<const std::string_view> operations)
{
    family made = plain(name, path);
    made.type = type;
    made.cloud = cloud;
    made.done = "Success"; // with a capital letter, unlike all other families
    made.failed = "Failed";
    made.operations = operations;
    return made;
}

family all_versions()
{
    family made = plain("google/update-all-versions", "/api/v1/cckm/google/update-all-versions-jobs");
    made.shape = job_shape::versions;
    made.type = "update_all_versions";
    made.operations = version_operations;
    made.one_key = true;
    made.lists = made.cancels = false;
    return made;
}

family sap_key_job()
{
    family made = plain("sap/key-job", "/api/v1/cckm/sap/keys/jobs");
    made.type = "sap-key-job"; // a guess
    made.operations = key_job_operations;
    made.done = "Success";
    made.failed = "Failed";
    made.one_key = true;
    made.lists = made.cancels = false;
    return made;
}

family external_refresh()
{
    family made =
        synchronization("external-cm/refresh", "/api/v1/cckm/external-cm/refresh", "externalCM", "domains");
    made.waiting = made.in_progress = "in progress"; // with a space, as in the vendor's samples
    made.nanoseconds = true;
    return made;
}

// Its jobs are started by job configurations that are not here.
family scheduler_job()
{
    family made = plain("scheduler/job", "/api/v1/scheduler/jobs");
    made.shape = job_shape::run;
    made.service = "scheduler";
    made.type = "jobs";
    made.status = "status";
    made.waiting = "scheduled";
    made.error = "failed";
    made.cancelled = "aborted";
    made.operations = scheduled_operations;
    made.starts = made.cancels = false;
    return made;
}

std::vector<family> make_families()
{
    std::vector<family> made{
        all_versions(),
        synchronization(
            "google/synchronization", "/api/v1/cckm/google/synchronization-jobs", "gcp", "key_rings",
            "ring-"),
        synchronization("aws/synchronization", "/api/v1/cckm/aws/synchronization-jobs", "aws", "kms"),
        synchronization(
            "aws/custom-key-store-synchronization", "/api/v1/cckm/aws/custom-key-stores/synchronization-jobs",
            "aws", "kms"),
        bulk("aws/bulk", "/api/v1/cckm/aws/bulkjob", "bulkjob", "aws", aws_bulk_operations),
        synchronization(
            "azure/synchronization", "/api/v1/cckm/azure/synchronization-jobs", "AzureCloud", "key_vaults",
            "vault-"),
        synchronization(
            "azure/certificate-synchronization", "/api/v1/cckm/azure/certificates/synchronization-jobs",
            "AzureCloud", "key_vaults", "vault-"),
        synchronization(
            "azure/secret-synchronization", "/api/v1/cckm/azure/secrets/synchronization-jobs", "AzureCloud",
            "key_vaults", "vault-"),
        bulk(
            "azure/bulk", "/api/v1/cckm/azure/bulkjobs", "azure-bulkjob", "AzureCloud",
            azure_bulk_operations),
        synchronization("oci/synchronization", "/api/v1/cckm/oci/synchronization-jobs", "", "", "vault-"),
        synchronization(
            "sap/synchronization", "/api/v1/cckm/sap/synchronization-jobs", "", "groups", "group-"),
        sap_key_job(),
        synchronization(
            "sfdc/key-synchronization", "/api/v1/cckm/sfdc/keys/synchronization-jobs", "", "organizations",
            "org-"),
        synchronization(
            "sfdc/certificate-synchronization", "/api/v1/cckm/sfdc/certificates/synchronization-jobs", "",
            "organizations", "org-"),
        synchronization("dsm/refresh", "/api/v1/cckm/dsm/refresh", "dsm", "domains"),
        external_refresh(),
        synchronization("luna/refresh", "/api/v1/cckm/hsm/luna/refresh", "", "", "partition-"),
        synchronization("luna/synchronization", "/api/v1/cckm/hsm/luna/synchronize", "", "", "partition-"),
        scheduler_job(),
    };
    return made;
}

} // namespace

const std::vector<family>& families()
{
    static const std::vector<family> all = make_families();
    return all;
}

const family& default_family()
{
    return families().front();
}

const family* family_named(std::string_view name)
{
    const auto found =
        std::ranges::find_if(families(), [name](const family& one) { return one.name == name; });
    return found == families().end() ? nullptr : &*found;
}

std::string family_names()
{
    std::string names;
    for (const family& one : families())
        names.append(names.empty() ? "" : ", ").append(one.name);
    return names;
}

std::optional<job_place> find_place(std::string_view path)
{
    for (const family& one : families())
    {
        if (!path.starts_with(one.path))
            continue;
        std::string_view rest = path.substr(one.path.size());
        if (rest.empty())
            return job_place{&one, job_place::collection, {}};
        if (rest.front() != '/') // another path that begins alike
            continue;
        rest.remove_prefix(1);
        const std::size_t slash = rest.find('/');
        const std::string_view id = rest.substr(0, slash);
        if (slash == std::string_view::npos)
            return job_place{&one, job_place::job, id};
        if (one.cancels && rest.substr(slash + 1) == cancel_segment)
            return job_place{&one, job_place::cancel, id};
    }
    return std::nullopt;
}

} // namespace jobwatch::simulator
