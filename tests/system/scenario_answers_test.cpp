// Each status and each lie of a document, one after another: what is said of it, and that it ends nothing.
#include "support/foul_answer.hpp"

#include <doctest/doctest.h>

using namespace jobwatch::test;

namespace
{

const std::string no_own = "that are no error of the appliance's own";
const std::string blocked = "watch.blocked";
const std::string unrecognised = "job.unrecognised";

const std::vector<foul_answer> answers{
    {"400", R"("fault":"status","status":400)", "HTTP 400: the request was refused",
     "HTTP 400 Bad Request: "},
    {"401", R"("fault":"status","status":401)", "HTTP 401: the appliance refused our token for this job",
     "HTTP 401 Unauthorized: ", blocked},
    {"403", R"("fault":"status","status":403)", "HTTP 403: our user may not see this job",
     "HTTP 403 Forbidden: ", blocked},
    {"404 of its own", R"("fault":"status","status":404)", "HTTP 404: the appliance does not know this job",
     "HTTP 404 Not Found: "},
    {"404 of somebody else", R"("fault":"status","status":404,"body":"html")",
     "HTTP 404: not in the appliance's own words", no_own},
    {"409", R"("fault":"status","status":409)", "HTTP 409: the request was refused", "HTTP 409 Conflict: "},
    {"422", R"("fault":"status","status":422)", "HTTP 422: the request was refused",
     "HTTP 422 Unprocessable Entity: "},
    {"429", R"("fault":"status","status":429)", "HTTP 429: too many requests for the appliance",
     "HTTP 429 Too Many Requests: "},
    {"500, empty", R"("fault":"status","status":500)", "HTTP 500: the appliance failed",
     "with an empty body"},
    {"500 of its own", R"("fault":"status","status":500,"body":"own")", "HTTP 500: the appliance failed",
     "HTTP 500 Internal Server Error: "},
    {"502, a page", R"("fault":"status","status":502)", "HTTP 502: a gateway could not reach the appliance",
     no_own},
    {"503, a page", R"("fault":"status","status":503)", "HTTP 503: the appliance is not ready", no_own},
    {"504, a page", R"("fault":"status","status":504)", "HTTP 504: a gateway could not reach the appliance",
     no_own},
    {"a redirect", R"("fault":"redirect","location":"https://elsewhere.example.com/")",
     "HTTP 302: not in the appliance's own words", "redirects are not followed"},
    {"an error in a 200", R"("fault":"status","status":200)", "HTTP 200: the request was refused",
     "HTTP 200 OK: "},
    {"200, empty", R"("fault":"status","status":200,"body":"empty")",
     "HTTP 200: the answer was no document of this job", "HTTP 200, but "},
    {"200, a page", R"("fault":"status","status":200,"body":"html")",
     "HTTP 200: the answer was no document of this job", "HTTP 200, but "},
    {"another job's document", R"("fault":"document","set":{"id":"00000000-0000-4000-8000-999999999999"})",
     "HTTP 200: the answer was no document of this job", "HTTP 200, but "},
    {"a list", R"("fault":"document","shape":"array")", "HTTP 200: the answer was no document of this job",
     "HTTP 200, but "},
    {"within another level", R"("fault":"document","shape":"wrapped")", "", ""},
    {"a word that nobody knows", R"("fault":"document","words":{"in_progress":"percolating"})", "", "",
     unrecognised},
    {"no word", R"("fault":"document","drop":["overall_status"])", "", "", unrecognised},
    {"null for a word", R"("fault":"document","set":{"overall_status":null})", "", "", unrecognised},
    {"a number for a word", R"("fault":"document","set":{"overall_status":7})", "", "", unrecognised},
    {"a word with a space", R"("fault":"document","words":{"in_progress":"In Progress"})", "", ""},
};

std::size_t with_event(const std::string& event)
{
    std::size_t count = 0;
    for (const foul_answer& one : answers)
        count += one.event == event ? 1 : 0;
    return count;
}

} // namespace

TEST_CASE(
    "no status and no lie of a document ends a watch: each is told for what it is, and then the job ends")
{
    // A blocked watch and one with a strange word are polled at max_interval: soon, here.
    scene on({}, {}, "first_after = \"20ms\"\nmin_interval = \"50ms\"\nmax_interval = \"100ms\"\n");
    on.daemon.start();
    on.begin({job_id(0)});
    on.end({job_id(0)});
    on.submit({job_id(0)});
    REQUIRE(on.all_end({job_id(0)})); // its token is known as a good one from here on

    int number = 0;
    for (const foul_answer& answer : answers)
        live_through(on, answer, ++number);
    CHECK(on.told("job.finished") == answers.size() + 1);
    CHECK(on.told(blocked) == with_event(blocked));
    CHECK(on.told("watch.unblocked") == with_event(blocked));
    CHECK(on.told(unrecognised) == with_event(unrecognised));
    CHECK(on.told("appliance.unreachable") == on.told("appliance.reachable"));
    for (const auto* other : {"appliance.degraded", "appliance.forbidden", "appliance.auth_failed"})
        CHECK(on.told(other) == 0);
    CHECK(on.daemon.stop().exit_code == 0);
}
