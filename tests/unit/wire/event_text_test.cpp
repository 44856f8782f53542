#include "core/timestamp.hpp"
#include "wire/event_text.hpp"

#include <boost/json/parse.hpp>
#include <doctest/doctest.h>

using namespace jobwatch;

namespace
{

event finished()
{
    event happened;
    happened.type = event_type::job_finished;
    happened.time = parse_timestamp("2026-11-23T14:02:11.482Z").value();
    happened.watch = 17;
    happened.appliance = "prod";
    happened.kind = "google/update-all-versions";
    happened.job = "778a1024-dc18-49cb-833b-cfd6c000c090";
    happened.ended = outcome::succeeded;
    happened.facts.overall_status = "completed";
    happened.facts.operation = "disable";
    happened.facts.key_id = "ecc73bfb-7605-4263-abb8-84fe431d35fb";
    happened.facts.versions_done = 2;
    happened.facts.version_count = 2;
    happened.facts.completed_at = parse_timestamp("2026-11-23T14:02:10.670321Z").value();
    happened.noticed_after = milliseconds{812};
    happened.polls = 4;
    happened.labels = {{"change", "CHG-1"}};
    happened.submitted_by = submitter{1000, 4711};
    happened.document = R"({"id":"..."})";
    return happened;
}

bool holds(const std::string& text, std::string_view part)
{
    return text.find(part) != std::string::npos;
}

} // namespace

TEST_CASE("a finished job is written as the design shows it, to the letter")
{
    CHECK(
        event_text(finished(), 1042)
        == R"({"seq":1042,"time":"2026-11-23T14:02:11.482Z","event":"job.finished","watch":17,"appliance":"prod",)"
           R"("kind":"google/update-all-versions","job":"778a1024-dc18-49cb-833b-cfd6c000c090","outcome":"succeeded",)"
           R"("overall_status":"completed","operation":"disable","key_id":"ecc73bfb-7605-4263-abb8-84fe431d35fb",)"
           R"("versions_done":2,"version_count":2,"completed_at":"2026-11-23T14:02:10.670Z","noticed_after_ms":812,)"
           R"("polls":4,"labels":{"change":"CHG-1"},"submitted_by":{"uid":1000,"pid":4711},"document":{"id":"..."}})"
           "\n");
}

TEST_CASE("a finished job says null where nothing is known, and leaves out what is not there")
{
    event happened;
    happened.type = event_type::job_finished;
    happened.watch = 1;
    happened.ended = outcome::lost;
    happened.reason = "not known";
    CHECK(
        event_text(happened, 1)
        == R"({"seq":1,"time":"1970-01-01T00:00:00.000Z","event":"job.finished","watch":1,"outcome":"lost",)"
           R"("versions_done":null,"noticed_after_ms":null,"polls":0,"reason":"not known","labels":{}})"
           "\n");
}

TEST_CASE("an appliance's event has the appliance and the reason")
{
    event happened;
    happened.type = event_type::appliance_unreachable;
    happened.appliance = "prod";
    happened.reason = "connection refused";
    CHECK(
        event_text(happened, 2)
        == R"({"seq":2,"time":"1970-01-01T00:00:00.000Z","event":"appliance.unreachable","appliance":"prod",)"
           R"("reason":"connection refused"})"
           "\n");
}

TEST_CASE("events of every type are JSON on one line")
{
    for (int value = 0; value <= static_cast<int>(event_type::state_replaced); ++value)
    {
        event happened = finished();
        happened.type = static_cast<event_type>(value);
        const auto line = event_text(happened, 1);
        REQUIRE(line.find('\n') == line.size() - 1);
        const auto parsed = boost::json::parse(line);
        REQUIRE(parsed.at("event").as_string() == to_string(happened.type));
    }
}

TEST_CASE("unverified TLS and a document that was too long are marked, and only then")
{
    event happened = finished();
    CHECK_FALSE(holds(event_text(happened, 1), "tls_verified"));
    CHECK_FALSE(holds(event_text(happened, 1), "document_truncated"));
    happened.tls_verified = false;
    happened.document.clear();
    happened.document_truncated = true;
    const auto line = event_text(happened, 1);
    CHECK(holds(line, R"("tls_verified":false,"document_truncated":true,"labels")"));
    CHECK_FALSE(holds(line, "\"document\""));
}

TEST_CASE("text from outside cannot break the line, whatever it holds")
{
    event happened = finished();
    const std::string evil("\n\"},{\0\xff\x1b\\", 10);
    happened.facts.overall_status = happened.facts.operation = happened.facts.key_id = evil;
    happened.reason = happened.appliance = happened.kind = happened.job = evil;
    happened.labels = {{evil, evil}};
    const auto line = event_text(happened, 1);
    CHECK(line.find('\n') == line.size() - 1);
    boost::system::error_code failed;
    const auto parsed = boost::json::parse(line, failed);
    REQUIRE_FALSE(failed);
    CHECK(holds(std::string(parsed.at("overall_status").as_string()), "\"},{"));
}

TEST_CASE("the document is embedded to the letter")
{
    event happened = finished();
    happened.document = R"({"a":1.0e5,"b":123456789012345678901234567890,"c":"\u00e9"})";
    CHECK(event_text(happened, 1).ends_with(",\"document\":" + happened.document + "}\n"));
}

TEST_CASE("labels come back as they were written")
{
    const watch_labels labels{{"change", "CHG-1"}, {"a \"b\"", "\n\xc3\xa4"}, {"empty", ""}};
    CHECK(parse_labels(labels_text(labels)) == labels);
    CHECK(labels_text({}) == "{}");
    CHECK(parse_labels("{}").empty());
}

TEST_CASE("text that holds no labels gives none")
{
    for (const auto* bad : {"", "[]", "null", "{", "{\"a\":1}", "{\"a\":null}"})
        CHECK_MESSAGE(parse_labels(bad).empty(), bad);
}
