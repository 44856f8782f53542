#include "sky_gazer.hpp"

#include <boost/json.hpp>
#include <doctest/doctest.h>

using namespace jobwatch::simulator;
using namespace std::chrono_literals;
namespace json = boost::json;

TEST_CASE("a fault befalls the requests of its class, job and node only")
{
    sky_gazer guest;
    guest.box.nodes = node_board(2);
    REQUIRE(guest.change(R"({"fault":"status","status":503,"class":"read","job":"one","node":2})") == "");
    CHECK(guest.read("one", 1).status == http::status::service_unavailable);
    CHECK(guest.read("one", 0).status == http::status::ok);
    CHECK(guest.read("two", 1).status == http::status::ok);
    CHECK(guest.log_in().status == http::status::ok);
    REQUIRE(guest.change(R"([{"clear":"all"},{"fault":"status","status":429,"class":"login"}])") == "");
    CHECK(guest.log_in().status == http::status::too_many_requests);
    CHECK(guest.read("one", 1).status == http::status::ok);
}

TEST_CASE("a fault begins after so many requests, and is over after so many more")
{
    sky_gazer guest;
    REQUIRE(guest.change(R"({"name":"f","fault":"status","status":500,"after":2,"times":3})") == "");
    std::string seen;
    for (int request = 0; request < 7; ++request)
        seen += guest.status_of("one") == 500 ? '!' : '.';
    CHECK(seen == "..!!!..");
    const json::value list = fault_list(guest.box.sky, guest.now);
    CHECK(list.at(0).at("name") == "f");
    CHECK(list.at(0).at("befallen") == 3);
    CHECK(list.at(0).at("over") == true);
    CHECK(list.at(0).at("fault").at("after") == 2);
}

TEST_CASE("a fault lasts as long as it was told to")
{
    sky_gazer guest;
    REQUIRE(guest.change(R"({"fault":"status","status":500,"for":"10s"})") == "");
    guest.now += 9'999'999us;
    CHECK(guest.status_of("one") == 500);
    guest.now += 1us;
    CHECK(guest.status_of("one") == 200);
}

TEST_CASE("chance is decided by the seed: the same requests are befallen each time")
{
    const auto play = [](const std::string& seed)
    {
        sky_gazer guest;
        REQUIRE(guest.change(R"({"fault":"status","status":500,"chance":0.25,"seed":)" + seed + "}") == "");
        std::string seen;
        for (int request = 0; request < 400; ++request)
            seen += guest.status_of("one") == 500 ? '!' : '.';
        return seen;
    };
    const std::string first = play("7");
    CHECK(first == play("7"));
    CHECK(first != play("8"));
    const auto befallen = std::count(first.begin(), first.end(), '!');
    CHECK(befallen > 60);
    CHECK(befallen < 140);
}

TEST_CASE("a status comes with the appliance's own error body, which can be chosen")
{
    sky_gazer guest;
    for (const auto& [status, name] :
         {std::pair("400", "NCERRBadRequest"), std::pair("401", "NCERRUnauthorizedAccess"),
          std::pair("403", "NCERRForbidden"), std::pair("404", "NCERRResourceNotFound"),
          std::pair("409", "NCERRConflict"), std::pair("422", "NCERRInvalidParamValue"),
          std::pair("429", "NCERRTooManyRequests")})
    {
        REQUIRE(
            guest.change(std::string(R"([{"clear":"all"},{"fault":"status","status":)") + status + "}]")
            == "");
        const answer given = guest.read("one");
        CHECK(std::to_string(static_cast<unsigned>(given.status)) == status);
        CHECK(std::string(json::parse(given.body).at("codeDesc").as_string()).starts_with(name));
        CHECK(json::parse(given.body).at("code").is_number());
    }
    REQUIRE(
        guest.change(R"([{"clear":"all"},{"fault":"status","status":404,"code":7,"codeDesc":"NCERROther",
                              "message":"gone"}])")
        == "");
    const json::value body = json::parse(guest.read("one").body);
    CHECK(body.at("code") == 7);
    CHECK(body.at("codeDesc") == "NCERROther");
    CHECK(body.at("message") == "gone");
}

TEST_CASE("gateways write pages, and a broken service writes nothing")
{
    sky_gazer guest;
    REQUIRE(guest.change(R"({"fault":"status","status":502,"times":1})") == "");
    const answer page = guest.read("one");
    CHECK(page.content_type == "text/html");
    CHECK(page.body.starts_with("<html>"));
    CHECK(page.body.find("502 Bad Gateway") != std::string::npos);
    REQUIRE(guest.change(R"({"fault":"status","status":500,"times":1})") == "");
    CHECK(guest.read("one").body.empty());
    REQUIRE(guest.change(R"({"fault":"status","status":404,"body":"html","times":1})") == "");
    CHECK(guest.read("one").body.starts_with("<html>"));
    REQUIRE(guest.change(R"({"fault":"status","status":503,"body":"own","times":1})") == "");
    CHECK(json::parse(guest.read("one").body).at("codeDesc") == "NCERRServiceUnavailable");
    REQUIRE(guest.change(R"({"fault":"status","status":200,"times":1})") == "");
    const answer lie = guest.read("one");
    CHECK(lie.status == http::status::ok);
    CHECK(json::parse(lie.body).as_object().contains("codeDesc"));
}

TEST_CASE("Retry-After comes in seconds, as a date, or as nonsense")
{
    sky_gazer guest;
    REQUIRE(guest.change(R"({"fault":"status","status":429,"retry_after":"29.5s","times":1})") == "");
    CHECK(guest.read("one").headers == "\r\nRetry-After: 30");
    REQUIRE(
        guest.change(R"({"fault":"status","status":429,"retry_after":"30s","retry_after_form":"date",
                             "times":1})")
        == "");
    CHECK(guest.read("one").headers == "\r\nRetry-After: Mon, 24 Nov 2025 16:00:30 GMT");
    REQUIRE(
        guest.change(R"({"fault":"status","status":429,"headers":{"Retry-After":"soon"},"times":1})") == "");
    CHECK(guest.read("one").headers == "\r\nRetry-After: soon");
    REQUIRE(guest.change(R"({"fault":"status","status":429,"times":1})") == "");
    CHECK(guest.read("one").headers.empty());
}

TEST_CASE("a redirect says where to")
{
    sky_gazer guest;
    REQUIRE(guest.change(R"({"fault":"redirect","status":307,"location":"https://other/"})") == "");
    const answer given = guest.read("one");
    CHECK(static_cast<unsigned>(given.status) == 307);
    CHECK(given.headers == "\r\nLocation: https://other/");
}

TEST_CASE("a success says something else, a refusal does not")
{
    sky_gazer guest;
    REQUIRE(
        guest.change(R"({"name":"f","fault":"document","set":{"overall_status":"failed"},"after":1})") == "");
    CHECK(guest.read("three").status == http::status::not_found); // does not even count as fitting
    CHECK(guest.read("one").body == R"({"id":"one"})");
    CHECK(guest.read("one").body == R"({"id":"one","overall_status":"failed"})");
    REQUIRE(
        guest.change(R"([{"clear":"f"},{"fault":"document","class":"login","drop":["duration"]}])") == "");
    CHECK_FALSE(json::parse(guest.log_in().body).as_object().contains("duration"));
    REQUIRE(guest.change(R"([{"clear":"all"},{"fault":"document","text":"{\"id\":\"{id}x\"}"}])") == "");
    CHECK(guest.read("one").body == R"({"id":"onex"})");
}

TEST_CASE("delays add up; of the other sorts the first that fits counts")
{
    sky_gazer guest;
    REQUIRE(
        guest.change(R"([{"latency":"1s"},{"fault":"delay","by":"2s"},{"fault":"delay","by":"4s"},
                             {"fault":"status","status":503,"times":1},{"fault":"status","status":429},
                             {"fault":"reset","where":"body"},{"fault":"never"}])")
        == "");
    const answer first = guest.read("one");
    CHECK(first.delay == 7s);
    CHECK(first.status == http::status::service_unavailable);
    REQUIRE(first.how);
    CHECK(std::get<cut>(*first.how).then == ending::reset);
    CHECK(guest.read("one").status == http::status::too_many_requests);
}

TEST_CASE("the simulator's own paths have fair weather always")
{
    sky_gazer guest;
    REQUIRE(guest.change(R"([{"fault":"status","status":503},{"fault":"reset"}])") == "");
    const answer page = guest.ask(http::verb::get, "/simulator/weather", "", 0);
    CHECK(page.status == http::status::ok);
    CHECK_FALSE(page.how);
    CHECK(json::parse(page.body).at("faults").as_array().size() == 2);
}

TEST_CASE("a fault of the same name is replaced, and can be cleared by its name")
{
    sky_gazer guest;
    REQUIRE(
        guest.change(R"([{"name":"f","fault":"status","status":503},
                             {"name":"f","fault":"status","status":404}])")
        == "");
    CHECK(guest.box.sky.faults.size() == 1);
    CHECK(guest.status_of("one") == 404);
    CHECK(guest.change(R"({"clear":"g"})") == "there is no fault 'g' to clear");
    CHECK(guest.change(R"({"clear":"f"})") == "");
    CHECK(guest.status_of("one") == 200);
}

TEST_CASE("what is written wrong changes nothing, and is told with what is allowed")
{
    sky_gazer guest;
    const auto wrong = [&guest](const std::string& text) { return guest.change(text); };
    CHECK(wrong("{").starts_with("no JSON: "));
    CHECK(wrong("[{},7]") == "step 2: needs a JSON object");
    CHECK(
        wrong(R"({"fault":"rain"})")
        == "step 1: fault: needs status, redirect, document, delay, reset, close, never, trickle, "
           "big_header, big_body, "
           "gzip, wrong_length, garbage, extra or http10");
    CHECK(wrong(R"({"fault":"status"})") == "step 1: status: needs a whole number from 200 to 999");
    CHECK(wrong(R"({"fault":"delay","by":"long"})") == "step 1: by: needs a duration such as \"250ms\"");
    CHECK(wrong(R"({"fault":"delay"})") == "step 1: by: needs a duration such as \"250ms\"");
    CHECK(wrong(R"({"fault":"reset","where":"tail"})") == "step 1: where: needs before, header or body");
    CHECK(
        wrong(R"({"fault":"reset","class":"reads"})")
        == "step 1: class: needs any, login, refresh, start, read or other");
    CHECK(wrong(R"({"fault":"reset","chance":2})") == "step 1: chance: needs a number from 0 to 1");
    CHECK(
        wrong(R"({"fault":"reset","times":0})")
        == "step 1: times: needs a whole number from 1 to 1000000000");
    CHECK(wrong(R"({"fault":"reset","job":7})") == "step 1: job: needs a string of at most 128 bytes");
    CHECK(wrong(R"({"fault":"close","goodbye":1})") == "step 1: goodbye: needs true or false");
    CHECK(
        wrong(R"({"fault":"status","status":429,"headers":["a"]})")
        == R"(step 1: headers: needs an object of texts such as {"Retry-After":"soon"})");
    CHECK(
        wrong(R"([{"latency":"1s"},{"latencyy":"1s"}])")
        == "step 2: 'latencyy' is not known here; known are at, clear, latency, login_time, token_duration, "
           "appears_after, post or fault");
    CHECK(wrong(R"({"fault":"reset","by":"1s"})").starts_with("step 1: 'by' is not known here; known are "));
    CHECK(
        wrong(R"({"name":"all","fault":"reset"})")
        == R"(step 1: name: needs another word: "clear" has a use for this one)");
    CHECK(
        wrong(R"({"fault":"garbage","text":")" + std::string(step_text_limit - 10, 'x') + "\"}")
        == "step 1: a step: needs at most 1048576 bytes of JSON");
    CHECK(guest.box.sky.faults.empty());
    CHECK(guest.box.sky.latency == 0s);
}

TEST_CASE("faults and steps are limited in number; faults that are over make room")
{
    sky_gazer guest;
    std::string many = "[";
    for (std::size_t number = 0; number < fault_limit; ++number)
        many += R"({"fault":"reset","for":"10s"},)";
    many.back() = ']';
    REQUIRE(guest.change(many) == "");
    CHECK(guest.change(R"({"fault":"reset"})") == "there are 1000 faults already, none of them over");
    guest.now += 10s;
    CHECK(guest.change(R"({"fault":"reset"})") == "");
    CHECK(guest.box.sky.faults.size() == 1);
    std::string steps = "[";
    for (std::size_t number = 0; number <= step_limit; ++number)
        steps += "{},";
    steps.back() = ']';
    CHECK(guest.change(steps) == "at most 10000 steps can be given at once");
}
