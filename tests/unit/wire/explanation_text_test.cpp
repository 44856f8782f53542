#include "core/timestamp.hpp"
#include "wire/control_message.hpp"
#include "wire/explanation_text.hpp"

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

explain_answer open_watch()
{
    explain_answer given;
    given.text = {"watch        17", "state        Open."};
    watch_view& watch = given.facts.watch;
    watch.number = 17;
    watch.appliance = "prod";
    watch.kind = "aws/bulk";
    watch.job = "job-1";
    watch.submitted_at = at("2026-11-23T14:00:00Z");
    watch.facts.overall_status = "in_progress";
    watch.polls = 6;
    watch.overdue_after = milliseconds{3'600'000};
    polling_facts& polling = given.facts.polling.emplace();
    polling.age = milliseconds{40'000};
    polling.answered_ago = milliseconds{8'000};
    polling.interval = milliseconds{10'000};
    polling.due_in = milliseconds{2'000};
    node_report serving;
    serving.name = "cm1.example.com";
    serving.state = node_state::serving;
    polling.appliance.nodes = {serving};
    polling.token = {token_state::valid, milliseconds{260'000}, {}, 0, "", "/c/prod.password"};
    return given;
}

std::string text_of(const explain_answer& given)
{
    std::string text;
    append_explanation(text, given);
    return text;
}

} // namespace

TEST_CASE("an explanation is its facts for programs, in stable names with their units, and lines for people")
{
    CHECK(
        text_of(open_watch())
        == R"({"watch":17,"appliance":"prod","kind":"aws/bulk","job":"job-1","state":"open",)"
           R"("overall_status":"in_progress","submitted_at":"2026-11-23T14:00:00.000Z","polls":6,"age_ms":40000,)"
           R"("last_answer":{"class":"reading","ago_ms":8000},)"
           R"("next_poll":{"in_ms":2000,"reason":"age","interval_ms":10000,"waits_for":"none"},)"
           R"("token":{"state":"valid","valid_for_ms":260000,"refused_logins":0,"file":"/c/prod.password"},)"
           R"("nodes":[{"node":"cm1.example.com","state":"serving"}],"ends":{"overdue_in_ms":3560000},)"
           R"("text":["watch        17","state        Open."]})");
}

TEST_CASE("the explanation of a watch in trouble tells class and status of the last answer, and every limit")
{
    explain_answer given = open_watch();
    given.facts.watch.give_up_after = milliseconds{86'400'000};
    polling_facts& polling = *given.facts.polling;
    polling.last_trouble = trouble::not_found;
    polling.last_http_status = 404;
    polling.missing_for = milliseconds{30'000};
    polling.lost_in = milliseconds{570'000};
    polling.due_in = milliseconds{-95'000};
    polling.reason = poll_reason::missing;
    polling.obstacle = poll_obstacle::budget;
    polling.appliance.due = 812;
    polling.appliance.stretch = 3.25;
    polling.appliance.paused_for = milliseconds{28'000};
    polling.token = {token_state::refused, {}, milliseconds{1'000}, 2, "no", "/c/prod.password"};
    const auto told = boost::json::parse(text_of(given));
    CHECK(
        boost::json::serialize(told.at("last_answer"))
        == R"({"class":"not_found","http_status":404,"ago_ms":8000,"missing_for_ms":30000})");
    CHECK(
        boost::json::serialize(told.at("next_poll"))
        == R"({"in_ms":-95000,"reason":"missing","interval_ms":10000,"waits_for":"budget"})");
    CHECK(told.at("paused_for_ms") == 28'000);
    CHECK(told.at("due") == 812);
    CHECK(told.at("stretch") == 3.25);
    CHECK(
        boost::json::serialize(told.at("token"))
        == R"({"state":"refused","next_try_in_ms":1000,"refused_logins":2,"trouble":"no","file":"/c/prod.password"})");
    CHECK(
        boost::json::serialize(told.at("ends"))
        == R"({"lost_in_ms":570000,"overdue_in_ms":3560000,"abandoned_in_ms":86360000})");
}

TEST_CASE("an answer that is not in the appliance's own words is marked")
{
    explain_answer given = open_watch();
    given.facts.polling->last_trouble = trouble::refused;
    given.facts.polling->last_http_status = 404;
    given.facts.polling->foreign_answers = 1;
    CHECK(
        boost::json::serialize(boost::json::parse(text_of(given)).at("last_answer"))
        == R"({"class":"refused","http_status":404,"own_words":false,"ago_ms":8000})");
}

TEST_CASE("what is not known of a watch is left out of its explanation")
{
    explain_answer given = open_watch();
    given.facts.polling->answered_ago.reset();
    CHECK_FALSE(boost::json::parse(text_of(given)).as_object().contains("last_answer"));

    given.facts.polling.reset();
    given.facts.watch.unconfigured = true;
    auto told = boost::json::parse(text_of(given)).as_object();
    CHECK(told.at("unconfigured") == true);
    CHECK_FALSE(told.contains("next_poll"));

    given.facts.watch.unconfigured = false;
    given.facts.watch.ended = outcome::lost;
    given.facts.watch.ended_at = at("2026-11-23T14:10:00Z");
    given.facts.watch.reason = "404 for 10 min";
    told = boost::json::parse(text_of(given)).as_object();
    CHECK(told.at("state") == "ended");
    CHECK(told.at("outcome") == "lost");
    CHECK(told.at("ended_at") == "2026-11-23T14:10:00.000Z");
    CHECK(told.at("reason") == "404 for 10 min");
}

TEST_CASE("an explanation is one line, whatever text is in it")
{
    const std::string evil("\n\"},{\0\xff\x1b\\", 10);
    explain_answer given = open_watch();
    watch_view& watch = given.facts.watch;
    watch.appliance = watch.kind = watch.job = watch.reason = watch.facts.overall_status = evil;
    given.facts.polling->token.trouble = given.facts.polling->token.place = evil;
    given.facts.polling->appliance.nodes.front().name = evil;
    given.text = {evil};
    const auto line = answer_line({"1", false, status_command{}}, given);
    CHECK(line.find('\n') == line.size() - 1);
    boost::system::error_code failed;
    boost::json::parse(line, failed);
    CHECK_FALSE(failed);
}
