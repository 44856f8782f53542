#include "job_details.hpp"

#include <algorithm>
#include <numeric>

namespace jobwatch::simulator
{

namespace
{

bool has_failures(fate becomes)
{
    return becomes == fate::failed || becomes == fate::error || becomes == fate::partial;
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

void add_version_lists(std::string& out, const job_script& script, const snapshot& seen)
{
    const std::vector<unsigned> versions = version_order(script);
    out += R"(,"detailed_status":{"completed":)";
    add_ids(out, versions, 0, seen.done);
    if (seen.over && has_failures(seen.becomes))
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
        out += closing_sentence(seen.becomes);
        out += '"';
    }
    out += '}';
}

// Of a target that is not done.
std::string_view other_sentence(const job_script& script, const snapshot& seen)
{
    if (!seen.over)
        return script.of->in_progress;
    return has_failures(seen.becomes) ? script.of->failed : "cancelled before its turn";
}

void add_sentences(std::string& out, const job_script& script, const snapshot& seen)
{
    out += R"(,"detailed_status":{)";
    unsigned index = 0;
    for (const std::string& name : target_names(script))
    {
        out.append(index == 0 ? "\"" : ",\"").append(name).append("\":\"");
        out.append(index < seen.done ? script.of->done : other_sentence(script, seen)).append("\"");
        ++index;
    }
    out += '}';
}

} // namespace

void add_details(std::string& out, const job_script& script, const snapshot& seen)
{
    if (!seen.over && seen.done == 0)
        return;
    if (script.of->shape == job_shape::versions)
        add_version_lists(out, script, seen);
    else if (script.of->shape == job_shape::targets)
        add_sentences(out, script, seen);
}

std::vector<std::string> target_names(const job_script& script)
{
    if (!script.targets.empty())
        return script.targets;
    if (script.of->one_key)
        return {script.key_id};
    seeded chance(script.flavour);
    std::vector<std::string> names;
    names.reserve(script.version_count);
    for (unsigned number = 1; number <= script.version_count; ++number)
        names.push_back(
            script.of->target.empty() ? draw_uuid(chance)
                                      : std::string(script.of->target) + std::to_string(number));
    return names;
}

} // namespace jobwatch::simulator
