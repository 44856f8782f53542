// The facts of a watch as `explain` gets them, and the page that it makes of them.
#pragma once

#include "core/explanation.hpp"
#include "core/timestamp.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

namespace jobwatch::test
{

inline constexpr const auto* submitted = "2026-11-23T14:00:00Z";

inline wall_time at(std::string_view text)
{
    return parse_timestamp(text).value();
}

inline node_report node(std::string name, node_state state = node_state::serving)
{
    node_report told;
    told.name = std::move(name);
    told.state = state;
    return told;
}

inline node_report
ill_node(std::string name, std::string_view since, std::string why, milliseconds next_probe_in)
{
    node_report told = node(std::move(name), node_state::open);
    told.since = at(since);
    told.why = std::move(why);
    told.next_probe_in = next_probe_in;
    return told;
}

// A watch that is polled, so old, of a job that goes on; everything is well.
inline explanation_facts watched_for(milliseconds age)
{
    explanation_facts facts;
    facts.now = at(submitted) + age;
    facts.watch.number = 17;
    facts.watch.appliance = "prod";
    facts.watch.kind = "google/update-all-versions";
    facts.watch.job = "778a1024-dc18-49cb-833b-cfd6c000c090";
    facts.watch.submitted_at = at(submitted);
    facts.watch.overdue_after = std::chrono::hours{1};
    facts.watch.facts.overall_status = "in_progress";
    facts.watch.polls = 6;
    polling_facts& polling = facts.polling.emplace();
    polling.age = age;
    polling.answered_ago = std::chrono::seconds{8};
    polling.seen = true;
    polling.interval = std::chrono::seconds{10};
    polling.due_in = std::chrono::seconds{2};
    polling.status_pointer = "/overall_status";
    polling.username = "jobwatch";
    polling.requests_per_second = 50;
    polling.login_retry_after = std::chrono::minutes{30};
    polling.appliance.window = polling.appliance.window_most = 8;
    polling.appliance.nodes = {node("cm1.example.com")};
    polling.token.state = token_state::valid;
    polling.token.valid_for = std::chrono::seconds{260};
    polling.token.place = "/etc/jobwatchd/credentials/prod.password";
    return facts;
}

// The last answer was an error while asking.
inline void answered_with(explanation_facts& facts, trouble what, int http_status)
{
    facts.polling->last_trouble = what;
    facts.polling->last_http_status = http_status;
    facts.watch.last_error = describe_trouble(what, http_status);
}

// Polled every 1 min, for this reason.
inline void polled_slowly(explanation_facts& facts, poll_reason why)
{
    facts.polling->reason = why;
    facts.polling->interval = std::chrono::seconds{60};
    facts.polling->due_in = std::chrono::seconds{41};
}

inline explanation_facts ended_as(outcome how, std::string reason)
{
    explanation_facts facts = watched_for(std::chrono::minutes{25});
    facts.polling.reset();
    facts.watch.ended = how;
    facts.watch.ended_at = facts.now - std::chrono::minutes{5};
    facts.watch.reason = std::move(reason);
    facts.watch.polls = 12;
    return facts;
}

inline std::string page_of(const explanation_facts& facts)
{
    std::string page = "\n";
    for (const std::string& line : explain(facts))
        page += line + '\n';
    return page;
}

inline bool has_line(const explanation_facts& facts, std::string_view text)
{
    return page_of(facts).find(text) != std::string::npos;
}

} // namespace jobwatch::test
