#include "support/scene.hpp"

#include <array>
#include <cstdio>
#include <set>
#include <stdexcept>

namespace jobwatch::test
{

namespace
{

boost::json::object document(const std::string& id, std::string_view status, std::string_view updated_at)
{
    const boost::json::string_view word(status.data(), status.size());
    const boost::json::string_view time(updated_at.data(), updated_at.size());
    return {{"id", id},           {"createdAt", "2026-01-01T00:00:00Z"},
            {"updatedAt", time},  {"overall_status", word},
            {"job_id", id},       {"key_id", "ecc73bfb-7605-4263-abb8-84fe431d35fb"},
            {"version_count", 2}, {"operation", "disable"},
            {"abort", false}};
}

daemon_wish wish_of(const simulator_process& simulator, const std::string& appliance, const std::string& poll)
{
    auto wish = watching(simulator, appliance);
    if (!poll.empty())
        wish.poll = poll;
    return wish;
}

std::string text_of(const boost::json::object& from, std::string_view name)
{
    const auto* found = from.if_contains(boost::json::string_view(name.data(), name.size()));
    return found == nullptr ? std::string() : std::string(found->as_string());
}

} // namespace

std::string job_id(int number)
{
    std::array<char, 40> text{};
    std::snprintf(text.data(), text.size(), "00000000-0000-4000-8000-%012d", number);
    return text.data();
}

std::vector<std::string> job_ids(int first, int count)
{
    std::vector<std::string> ids;
    ids.reserve(static_cast<std::size_t>(count));
    for (int number = first; number < first + count; ++number)
        ids.push_back(job_id(number));
    return ids;
}

boost::json::array json_of(const std::vector<std::string>& ids)
{
    return boost::json::array(ids.begin(), ids.end());
}

void begin_jobs(const simulator_control& appliance, const std::vector<std::string>& ids)
{
    boost::json::array documents;
    for (const auto& id : ids)
        documents.push_back(document(id, "in_progress", "2026-01-01T00:00:01Z"));
    appliance.post("jobs", documents);
}

void end_jobs(const simulator_control& appliance, const std::vector<std::string>& ids)
{
    boost::json::array documents;
    for (const auto& id : ids)
    {
        auto ended = document(id, "completed", "2026-01-01T00:00:02Z");
        ended["completed_at"] = "2026-01-01T00:00:02Z";
        ended["detailed_status"] = {{"completed", {"2", "1"}}};
        documents.push_back(std::move(ended));
    }
    appliance.post("jobs", documents);
}

scene::scene(
    const std::vector<std::string>& simulator_options, const std::string& appliance,
    const std::string& poll) :
    simulator(simulator_options), control(simulator), daemon(wish_of(simulator, appliance, poll))
{
}

void scene::submit(const std::vector<std::string>& ids, const std::string& appliance)
{
    unix_client(daemon.control())
        .result("submit", boost::json::object{{"jobs", json_of(ids)}, {"appliance", appliance}});
}

boost::json::object scene::watch(const std::string& id)
{
    return unix_client(daemon.control()).result("get", boost::json::object{{"job", id}});
}

boost::json::object scene::report(const std::string& appliance)
{
    const auto status = unix_client(daemon.control()).result("status");
    for (const auto& one : status.at("appliances").as_array())
        if (one.at("name") == boost::json::string_view(appliance))
            return one.as_object();
    throw std::runtime_error("no appliance " + appliance);
}

std::string scene::last_error(const std::string& id)
{
    return text_of(watch(id), "last_error");
}

std::string scene::appliance_error(const std::string& appliance)
{
    return text_of(report(appliance), "last_error");
}

std::size_t scene::endings(const std::vector<std::string>& ids, const std::string& outcome)
{
    const std::set<std::string> wanted(ids.begin(), ids.end());
    std::size_t count = 0;
    for (const auto& event : daemon.logged("job.finished"))
    {
        if (!wanted.contains(text_of(event, "job")))
            continue;
        if (text_of(event, "outcome") != outcome)
            throw std::runtime_error("not " + outcome + ": " + boost::json::serialize(event));
        ++count;
    }
    return count;
}

bool scene::all_end(const std::vector<std::string>& ids, const std::string& outcome)
{
    const bool all = eventually([&] { return endings(ids, outcome) >= ids.size(); });
    return all && endings(ids, outcome) == ids.size();
}

} // namespace jobwatch::test
