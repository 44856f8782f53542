// The families of jobs that an appliance has, as data: where each is, how its documents look, what can be done to it.
// Names are those of `--kind`; the table is the simulator's own, written from the vendor's list of operations.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace jobwatch::simulator
{

enum class job_shape : std::uint8_t
{
    versions, // update-all-versions: lists of version ids, and a sentence under a resource name
    targets,  // a sentence for each key ring, key, domain, ...
    run,      // of the scheduler: nothing but a status
};

struct family
{
    std::string_view name;
    std::string_view path; // of the collection
    job_shape shape = job_shape::targets;
    std::string_view service = "cckm"; // these two are in the job's uri
    std::string_view type = "synchronize";
    // Status words that differ from family to family, and the member they stand in.
    std::string_view status = "overall_status";
    std::string_view waiting = "in_progress"; // until the job has done its first step
    std::string_view in_progress = "in_progress";
    std::string_view error = "error";         // of the fate `error`
    std::string_view cancelled = "completed"; // with `abort` true, where there is one
    // What the document tells about its targets; empty: has no such member.
    std::string_view cloud{};
    std::string_view targets{}; // lists them, in a start request, too
    std::string_view target{};  // how the name of one begins; empty: it is a UUID
    std::string_view done = "synchronized successfully";
    std::string_view failed = "synchronization failed: permission denied";
    std::span<const std::string_view> operations{};
    bool one_key = false;     // is about one key, its `key_id`
    bool nanoseconds = false; // in its times: nine fraction digits
    bool starts = true;       // POST to the collection
    bool lists = true;        // GET of the collection
    bool cancels = true;      // POST to .../cancel
};

// In the order of the README. They never move.
const std::vector<family>& families();

const family& default_family(); // google/update-all-versions

// Nothing when there is no such family.
const family* family_named(std::string_view name);
std::string family_names(); // all, separated by ", "

// Where in the appliance a path of jobs leads.
struct job_place
{
    enum place : std::uint8_t
    {
        collection,
        job,
        cancel,
    };

    const family* of;
    place where;
    std::string_view id; // as in the path, still percent-encoded
};

// The path without a slash at its end; nothing when it leads to no jobs.
std::optional<job_place> find_place(std::string_view path);

} // namespace jobwatch::simulator
