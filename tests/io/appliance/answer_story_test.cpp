// What an appliance answers, byte for byte, and what comes of it in the end: from status and body through the classes
// of trouble and the rules to what people are told. Hours of it, on the virtual clock.
#include "appliance_fixture.hpp"
#include "engine/engine_fixture.hpp"
#include "io/appliance/http_answer.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <set>

using namespace jobwatch;
using namespace jobwatch::test;
using namespace std::chrono_literals;

namespace
{

const std::string own_body = R"({"code":5,"codeDesc":"NCERRSomething: of its own","message":"no"})";
const std::string page = "<html><body>nginx</body></html>";

// A document of this job, with these members.
std::string document(const std::string& job, const std::string& members)
{
    return R"({"id":")" + job + R"(","version_count":2,)" + members + "}";
}

const std::string pending = R"("overall_status":"in_progress")";
const std::string completed = R"("overall_status":"completed","detailed_status":{"completed":["2","1"]})";

// The bytes as https_appliance would read them.
poll_answer as_read(int status, const std::string& body, const std::string& job)
{
    http_answer answer;
    answer.status = status;
    answer.body = body;
    answer.content_type = "application/json";
    answer_source source;
    source.host = "cm1.example.com";
    return read_poll_answer(answer, source, asked_kind(), job, wall_time{});
}

// "odd" is answered as the test says, "fair" with a reading, unless everything is foul.
struct answer_story : engine_fixture
{
    struct answer
    {
        int status = 200;
        std::string body;
    };
    std::optional<answer> foul;
    bool everywhere = false;
    std::map<std::string, std::string> documents; // by job

    answer_story()
    {
        for (const auto* job : {"odd", "fair"})
            documents[job] = document(job, pending);
        prod.on_poll = [this](const std::string& job)
        {
            if (foul && (everywhere || job == "odd"))
                return as_read(foul->status, foul->body, job);
            return as_read(200, documents[job], job);
        };
        start();
        submit({"odd", "fair"});
        advance(10s); // both are shown once
    }

    void all_end()
    {
        for (auto& [job, text] : documents)
            text = document(job, completed);
        advance(3min);
        for (const auto* job : {"odd", "fair"})
            CHECK(store.ending_of(job) == outcome::succeeded);
        CHECK(store.count(event_type::job_finished) == 2);
    }

    watch_view odd() { return std::get<watch_view>(ask(get_command{watch_number{1}}).value()); }
};

// What was told, beside the usual.
std::multiset<event_type> told(const engine_fixture& engine)
{
    std::multiset<event_type> types;
    for (const event& one : engine.store.events())
        if (one.type != event_type::watch_added && one.type != event_type::job_status
            && one.type != event_type::job_finished)
            types.insert(one.type);
    return types;
}

} // namespace

TEST_CASE("no status that HTTP has, with whatever body, ends a watch that was shown, for nearly an hour")
{
    std::vector<int> statuses{201, 202, 203, 204, 205, 206, 207, 208, 226, 599};
    for (int status = 300; status <= 308; ++status)
        statuses.push_back(status);
    for (int status = 400; status <= 451; ++status)
        statuses.push_back(status);
    for (int status = 500; status <= 511; ++status)
        statuses.push_back(status);
    for (const int status : statuses)
        for (const std::string& body : {std::string(), page, own_body, document("odd", completed)})
        {
            CAPTURE(status);
            CAPTURE(body);
            answer_story on;
            on.foul = {status, body};
            on.advance(50min);
            CHECK(on.polled().open() == 2);
            CHECK(on.odd().last_error.starts_with("HTTP " + std::to_string(status) + ": "));
            on.foul.reset();
            on.advance(3min);
            CHECK(on.odd().last_error.empty());
            on.all_end();
        }
}

TEST_CASE("each status is told for what it is: of the watch, of the appliance, or of nobody")
{
    using enum event_type;
    struct row
    {
        int status;
        std::string body;
        bool everywhere;
        std::string last_error;
        std::multiset<event_type> begins;
        std::multiset<event_type> ends;
    };
    const std::string refused = ": the request was refused";
    const std::string foreign = ": not in the appliance's own words";
    const std::vector<row> rows{
        {400, own_body, false, "HTTP 400" + refused, {}, {}},
        {400, own_body, true, "HTTP 400" + refused, {}, {}},
        {401,
         own_body,
         false,
         "HTTP 401: the appliance refused our token for this job",
         {watch_blocked},
         {watch_unblocked}},
        {403, own_body, false, "HTTP 403: our user may not see this job", {watch_blocked}, {watch_unblocked}},
        {403,
         own_body,
         true,
         "HTTP 403: our user may not see this job",
         {appliance_forbidden},
         {appliance_restored}},
        {404, own_body, false, "HTTP 404: the appliance does not know this job", {}, {}},
        {404,
         own_body,
         true,
         "HTTP 404: the appliance does not know this job",
         {appliance_degraded},
         {appliance_restored}},
        {401, page, false, "HTTP 401" + foreign, {}, {}},
        {401, page, true, "HTTP 401" + foreign, {appliance_unreachable}, {appliance_reachable}},
        {403, page, true, "HTTP 403" + foreign, {appliance_unreachable}, {appliance_reachable}},
        {404, page, false, "HTTP 404" + foreign, {}, {}},
        {404, page, true, "HTTP 404" + foreign, {appliance_unreachable}, {appliance_reachable}},
        {404, "", true, "HTTP 404" + foreign, {appliance_unreachable}, {appliance_reachable}},
        {409, own_body, true, "HTTP 409" + refused, {}, {}},
        {422, own_body, true, "HTTP 422" + refused, {}, {}},
        {429, own_body, true, "HTTP 429: too many requests for the appliance", {}, {}},
        {500, "", false, "HTTP 500: the appliance failed", {}, {}},
        {500, "", true, "HTTP 500: the appliance failed", {appliance_unreachable}, {appliance_reachable}},
        {502, page, false, "HTTP 502: a gateway could not reach the appliance", {}, {}},
        {502,
         page,
         true,
         "HTTP 502: a gateway could not reach the appliance",
         {appliance_unreachable},
         {appliance_reachable}},
        {503,
         page,
         true,
         "HTTP 503: the appliance is not ready",
         {appliance_unreachable},
         {appliance_reachable}},
        {503,
         own_body,
         true,
         "HTTP 503: the appliance is not ready",
         {appliance_unreachable},
         {appliance_reachable}},
        {504,
         page,
         true,
         "HTTP 504: a gateway could not reach the appliance",
         {appliance_unreachable},
         {appliance_reachable}},
        {200, own_body, true, "HTTP 200" + refused, {}, {}},
        {200, page, false, "HTTP 200: the answer was no document of this job", {}, {}},
        {200,
         page,
         true,
         "HTTP 200: the answer was no document of this job",
         {appliance_unreachable},
         {appliance_reachable}},
        {302, "", true, "HTTP 302" + foreign, {appliance_unreachable}, {appliance_reachable}},
    };
    for (const row& one : rows)
    {
        CAPTURE(one.status);
        CAPTURE(one.body);
        CAPTURE(one.everywhere);
        answer_story on;
        on.foul = {one.status, one.body};
        on.everywhere = one.everywhere;
        on.advance(20min);
        CHECK((told(on) == one.begins));
        CHECK(on.odd().last_error == one.last_error);
        CHECK(on.polled().open() == 2);
        on.foul.reset();
        on.advance(3min);
        auto both = one.begins;
        both.insert(one.ends.begin(), one.ends.end());
        CHECK((told(on) == both));
        CHECK(on.odd().last_error.empty());
        on.all_end();
    }
}

TEST_CASE("each word, and what stands in its place, is what it is, until the right one comes")
{
    struct row
    {
        std::string members;
        std::size_t unrecognised;
    };
    for (const row& one : std::initializer_list<row>{
             {R"("overall_status":"percolating")", 1},
             {R"("overall_status":"partially_completed")", 1},
             {R"("overall_status":"completed ish")", 1},
             {R"("overall_status":null)", 1},
             {R"("overall_status":7)", 1},
             {R"("overall_status":true)", 1},
             {R"("overall_status":["completed"])", 1},
             {R"("overall_status":{"completed":true})", 1},
             {R"("overall_status":"")", 1},
             {R"("OverallStatus":"completed")", 1},
             {R"("status":"completed")", 1},
             {R"("overall_status":"completed","overall_status":"completed")",
              1}, // nobody knows which was meant
             {R"("overall_status":"in progress")", 0},
             {R"("overall_status":" In-Progress ")", 0},
             {R"("overall_status":"QUEUED","completed_at":"2026-01-01T00:00:00Z")", 0}})
    {
        CAPTURE(one.members);
        answer_story on;
        on.documents["odd"] = document("odd", one.members);
        on.advance(30min);
        CHECK(on.polled().open() == 2);
        CHECK(on.store.count(event_type::job_unrecognised) == one.unrecognised);
        CHECK(on.odd().last_error.empty()); // it was read
        on.all_end();
    }
}

TEST_CASE("a document within another level is read, whatever stands in it")
{
    answer_story on;
    on.documents["odd"] = R"({"application/json":)" + document("odd", pending) + "}";
    on.advance(30min);
    CHECK(on.odd().last_error.empty());
    on.documents["odd"] = R"({"application/json":)" + document("odd", completed) + "}";
    on.advance(3min);
    CHECK(on.store.ending_of("odd") == outcome::succeeded);
}

TEST_CASE("a cluster that lags: 404 right after the start, then older states than were seen, then the end by "
          "a laggard")
{
    const auto at = [](const char* second, const std::string& members)
    { return document("odd", R"("updatedAt":"2026-01-01T00:00:)" + std::string(second) + "Z\"," + members); };
    answer_story on;
    on.submit({"late"});
    on.documents["late"] = own_body; // which no 200 has: a node that does not know it yet
    on.advance(20s);
    CHECK(on.polled().open() == 3);
    on.documents["late"] = document("late", completed);
    on.documents["odd"] = at("20", R"("overall_status":"running")");
    on.advance(1min);
    CHECK(on.store.ending_of("late") == outcome::succeeded);
    const auto words = on.store.count(event_type::job_status);
    on.documents["odd"] = at("10", R"("overall_status":"queued")"); // from before
    on.advance(5min);
    on.documents["odd"] = at("10", R"("overall_status":"percolating")");
    on.advance(5min);
    CHECK(on.store.count(event_type::job_status) == words);
    CHECK(on.store.count(event_type::job_unrecognised) == 0);
    CHECK(on.odd().facts.overall_status == "running");
    on.documents["odd"] = at("15", completed); // an end is an end, however old it claims to be
    on.advance(2min);
    CHECK(on.store.ending_of("odd") == outcome::succeeded);
}
