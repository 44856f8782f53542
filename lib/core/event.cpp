#include "core/event.hpp"

#include "core/counted.hpp"
#include "core/duration_text.hpp"
#include "core/one_line.hpp"

#include <array>

namespace jobwatch
{

namespace
{

// In the order of the enum.
constexpr std::array<std::string_view, 21> type_words{
    "watch.added",
    "watch.removed",
    "watch.blocked",
    "watch.unblocked",
    "job.status",
    "job.unrecognised",
    "job.overdue",
    "job.finished",
    "appliance.unreachable",
    "appliance.reachable",
    "appliance.degraded",
    "appliance.forbidden",
    "appliance.auth_failed",
    "appliance.auth_restored",
    "appliance.restored",
    "daemon.started",
    "daemon.stopped",
    "daemon.reloaded",
    "daemon.degraded",
    "daemon.restored",
    "state.replaced",
};
static_assert(type_words.size() == static_cast<std::size_t>(event_type::state_replaced) + 1);

// What happened, without who, to whom and why.
std::string what_happened(const event& happened)
{
    const auto& word = happened.facts.overall_status;
    switch (happened.type)
    {
    case event_type::watch_added:
        return "watched";
    case event_type::watch_removed:
        return "removed";
    case event_type::watch_blocked:
        return "blocked, the appliance refuses to show it";
    case event_type::watch_unblocked:
        return "unblocked, the appliance shows it again";
    case event_type::job_status:
        return word.empty() ? "without a status" : one_line(word);
    case event_type::job_unrecognised:
        return word.empty() ? "unrecognised, without a status"
                            : "unrecognised status \"" + one_line(word) + '"';
    case event_type::job_overdue:
        return word.empty() ? "overdue" : "overdue, still " + one_line(word);
    case event_type::job_finished:
        return std::string(happened.ended ? to_string(*happened.ended) : "finished");
    case event_type::appliance_unreachable:
        return "is unreachable";
    case event_type::appliance_reachable:
        return "is reachable again";
    case event_type::appliance_degraded:
        return "is degraded";
    case event_type::appliance_forbidden:
        return "refuses to show most jobs";
    case event_type::appliance_auth_failed:
        return "refuses our login";
    case event_type::appliance_auth_restored:
        return "accepts our login again";
    case event_type::appliance_restored:
        return "is restored";
    case event_type::daemon_started:
        return "started";
    case event_type::daemon_stopped:
        return "stopped";
    case event_type::daemon_reloaded:
        return "reloaded its configuration";
    case event_type::daemon_degraded:
        return "is degraded";
    case event_type::daemon_restored:
        return "is restored";
    case event_type::state_replaced:
        return "replaced";
    }
    return "unknown event";
}

// "prod 778a1024-... ", "prod ", "daemon ", "state ".
std::string subject(const event& happened)
{
    std::string line;
    if (!happened.appliance.empty())
        line += one_line(happened.appliance) + ' ';
    if (!happened.job.empty())
        line += one_line(happened.job) + ' ';
    if (!line.empty())
        return line;
    const auto type = to_string(happened.type);
    return std::string(type.substr(0, type.find('.'))) + ' ';
}

std::string describe_versions(const job_facts& facts)
{
    if (facts.versions_done && facts.version_count)
        return std::to_string(*facts.versions_done) + " of " + counted(*facts.version_count, "version");
    if (facts.version_count)
        return counted(*facts.version_count, "version") + " in all";
    return facts.versions_done ? counted(*facts.versions_done, "version") + " done" : std::string();
}

// ": disable, 2 of 2 versions, noticed after 0.8 s", or nothing when no facts are known.
class fact_list
{
public:
    void add(std::string_view fact)
    {
        if (fact.empty())
            return;
        text_ += text_.empty() ? ": " : ", ";
        text_ += fact;
    }
    const std::string& text() const { return text_; }

private:
    std::string text_;
};

std::string describe_facts(const event& happened)
{
    fact_list facts;
    if (happened.type == event_type::watch_added)
    {
        facts.add("watch " + std::to_string(happened.watch));
        facts.add(one_line(happened.kind));
        if (happened.submitted_by)
            facts.add("submitted by uid " + std::to_string(happened.submitted_by->uid));
        return facts.text();
    }
    facts.add(one_line(happened.facts.operation));
    facts.add(describe_versions(happened.facts));
    if (happened.noticed_after)
        facts.add("noticed after " + describe_duration(*happened.noticed_after));
    if (!happened.tls_verified)
        facts.add("TLS not verified");
    return facts.text();
}

} // namespace

std::string_view to_string(event_type value)
{
    const auto at = static_cast<std::size_t>(value);
    return at < type_words.size() ? type_words[at] : "unknown";
}

std::optional<event_type> parse_event_type(std::string_view word)
{
    for (std::size_t at = 0; at < type_words.size(); ++at)
    {
        if (type_words[at] == word)
            return static_cast<event_type>(at);
    }
    return std::nullopt;
}

std::string event_type_words()
{
    std::string words;
    for (const auto word : type_words)
        words.append(words.empty() ? "" : ", ").append(word);
    return words;
}

std::string describe(const event& happened)
{
    auto line = subject(happened) + what_happened(happened);
    const auto facts = describe_facts(happened);
    line += facts;
    if (!happened.reason.empty())
        line += (facts.empty() ? ": " : "; ") + one_line(happened.reason);
    return line;
}

} // namespace jobwatch
