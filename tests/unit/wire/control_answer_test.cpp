#include "core/timestamp.hpp"
#include "wire/control_message.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <doctest/doctest.h>

using namespace jobwatch;

namespace
{

wall_time at(std::string_view text)
{
    return parse_timestamp(text).value();
}

control_request asked(std::string id)
{
    return {std::move(id), false, status_command{}};
}

// The result's text within the line.
std::string result_of(const control_answer& given)
{
    constexpr std::string_view head = R"({"jsonrpc":"2.0","id":1,"result":)";
    const auto line = answer_line(asked("1"), given);
    REQUIRE(line.starts_with(head));
    REQUIRE(line.ends_with("}\n"));
    return line.substr(head.size(), line.size() - head.size() - 2);
}

refusal too_many()
{
    return {
        refusal_code::too_many,
        "too \"many\"",
        {{"limit", std::int64_t{10'000}}, {"parameter", std::string("jobs")}}};
}

} // namespace

TEST_CASE("a submit is answered element by element")
{
    submit_answer given;
    given.jobs.push_back({"778a", std::nullopt, 17, false, std::nullopt});
    given.jobs.push_back({"b", std::nullopt, 3, true, outcome::failed});
    given.jobs.push_back({"a/\xff", refusal{refusal_code::invalid_params, "no", {}}, 0, false, std::nullopt});
    CHECK(
        result_of(given)
        == R"({"jobs":[{"job":"778a","watch":17,"already":false},{"job":"b","watch":3,"already":true,"outcome":"failed"},)"
           "{\"job\":\"a/\xEF\xBF\xBD\",\"error\":{\"code\":-32602,\"message\":\"no\"}}]}");
}

TEST_CASE("a bare id is answered with its element alone")
{
    control_request bare{"null", true, submit_command{}};
    submit_answer given;
    given.jobs.push_back({"778a", std::nullopt, 17, false, std::nullopt});
    CHECK(answer_line(bare, given) == "{\"job\":\"778a\",\"watch\":17,\"already\":false}\n");
    given.jobs.front().refused = too_many();
    CHECK(
        answer_line(bare, given)
        == R"({"job":"778a","error":{"code":-32006,"message":"too \"many\"","data":{"limit":10000,"parameter":"jobs"}}})"
           "\n");
}

TEST_CASE("a notification gets no answer")
{
    CHECK(answer_line(asked(""), version_answer{}).empty());
    CHECK(refusal_line("", too_many()).empty());
}

TEST_CASE("the id is echoed as it was written")
{
    CHECK(
        answer_line(asked("\"\\u00e9\""), version_answer{"1", "l"})
        == "{\"jsonrpc\":\"2.0\",\"id\":\"\\u00e9\",\"result\":{\"version\":\"1\",\"log\":\"l\"}}\n");
}

TEST_CASE("a refusal has a code, a message for people and facts for programs")
{
    CHECK(
        refusal_line("17", too_many())
        == R"({"jsonrpc":"2.0","id":17,"error":{"code":-32006,"message":"too \"many\"","data":{"limit":10000,"parameter":"jobs"}}})"
           "\n");
}

TEST_CASE("an open watch shows what is known and leaves out the rest")
{
    watch_view watch;
    watch.number = 17;
    watch.appliance = "prod";
    watch.kind = "google/update-all-versions";
    watch.job = "a";
    watch.submitted_at = at("2026-11-23T14:00:00Z");
    watch.polls = 2;
    watch.overdue_after = milliseconds(3'600'000);
    watch.next_poll_in = milliseconds(1'500);
    watch.last_error = "timed out";
    watch.overdue = true;
    CHECK(
        result_of(watch)
        == R"({"watch":17,"appliance":"prod","kind":"google/update-all-versions","job":"a","state":"open",)"
           R"("submitted_at":"2026-11-23T14:00:00.000Z","polls":2,"next_poll_in_ms":1500,"last_error":"timed out",)"
           "\"overdue_after\":\""
            + format_time_limit(watch.overdue_after)
            + "\",\"give_up_after\":\"never\","
              R"("overdue":true,"labels":{}})");
}

TEST_CASE("an ended watch shows all about its end, the document last and to the letter")
{
    watch_view watch;
    watch.number = 17;
    watch.job = "a";
    watch.ended = outcome::partial;
    watch.facts = {"completed", "disable", "k", 1, 2, at("2026-11-23T14:02:10.670Z")};
    watch.updated_at = at("2026-11-23T14:02:10.671Z");
    watch.ended_at = at("2026-11-23T14:02:11.482Z");
    watch.noticed_after = milliseconds(812);
    watch.polls = 4;
    watch.reason = "why";
    watch.unconfigured = watch.unrecognised = true;
    watch.labels = {{"change", "CHG-1"}};
    watch.submitted_by = submitter{1000, 4711};
    watch.document = R"({"a":1.0e5})";
    CHECK(
        result_of(watch)
        == R"({"watch":17,"appliance":"","kind":"","job":"a","state":"ended","outcome":"partial",)"
           R"("overall_status":"completed","operation":"disable","key_id":"k","versions_done":1,"version_count":2,)"
           R"("submitted_at":"1970-01-01T00:00:00.000Z","updated_at":"2026-11-23T14:02:10.671Z",)"
           R"("completed_at":"2026-11-23T14:02:10.670Z","ended_at":"2026-11-23T14:02:11.482Z","noticed_after_ms":812,)"
           R"("polls":4,"overdue_after":"never","give_up_after":"never","unconfigured":true,"unrecognised":true,)"
           R"("reason":"why","labels":{"change":"CHG-1"},"submitted_by":{"uid":1000,"pid":4711},"document":{"a":1.0e5}})");
}

TEST_CASE("a list has the next page's place only where there is one")
{
    list_answer given;
    CHECK(result_of(given) == R"({"watches":[]})");
    given.watches.resize(2);
    given.next = 117;
    const auto parsed = boost::json::parse(result_of(given));
    CHECK(parsed.at("watches").as_array().size() == 2);
    CHECK(parsed.at("next").as_int64() == 117);
}

TEST_CASE("a wait's answer has what ended, what is open and what nobody knows")
{
    wait_answer given;
    given.ended.resize(1);
    given.unknown = {"a", "17"};
    given.timed_out = true;
    const auto parsed = boost::json::parse(result_of(given));
    CHECK(parsed.at("ended").as_array().size() == 1);
    CHECK(parsed.at("open").as_array().empty());
    CHECK(parsed.at("unknown").as_array().size() == 2);
    CHECK(parsed.at("timed_out").as_bool());
}

TEST_CASE("remove and poll are answered element by element")
{
    selection_answer given;
    given.watches.push_back({"a", 17, std::nullopt});
    given.watches.push_back({"18", 0, refusal{refusal_code::no_such_watch, "no", {}}});
    CHECK(
        result_of(given)
        == R"({"watches":[{"asked":"a","watch":17},{"asked":"18","error":{"code":-32004,"message":"no"}}]})");
}

TEST_CASE("a subscription is answered with where the log stands")
{
    CHECK(result_of(subscribe_answer{"5e1c", 1042}) == R"({"log":"5e1c","head":1042})");
}

TEST_CASE("the status has stable names with their units")
{
    status_answer given;
    given.version = "0.1.0";
    given.memory = 1024;
    given.open = 5;
    appliance_report prod;
    prod.name = "prod";
    prod.open = 5;
    prod.due = 1;
    prod.in_flight = 1;
    prod.connections = 2;
    prod.readings = 3;
    prod.errors = 4;
    prod.logins = 1;
    prod.requests = 8;
    prod.lag_median = milliseconds(7);
    prod.lag_worst = milliseconds(9);
    prod.stretch = 1.25;
    prod.token = "valid";
    given.appliances.push_back(prod);
    given.warnings = {"loud"};
    const auto parsed = boost::json::parse(result_of(given));
    CHECK(parsed.at("memory_bytes").as_int64() == 1024);
    CHECK(parsed.at("watches").at("open").as_int64() == 5);
    CHECK(parsed.at("warnings").at(0).as_string() == "loud");
    const auto& appliance = parsed.at("appliances").at(0);
    CHECK(appliance.at("name").as_string() == "prod");
    CHECK(appliance.at("lag_worst_ms").as_int64() == 9);
    CHECK(appliance.at("stretch").as_double() == 1.25);
    CHECK(appliance.at("tls_verified").as_bool());
    CHECK(appliance.at("nodes").as_array().empty());
    CHECK_FALSE(appliance.as_object().contains("paused_for_ms"));
}

TEST_CASE("the status tells of each node and of the trouble that stands")
{
    appliance_report prod;
    prod.name = "prod";
    prod.window = 4;
    prod.window_most = 8;
    prod.paused_for = milliseconds(29'000);
    prod.nodes = {
        {"cm1.example.com", node_state::open, wall_time{}, "cannot connect", milliseconds(12'000)},
        {"cm2.example.com", node_state::serving, {}, "", {}},
        {"cm3.example.com", node_state::standing_by, {}, "", {}}};
    prod.conditions[condition::degraded] = {wall_time{}, "404 for most jobs"};
    status_answer given;
    given.appliances.push_back(prod);
    const auto parsed = boost::json::parse(result_of(given)).at("appliances").at(0);
    CHECK(parsed.at("window").as_int64() == 4);
    CHECK(parsed.at("window_most").as_int64() == 8);
    CHECK(parsed.at("paused_for_ms").as_int64() == 29'000);
    CHECK(
        boost::json::serialize(parsed.at("nodes"))
        == R"([{"node":"cm1.example.com","state":"open","since":"1970-01-01T00:00:00.000Z","why":"cannot connect",)"
           R"("next_probe_in_ms":12000},{"node":"cm2.example.com","state":"serving"},)"
           R"({"node":"cm3.example.com","state":"standing_by"}])");
    CHECK(
        boost::json::serialize(parsed.at("conditions"))
        == R"([{"condition":"degraded","since":"1970-01-01T00:00:00.000Z","reason":"404 for most jobs"}])");
}

TEST_CASE("a backup is told with its size and what it goes up to")
{
    CHECK(
        result_of(backup_answer{"/x/a.db", 4096, "5e1c", 17})
        == R"({"file":"/x/a.db","bytes":4096,"log":"5e1c","head":17})");
}

TEST_CASE("kinds are told in the words of the configuration")
{
    kind added = plain_kind("acme/job");
    added.path = "/api/v1/acme/{id}";
    added.pending = {"going"};
    added.succeeded = {"done", "t\xc3\xa4tig"};
    added.failed = {"failed"};
    added.cancelled.clear();
    CHECK(
        result_of(kinds_answer{"acme/job", {added}})
        == R"({"default":"acme/job","kinds":[{"name":"acme/job","origin":"configured","path":"/api/v1/acme/{id}",)"
           R"("status":"/overall_status","details":"sentences","pending":["going"],)"
           "\"succeeded\":[\"done\",\"t\xc3\xa4tig\"],\"failed\":[\"failed\"],\"cancelled\":[]}]}");
}

TEST_CASE("events, heartbeats and gaps are notifications")
{
    CHECK(event_line("{\"seq\":1}") == "{\"jsonrpc\":\"2.0\",\"method\":\"event\",\"params\":{\"seq\":1}}\n");
    CHECK(event_line("{\"seq\":1}\n") == event_line("{\"seq\":1}"));
    CHECK(
        heartbeat_line(1042, 1060)
        == "{\"jsonrpc\":\"2.0\",\"method\":\"heartbeat\",\"params\":{\"cursor\":1042,\"head\":1060}}\n");
    CHECK(
        gap_line(3, 99, "retention")
        == "{\"jsonrpc\":\"2.0\",\"method\":\"gap\",\"params\":{\"from\":3,\"to\":99,\"why\":\"retention\"}}"
           "\n");
}

TEST_CASE("every answer is one line, whatever text is in it")
{
    const std::string evil("\n\"},{\0\xff\x1b\\", 10);
    watch_view watch;
    watch.appliance = watch.kind = watch.job = watch.last_error = watch.reason = evil;
    watch.labels = {{evil, evil}};
    wait_answer wait{{watch}, {watch}, {evil}, false};
    submit_answer submit;
    submit.jobs.push_back(
        {evil, refusal{refusal_code::invalid_params, evil, {{"given", evil}}}, 0, false, std::nullopt});
    status_answer status;
    appliance_report named;
    named.name = evil;
    named.token = evil;
    named.last_error = evil;
    status.appliances.push_back(named);
    status.warnings = {evil};
    for (const control_answer& given :
         {control_answer(watch), control_answer(wait), control_answer(submit), control_answer(status)})
    {
        const auto line = answer_line(asked("1"), given);
        CHECK(line.find('\n') == line.size() - 1);
        boost::system::error_code failed;
        boost::json::parse(line, failed);
        CHECK_FALSE(failed);
    }
}

TEST_CASE("labels are looked for in the event's own labels and nowhere else")
{
    constexpr std::string_view text =
        R"({"seq":1,"reason":"\"labels\":{\"a\":\"no\"}","submitted_by":{"a":"no"},"labels":{"a":"b","c\u0064":"\"x"},)"
        R"("document":{"labels":{"a":"z"},"x":[{}]}})";
    CHECK(carries_labels(text, {}));
    CHECK(carries_labels(text, {{"a", "b"}}));
    CHECK(carries_labels(text, {{"a", "b"}, {"cd", "\"x"}}));
    CHECK_FALSE(carries_labels(text, {{"a", "z"}}));
    CHECK_FALSE(carries_labels(text, {{"a", "b"}, {"e", "f"}}));
    CHECK_FALSE(carries_labels(text, {{"a", "no"}}));
    CHECK_FALSE(carries_labels(R"({"document":{"labels":{"a":"b"}}})", {{"a", "b"}}));
    CHECK_FALSE(carries_labels(R"({"labels":["a","b"]})", {{"a", "b"}}));
    CHECK_FALSE(carries_labels("", {{"a", "b"}}));
    CHECK_FALSE(carries_labels("{", {{"a", "b"}}));
}
