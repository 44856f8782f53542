#include "job_text.hpp"

#include <algorithm>
#include <numeric>
#include <vector>

namespace jobwatch::simulator
{

namespace
{

struct snapshot
{
    bool over = false;
    bool abort = false;
    unsigned done = 0;
    time_point updated{};
};

constexpr int steps_of_a_life = 8;

// An unfinished job's row is written a few times in its life, at most every ten seconds.
snapshot look(const job_script& script, time_point created, time_point now)
{
    snapshot seen;
    if (now - created >= script.life)
    {
        seen.over = true;
        seen.abort = script.becomes == fate::aborted;
        seen.done = script.versions_done;
        seen.updated = created + script.life;
        return seen;
    }
    const duration longest_step = std::chrono::seconds{10};
    const duration step = std::clamp(script.life / steps_of_a_life, duration{1}, longest_step);
    const duration written = std::max(now - created, duration{0}) / step * step;
    seen.abort = script.becomes == fate::aborted && written > script.life / 2;
    seen.updated = created + written;
    if (script.becomes == fate::endless)
        seen.done = written > duration{0} ? script.versions_done : 0;
    else
        seen.done = static_cast<unsigned>(script.versions_done * written.count() / script.life.count());
    return seen;
}

// The appliance shows version ids in no order; neither do we, but always in the same one.
std::vector<unsigned> version_order(const job_script& script)
{
    std::vector<unsigned> versions(script.version_count);
    std::iota(versions.rbegin(), versions.rend(), 1U);
    seeded chance(script.flavour);
    for (std::size_t left = versions.size(); left > 2; --left)
        std::swap(versions[left - 1], versions[chance.below(left)]);
    if (std::is_sorted(versions.begin(), versions.end()))
        std::reverse(versions.begin(), versions.end());
    return versions;
}

void add_ids(std::string& out, const std::vector<unsigned>& versions, std::size_t from, std::size_t to)
{
    out += '[';
    for (std::size_t index = from; index < to; ++index)
    {
        out += index == from ? "\"" : ",\"";
        out += std::to_string(versions[index]);
        out += '"';
    }
    out += ']';
}

std::string_view closing_sentence(fate becomes)
{
    switch (becomes)
    {
    case fate::failed:
    case fate::error:
        return "the version states could not be updated";
    case fate::partial:
        return "some version states could not be updated";
    case fate::aborted:
        return "cancelled before all version states were updated";
    default:
        return "all version states are updated successfully";
    }
}

void add_details(std::string& out, const job_script& script, const snapshot& seen)
{
    if (!seen.over && seen.done == 0) // a job that has just begun has none
        return;
    const std::vector<unsigned> versions = version_order(script);
    out += R"(,"detailed_status":{"completed":)";
    add_ids(out, versions, 0, seen.done);
    const bool some_failed =
        script.becomes == fate::failed || script.becomes == fate::error || script.becomes == fate::partial;
    if (seen.over && some_failed)
    {
        out += R"(,"failed":)";
        add_ids(out, versions, seen.done, versions.size());
    }
    if (seen.over)
    {
        out += R"(,"projects/simulator/locations/global/keyRings/ring-)";
        out += std::to_string(script.flavour % 10);
        out += R"(/cryptoKeys/key-)";
        out.append(script.id, 0, 8);
        out += R"(":")";
        out += closing_sentence(script.becomes);
        out += '"';
    }
    out += '}';
}

std::string text_of(const job_script& script, time_point created, const snapshot& seen)
{
    std::string out;
    out.reserve(1024);
    const auto member = [&out](std::string_view name, std::string_view value)
    { out.append(name).append(value).append("\""); };
    member(R"({"id":")", script.id);
    member(R"(,"uri":"kylo:kylo:cckm:update_all_versions:)", script.id);
    out += R"(,"account":"kylo:kylo:admin:accounts:kylo")";
    member(R"(,"createdAt":")", appliance_time(created));
    member(R"(,"updatedAt":")", appliance_time(seen.updated));
    // The closing row is written once more just after `completed_at`.
    if (seen.over)
        member(
            R"(,"completed_at":")",
            appliance_time(std::max(created, seen.updated - duration{100 + script.flavour % 150})));
    member(R"(,"overall_status":")", seen.over ? final_status(script.becomes) : "in_progress");
    add_details(out, script, seen);
    member(R"(,"job_id":")", script.id);
    member(R"(,"key_id":")", script.key_id);
    out += R"(,"version_count":)" + std::to_string(script.version_count);
    member(R"(,"operation":")", script.operation);
    out += seen.abort ? R"(,"abort":true})" : R"(,"abort":false})";
    return out;
}

} // namespace

std::string job_text(const job_script& script, time_point created, time_point now)
{
    return text_of(script, created, look(script, created, now));
}

std::string new_job_text(const job_script& script, time_point created)
{
    snapshot fresh;
    fresh.updated = created;
    return text_of(script, created, fresh);
}

} // namespace jobwatch::simulator
