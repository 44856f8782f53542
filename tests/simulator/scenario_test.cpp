#include "sky_gazer.hpp"

#include <boost/json.hpp>
#include <doctest/doctest.h>

using namespace jobwatch::simulator;
using namespace std::chrono_literals;
namespace json = boost::json;

TEST_CASE("steps of a scenario are taken when their time has come, in order of time")
{
    sky_gazer guest;
    REQUIRE(
        guest.change(R"([{"at":"9s","clear":"all"},{"at":"2s","fault":"status","status":503},
                             {"at":"5s","clear":"all","fault":"status","status":429},{"latency":"3ms"}])")
        == "");
    std::string seen;
    for (int second = 0; second < 11; ++second, guest.now += 1s)
        seen += std::to_string(guest.status_of("one")) + " ";
    CHECK(seen == "200 200 503 503 503 429 429 429 429 200 200 ");
    CHECK(guest.box.sky.latency == 3ms);
}

TEST_CASE("a fault lasts from when its step was due, whoever looks how late")
{
    sky_gazer guest;
    REQUIRE(guest.change(R"({"at":"10s","fault":"status","status":503,"for":"10s"})") == "");
    guest.now += 19s;
    CHECK(guest.status_of("one") == 503);
    guest.now += 1s;
    CHECK(guest.status_of("one") == 200);
}

TEST_CASE("a step does whatever a control path can do")
{
    sky_gazer guest;
    REQUIRE(
        guest.change(R"([{"at":"1s","post":"/simulator/tokens/revoke"},
                             {"at":"2s","post":"/simulator/password","body":{"password":"new"}},
                             {"at":"3s","post":"/simulator/jobs","body":{"id":"three"}}])")
        == "");
    CHECK(guest.status_of("one") == 200);
    guest.now += 1s;
    CHECK(guest.status_of("one") == 401);
    CHECK(guest.log_in().status == http::status::ok);
    guest.now += 1s;
    CHECK(guest.log_in().status == http::status::unauthorized);
    guest.now += 1s;
    CHECK(guest.box.jobs.reads().jobs == 2); // nobody has looked since
    advance(guest.box, guest.now);
    CHECK(guest.box.jobs.reads().jobs == 3);
}

TEST_CASE("what is to come is told, and can be forgotten")
{
    sky_gazer guest;
    REQUIRE(guest.change(R"([{"at":"9s","clear":"all"},{"at":"2500ms","latency":"1s"}])") == "");
    CHECK(guest.box.to_come.next() == start + 2500ms);
    const auto look = [&guest]
    { return json::parse(guest.ask(http::verb::get, "/simulator/weather", "", 0).body); };
    guest.now += 1s;
    CHECK(look().at("to_come").at(0).at("in_s") == 1.5);
    CHECK(look().at("to_come").at(0).at("step").at("latency") == "1s");
    CHECK(look().at("to_come").as_array().size() == 2);
    REQUIRE(guest.change(R"({"clear":"scenario"})") == "");
    CHECK(look().at("to_come").as_array().empty());
    CHECK_FALSE(guest.box.to_come.next());
}

TEST_CASE("a step that cannot be taken in its time is kept as a mishap, and the others go on")
{
    sky_gazer guest;
    REQUIRE(
        guest.change(R"([{"at":"1s","clear":"f"},{"at":"1s","post":"/simulator/rain"},
                             {"at":"2s","latency":"5ms"}])")
        == "");
    guest.now += 2s;
    const json::value page = json::parse(guest.ask(http::verb::get, "/simulator/weather", "", 0).body);
    CHECK(page.at("mishaps").at(0) == R"({"at":"1s","clear":"f"}: there is no fault 'f' to clear)");
    CHECK(page.at("mishaps").at(1).as_string().starts_with(
        R"({"at":"1s","post":"/simulator/rain"}: /simulator/rain: {"error":"there are POST )"));
    CHECK(page.at("latency_s") == 0.005);
    std::string many = "[";
    for (std::size_t number = 0; number < mishap_limit; ++number)
        many += R"({"at":"1s","clear":"g"},)";
    many.back() = ']';
    REQUIRE(guest.change(many) == "");
    guest.now += 1s;
    advance(guest.box, guest.now);
    CHECK(guest.box.to_come.mishaps().size() == mishap_limit);
    CHECK(
        guest.box.to_come.mishaps().front() == R"({"at":"1s","clear":"g"}: there is no fault 'g' to clear)");
}

TEST_CASE("not more than so many steps can be to come")
{
    sky_gazer guest;
    std::string many = "[";
    for (std::size_t number = 0; number < step_limit; ++number)
        many += R"({"at":"1s"},)";
    many.back() = ']';
    REQUIRE(guest.change(many) == "");
    CHECK(guest.change(R"({"at":"1s"})") == "at most 10000 steps can be still to come");
    guest.now += 1s;
    advance(guest.box, guest.now);
    CHECK(guest.change(R"({"at":"1s"})") == "");
}

TEST_CASE("a scenario file is read at the start, and its mistakes are told with its name")
{
    const stage_directory directory("");
    options wanted;
    wanted.scenario_files = {(directory.path() / "storm.json").string()};
    CHECK_THROWS_WITH_AS(
        make_appliance(wanted, start), doctest::Contains("storm.json: No such file"), std::runtime_error);
    const auto write = [&](const std::string& text)
    { write_file(wanted.scenario_files.front(), text, readable_by::everyone); };
    write(R"([{"at":"1s","fault":"never"},{"at":"soon","clear":"all"}])");
    CHECK_THROWS_WITH_AS(
        make_appliance(wanted, start),
        doctest::Contains("storm.json: step 2: at: needs a duration such as \"250ms\""), std::runtime_error);
    write(R"([{"post":"/api/v1/auth/tokens"}])");
    CHECK_THROWS_WITH_AS(
        make_appliance(wanted, start), doctest::Contains("storm.json: step 1: post: needs a control path"),
        std::runtime_error);
    write(R"([{"post":"/simulator/rain"}])");
    CHECK_THROWS_WITH_AS(
        make_appliance(wanted, start), doctest::Contains("storm.json: /simulator/rain: {\"error\":"),
        std::runtime_error);
    write("[" + std::string(scenario_file_limit, ' ') + "]");
    CHECK_THROWS_WITH_AS(
        make_appliance(wanted, start), doctest::Contains("a scenario is at most 16777216 bytes"),
        std::runtime_error);
    write(R"([{"at":"1s","fault":"never"}])");
    appliance made = make_appliance(wanted, start);
    CHECK(made.to_come.next() == start + 1s);
}
