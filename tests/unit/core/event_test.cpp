#include "core/event.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

using namespace jobwatch;

namespace
{

constexpr auto last_type = event_type::state_replaced;
constexpr const auto* job = "778a1024-dc18-49cb-833b-cfd6c000c090";

std::vector<event_type> all_types()
{
    std::vector<event_type> types;
    for (int value = 0; value <= static_cast<int>(last_type); ++value)
        types.push_back(static_cast<event_type>(value));
    return types;
}

event about_job(event_type type)
{
    event happened;
    happened.type = type;
    happened.watch = 17;
    happened.appliance = "prod";
    happened.kind = "google/update-all-versions";
    happened.job = job;
    return happened;
}

event about_appliance(event_type type, std::string reason = "")
{
    event happened;
    happened.type = type;
    happened.appliance = "prod";
    happened.reason = std::move(reason);
    return happened;
}

std::string line_about_job(const std::string& rest)
{
    return std::string("prod ") + job + ' ' + rest;
}

} // namespace

TEST_CASE("every type of event has a word of its own that is read back")
{
    std::set<std::string_view> words;
    for (const auto type : all_types())
    {
        words.insert(to_string(type));
        CHECK(parse_event_type(to_string(type)) == type);
    }
    CHECK(words.size() == all_types().size());
    CHECK(to_string(event_type::job_finished) == "job.finished");
    CHECK(to_string(event_type::job_unrecognised) == "job.unrecognised");
    CHECK(to_string(event_type::appliance_auth_failed) == "appliance.auth_failed");
    CHECK(to_string(event_type::state_replaced) == "state.replaced");
    CHECK_FALSE(parse_event_type("job.Finished").has_value());
    CHECK_FALSE(parse_event_type("").has_value());
    CHECK(to_string(static_cast<event_type>(200)) == "unknown");
}

TEST_CASE("a completion is the line that the design shows")
{
    auto happened = about_job(event_type::job_finished);
    happened.ended = outcome::succeeded;
    happened.facts.overall_status = "completed";
    happened.facts.operation = "disable";
    happened.facts.versions_done = 2;
    happened.facts.version_count = 2;
    happened.noticed_after = milliseconds(812);
    CHECK(describe(happened) == line_about_job("succeeded: disable, 2 of 2 versions, noticed after 0.8 s"));
}

TEST_CASE("a completion says no more than is known")
{
    auto happened = about_job(event_type::job_finished);
    happened.ended = outcome::succeeded;
    CHECK(describe(happened) == line_about_job("succeeded"));
    happened.facts.version_count = 2;
    CHECK(describe(happened) == line_about_job("succeeded: 2 versions in all"));
    happened.facts.version_count.reset();
    happened.facts.versions_done = 3;
    CHECK(describe(happened) == line_about_job("succeeded: 3 versions done"));
}

TEST_CASE("an ending with a reason gives it after the facts")
{
    auto happened = about_job(event_type::job_finished);
    happened.ended = outcome::failed;
    happened.facts.operation = "enable";
    happened.reason = "the appliance says \"error\"";
    CHECK(describe(happened) == line_about_job("failed: enable; the appliance says \"error\""));
    happened.facts.operation.clear();
    happened.ended = outcome::lost;
    happened.reason = "404 for 10 min";
    CHECK(describe(happened) == line_about_job("lost: 404 for 10 min"));
}

TEST_CASE("an insecure answer is marked")
{
    auto happened = about_job(event_type::job_finished);
    happened.ended = outcome::succeeded;
    happened.tls_verified = false;
    CHECK(describe(happened) == line_about_job("succeeded: TLS not verified"));
}

TEST_CASE("each event of a watch and a job has its line")
{
    auto added = about_job(event_type::watch_added);
    added.submitted_by = submitter{1000, 4711};
    CHECK(
        describe(added)
        == line_about_job("watched: watch 17, google/update-all-versions, submitted by uid 1000"));
    auto removed = about_job(event_type::watch_removed);
    removed.ended = outcome::removed;
    CHECK(describe(removed) == line_about_job("removed"));
    auto blocked = about_job(event_type::watch_blocked);
    blocked.reason = "HTTP 403";
    CHECK(describe(blocked) == line_about_job("blocked, the appliance refuses to show it: HTTP 403"));
    CHECK(
        describe(about_job(event_type::watch_unblocked))
        == line_about_job("unblocked, the appliance shows it again"));
    auto status = about_job(event_type::job_status);
    status.facts.overall_status = "in_progress";
    status.facts.operation = "disable";
    status.facts.versions_done = 1;
    status.facts.version_count = 2;
    CHECK(describe(status) == line_about_job("in_progress: disable, 1 of 2 versions"));
    auto strange = about_job(event_type::job_unrecognised);
    strange.facts.overall_status = "weird";
    CHECK(describe(strange) == line_about_job("unrecognised status \"weird\""));
    auto overdue = about_job(event_type::job_overdue);
    overdue.facts.overall_status = "queued";
    overdue.reason = "not finished 1 h after its submit";
    CHECK(describe(overdue) == line_about_job("overdue, still queued: not finished 1 h after its submit"));
}

TEST_CASE("each event of an appliance, the daemon and the state has its line")
{
    CHECK(
        describe(about_appliance(event_type::appliance_unreachable, "connection refused"))
        == "prod is unreachable: connection refused");
    CHECK(describe(about_appliance(event_type::appliance_reachable)) == "prod is reachable again");
    CHECK(
        describe(about_appliance(event_type::appliance_auth_failed, "HTTP 401"))
        == "prod refuses our login: HTTP 401");
    event started;
    started.type = event_type::daemon_started;
    started.reason = "version 0.1.0";
    CHECK(describe(started) == "daemon started: version 0.1.0");
    started.type = event_type::state_replaced;
    CHECK(describe(started) == "state replaced: version 0.1.0");
}

TEST_CASE("every type has a line of its own, with subject and reason, whatever is known")
{
    std::set<std::string> lines;
    for (const auto type : all_types())
    {
        event bare;
        bare.type = type;
        CHECK_FALSE(describe(bare).empty());
        auto full = about_job(type);
        full.reason = "because";
        const auto line = describe(full);
        INFO("line: " << line);
        CHECK(line.starts_with(line_about_job("")));
        CHECK(line.ends_with("because"));
        CHECK(line.find("unknown event") == std::string::npos);
        lines.insert(line);
    }
    CHECK(
        lines.size()
        >= all_types().size() - 2); // degraded and restored: one wording for appliance and daemon
    CHECK(describe(about_job(static_cast<event_type>(200))) == line_about_job("unknown event"));
}

TEST_CASE("outside text cannot break the line, whichever field it stands in")
{
    const std::string evil = "x\nFAKE prod succeeded\r\x1b[2J";
    for (const auto type : all_types())
    {
        auto happened = about_job(type);
        happened.appliance = happened.kind = happened.job = happened.reason = evil;
        happened.facts.overall_status = happened.facts.operation = happened.facts.key_id = evil;
        const auto line = describe(happened);
        CHECK(std::ranges::none_of(line, [](char each) { return static_cast<unsigned char>(each) < 0x20; }));
    }
}

TEST_CASE("a line stays short, however long the outside text is")
{
    auto happened = about_job(event_type::job_unrecognised);
    happened.reason = happened.facts.overall_status = happened.facts.operation = std::string(1'000'000, 'y');
    CHECK(describe(happened).size() < 4'000);
}
