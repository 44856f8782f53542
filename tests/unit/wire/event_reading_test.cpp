#include "core/timestamp.hpp"
#include "wire/event_reading.hpp"

#include <doctest/doctest.h>

using namespace jobwatch;

namespace
{

event about(event_type type)
{
    event happened;
    happened.type = type;
    happened.time = parse_timestamp("2026-11-23T14:02:11.482Z").value();
    happened.watch = 17;
    happened.appliance = "prod";
    happened.kind = "google/update-all-versions";
    happened.job = "778a1024-dc18-49cb-833b-cfd6c000c090";
    happened.labels = {{"change", "CHG-1"}, {"quote", "\"\n"}};
    happened.submitted_by = submitter{1000, 4711};
    return happened;
}

event finished()
{
    auto happened = about(event_type::job_finished);
    happened.ended = outcome::partial;
    happened.facts.overall_status = "completed";
    happened.facts.operation = "disable";
    happened.facts.key_id = "ecc73bfb-7605-4263-abb8-84fe431d35fb";
    happened.facts.versions_done = 1;
    happened.facts.version_count = 2;
    happened.facts.completed_at = parse_timestamp("2026-11-23T14:02:10.670Z").value();
    happened.noticed_after = milliseconds{812};
    happened.polls = 4;
    happened.reason = "one version failed";
    happened.document = R"({"id":"x","big":123456789012345678901234567890,"e":1E5})";
    return happened;
}

std::string line_of(const event& happened, const told_limits* limits = nullptr)
{
    auto line =
        limits == nullptr ? event_text(happened, 1042) : event_text_with_limits(happened, 1042, *limits);
    line.pop_back();
    return line;
}

} // namespace

TEST_CASE("an ending is read back as it was written, its document to the letter")
{
    const auto line = line_of(finished());
    const auto read = read_event_text(line);
    REQUIRE(read.has_value());
    CHECK(read->seq == 1042);
    CHECK_FALSE(read->limits);
    CHECK(line_of(read->happened) == line);
}

TEST_CASE("watch.added is read back with the limits that it tells")
{
    const told_limits limits{milliseconds{7'200'000}, std::nullopt};
    const auto line = line_of(about(event_type::watch_added), &limits);
    CHECK(line.find(R"(c090","overdue_after":"2h","give_up_after":"never","labels":)") != std::string::npos);
    const auto read = read_event_text(line);
    REQUIRE(read.has_value());
    REQUIRE(read->limits);
    CHECK(read->limits->overdue_after == milliseconds{7'200'000});
    CHECK_FALSE(read->limits->give_up_after);
    CHECK(line_of(read->happened, &*read->limits) == line);
}

TEST_CASE("an event of a type that only a later version knows has its number, and is about nothing")
{
    auto line = line_of(about(event_type::job_status));
    line.replace(line.find("job.status"), 10, "job.dances");
    const auto read = read_event_text(line);
    REQUIRE(read.has_value());
    CHECK(read->seq == 1042);
    CHECK(read->happened.watch == 0);
}

TEST_CASE("a line cut or spoiled anywhere is refused or read, and never anything else")
{
    const auto line = line_of(finished());
    for (std::size_t length = 0; length < line.size(); ++length)
        REQUIRE(read_event_text(std::string_view(line).substr(0, length)).has_error());
    for (std::size_t place = 0; place < line.size(); ++place)
        for (const char spoiled : {'\0', '"', '}', '9', '\xff'})
        {
            auto other = line;
            other[place] = spoiled;
            const auto read = read_event_text(other);
            CAPTURE(other);
            if (read && read->happened.watch != 0)
                REQUIRE(read->happened.ended.has_value());
        }
}

TEST_CASE("what does not say which watch it is about, or how that ended, is no event")
{
    const std::string start = R"({"seq":1,"time":"2026-11-23T14:02:11.482Z","event":"job.finished")";
    const std::string place = R"(,"appliance":"prod","kind":"a/b")";
    CHECK(read_event_text(start + place + R"(,"watch":1,"job":"x","outcome":"lost"})").has_value());
    for (const char* rest :
         {R"(,"watch":1,"outcome":"lost"})", R"(,"watch":1,"job":"a b","outcome":"lost"})",
          R"(,"watch":1,"job":"x"})", R"(,"watch":1,"job":"x","outcome":"great"})",
          R"(,"watch":0,"job":"x","outcome":"lost"})", R"(,"watch":-1,"job":"x","outcome":"lost"})",
          R"(,"watch":"1","job":"x","outcome":"lost"})",
          R"(,"watch":1000000000000001,"job":"x","outcome":"lost"})"})
    {
        CAPTURE(rest);
        CHECK(read_event_text(start + place + rest).has_error());
    }
    CHECK(read_event_text(start + R"(,"watch":1,"kind":"a/b","job":"x","outcome":"lost"})").has_error());
    for (const char* line :
         {"", "[]", "1", "{}", R"({"seq":1})", R"({"seq":1,"event":"job.status"})",
          R"({"seq":0,"time":"2026-11-23T14:02:11.482Z","event":"daemon.started"})"})
        CHECK(read_event_text(line).has_error());
}
