#include "appliance.hpp"
#include "headers.hpp"

#include <boost/json.hpp>
#include <doctest/doctest.h>

using namespace jobwatch::simulator;
using namespace std::chrono_literals;
namespace json = boost::json;

namespace
{

const time_point start{1'764'000'000s};
constexpr const char* jobs_path = "/api/v1/cckm/google/update-all-versions-jobs";

// An appliance and somebody who talks to it, without a network.
struct visit
{
    appliance box{
        {"jobwatch", "secret", {}},
        token_office(300s),
        job_shelf(plan{}, 1, life_begins::at_start),
        ledger(start),
        {}};
    time_point now = start;
    std::string authorization;

    answer
    ask(http::verb method, std::string_view path, std::string_view body = "", std::string_view accept = "*/*")
    {
        return decide(box, {method, path, accept, "application/json", authorization, body}, now);
    }
    answer get(std::string_view path) { return ask(http::verb::get, path); }
    answer post(std::string_view path, std::string_view body) { return ask(http::verb::post, path, body); }
    void log_in()
    {
        const answer given = post("/api/v1/auth/tokens", R"({"username":"jobwatch","password":"secret"})");
        authorization = "Bearer " + std::string(json::parse(given.body).at("jwt").as_string());
    }
};

void check_refusal(const answer& given, unsigned status, int code, std::string_view name)
{
    CHECK(static_cast<unsigned>(given.status) == status);
    const json::value body = json::parse(given.body);
    CHECK(body.at("code") == code);
    CHECK(std::string_view(body.at("codeDesc").as_string()).starts_with(name));
    CHECK(body.at("message").is_string());
    CHECK(body.at("requestID").as_string().size() == 36);
}

} // namespace

TEST_CASE("the token endpoint takes user name or name, with and without the last slash")
{
    visit guest;
    for (const char* path : {"/api/v1/auth/tokens", "/api/v1/auth/tokens/"})
        for (const char* body :
             {R"({"grant_type":"password","username":"jobwatch","password":"secret"})",
              R"({"name":"jobwatch","password":"secret","domain":"root","connection":"local_account"})"})
        {
            const answer given = guest.post(path, body);
            CHECK(given.status == http::status::ok);
            CHECK(given.kind == request_class::login);
            const json::value token = json::parse(given.body);
            CHECK(token.at("duration") == 300);
            CHECK(token.at("token_type") == "Bearer");
            CHECK(token.at("refresh_token").is_string());
            CHECK(token.at("refresh_token_id").is_string());
            CHECK_FALSE(token.as_object().contains("refresh_token_expires_in"));
        }
}

TEST_CASE("bad logins are refused as the appliance refuses them")
{
    visit guest;
    const char* path = "/api/v1/auth/tokens";
    const answer wrong = guest.post(path, R"({"username":"jobwatch","password":"guess"})");
    check_refusal(wrong, 401, 5, "NCERRUnauthorizedAccess");
    CHECK(wrong.body.find("Wrong username or password.") != std::string::npos);
    check_refusal(
        guest.post(path, R"({"username":"root","password":"secret"})"), 401, 5, "NCERRUnauthorized");
    check_refusal(
        guest.post(path, R"({"grant_type":"refresh_token","refresh_token":"x"})"), 401, 5, "NCERRUnauth");
    check_refusal(guest.post(path, R"({"grant_type":"wish"})"), 400, 9, "NCERRInvalidParamValue");
    check_refusal(guest.post(path, "{"), 400, 15, "NCERRBadRequest");
    check_refusal(guest.post(path, "[]"), 400, 15, "NCERRBadRequest");
    check_refusal(guest.ask(http::verb::post, path, "{}", ""), 400, 15, "NCERRBadRequest");
    check_refusal(guest.get(path), 405, 0, "NCERRMethodNotAllowed");
}

TEST_CASE("a refresh gives a new bearer token for the same refresh token")
{
    visit guest;
    const auto login =
        json::parse(guest
                        .post(
                            "/api/v1/auth/tokens",
                            R"({"username":"jobwatch","password":"secret","refresh_token_lifetime":10})")
                        .body);
    CHECK(login.at("refresh_token_expires_in") == 600);
    const std::string wish = R"({"grant_type":"refresh_token","refresh_token":)"
        + quoted(login.at("refresh_token").as_string()) + "}";
    const answer given = guest.post("/api/v1/auth/tokens", wish);
    CHECK(given.kind == request_class::refresh);
    CHECK(json::parse(given.body).at("refresh_token") == login.at("refresh_token"));
}

TEST_CASE("without a good token nothing is told about jobs")
{
    visit guest;
    guest.box.jobs.put({"j", "{\"id\":\"j\"}", {}, {}}, start);
    const std::string path = std::string(jobs_path) + "/j";
    check_refusal(guest.get(path), 401, 5, "NCERRUnauthorizedAccess");
    guest.authorization = "Basic am9i";
    check_refusal(guest.get(path), 401, 5, "NCERRUnauthorizedAccess");
    guest.log_in();
    CHECK(guest.get(path).body == "{\"id\":\"j\"}");
    guest.now += 350s;
    const answer late = guest.get(path);
    check_refusal(late, 401, 5, "NCERRUnauthorizedAccess");
    CHECK(json::parse(late.body).at("message") == "Bearer token malformed: Token is expired by 50s");
    CHECK(late.kind == request_class::read);
}

TEST_CASE("a posted job can be read until it is over")
{
    visit guest;
    guest.log_in();
    const answer posted = guest.post(jobs_path, R"({"key_id":"k \"1\"","operation":"schedule_destroy"})");
    CHECK(posted.status == http::status::created);
    const json::value job = json::parse(posted.body);
    CHECK(job.at("overall_status") == "in_progress");
    CHECK(job.at("key_id") == "k \"1\"");
    CHECK(job.at("operation") == "schedule_destroy");
    guest.now += 120s;
    const answer read = guest.get(std::string(jobs_path) + "/" + std::string(job.at("id").as_string()));
    CHECK(read.status == http::status::ok);
    CHECK(json::parse(read.body).at("overall_status") != "in_progress");
    CHECK(json::parse(read.body).at("key_id") == "k \"1\"");
}

TEST_CASE("a job is not started on a body that makes no sense")
{
    visit guest;
    guest.log_in();
    check_refusal(guest.post(jobs_path, "nonsense"), 400, 15, "NCERRBadRequest");
    check_refusal(guest.post(jobs_path, R"({"operation":"enable"})"), 422, 9, "NCERRInvalidParamValue");
    check_refusal(guest.post(jobs_path, R"({"key_id":7,"operation":"enable"})"), 422, 9, "NCERRInvalidParam");
    check_refusal(guest.post(jobs_path, R"({"key_id":"k"})"), 422, 9, "NCERRInvalidParamValue");
    check_refusal(
        guest.post(jobs_path, R"({"key_id":"k","operation":"burn"})"), 400, 9, "NCERRInvalidParamValue");
    const std::string long_key(257, 'k');
    check_refusal(
        guest.post(jobs_path, R"({"key_id":")" + long_key + R"(","operation":"enable"})"), 422, 9,
        "NCERRInvalid");
}

TEST_CASE("there is no list, no cancel, no delete, and no other path")
{
    visit guest;
    guest.log_in();
    const std::string base = jobs_path;
    const answer list = guest.get(base);
    check_refusal(list, 405, 0, "NCERRMethodNotAllowed");
    CHECK(list.allow == "POST");
    check_refusal(guest.ask(http::verb::delete_, base + "/j"), 405, 0, "NCERRMethodNotAllowed");
    for (const std::string& path :
         {base + "/j", base + "/j/cancel", base + "x", std::string("/"), std::string("")})
        check_refusal(guest.get(path), 404, 16, "NCERRResourceNotFound");
    check_refusal(guest.post(base + "/j/cancel", ""), 404, 16, "NCERRResourceNotFound");
    check_refusal(guest.get(base + "/%zz"), 400, 15, "NCERRBadRequest");
    check_refusal(guest.ask(http::verb::get, base + "/j", "", "text/html"), 400, 15, "NCERRBadRequest");
}

TEST_CASE("ids are percent-decoded, slashes in them too")
{
    visit guest;
    guest.log_in();
    guest.box.jobs.put({"a/b c", "{\"id\":\"a/b c\"}", {}, {}}, start);
    CHECK(guest.get(std::string(jobs_path) + "/a%2Fb%20c").status == http::status::ok);
}

TEST_CASE("the control paths change the password, revoke tokens, add jobs and make the weather")
{
    visit guest;
    guest.log_in();
    CHECK(guest.post("/simulator/jobs", "[ {\"id\":\"new\" } ]").body == R"({"added":1,"ids":["new"]})");
    const std::string path = std::string(jobs_path) + "/new";
    CHECK(guest.get(path).body == "{\"id\":\"new\" }");
    CHECK(guest.post("/simulator/jobs", "{").status == http::status::bad_request);

    CHECK(guest.post("/simulator/tokens/revoke", "").status == http::status::ok);
    CHECK(guest.get(path).body.find("Token has been revoked") != std::string::npos);

    CHECK(guest.post("/simulator/password", R"({"password":"other"})").status == http::status::ok);
    const auto login = [&guest](std::string_view body) { return guest.post("/api/v1/auth/tokens", body); };
    CHECK(login(R"({"name":"jobwatch","password":"secret"})").status == http::status::unauthorized);
    CHECK(login(R"({"name":"jobwatch","password":"other"})").status == http::status::ok);

    CHECK(
        guest.post("/simulator/weather", R"({"latency":"20ms","login_time":"1s","token_duration":"3s"})")
            .status
        == http::status::ok);
    CHECK(guest.get(path).delay == 20ms);
    const answer slow = login(R"({"name":"jobwatch","password":"other"})");
    CHECK(slow.delay == 1020ms);
    CHECK(json::parse(slow.body).at("duration") == 3);
    CHECK(guest.post("/simulator/weather", R"({"rain":"20ms"})").status == http::status::bad_request);
    CHECK(guest.post("/simulator/weather", R"({"latency":20})").status == http::status::bad_request);
    CHECK(guest.post("/simulator/nothing", "").status == http::status::not_found);
    CHECK(guest.get("/simulator/nothing").status == http::status::not_found);
}

TEST_CASE("gzip and JSON are found in what a client says it takes")
{
    CHECK(offers_gzip("deflate, gzip, br"));
    CHECK(offers_gzip("GZIP;q=0.5"));
    CHECK_FALSE(offers_gzip("gzip;q=0"));
    CHECK_FALSE(offers_gzip("gzip;q=0.0, deflate"));
    CHECK_FALSE(offers_gzip("identity"));
    CHECK_FALSE(offers_gzip(""));
    CHECK(accepts_json("text/html, application/json;q=0.9"));
    CHECK_FALSE(accepts_json("text/html"));
    CHECK(is_json("Application/JSON; charset=utf-8"));
    CHECK_FALSE(is_json("application/x-www-form-urlencoded"));
}
