// Faults that matter as bytes, over real TLS on the loopback.
#include "visitor.hpp"

#include <boost/asio/ssl/error.hpp>
#include <boost/json.hpp>
#include <doctest/doctest.h>

using namespace jobwatch::simulator;
using namespace std::chrono_literals;
namespace json = boost::json;

namespace
{

const std::string job_path = "/api/v1/cckm/google/update-all-versions-jobs/one";

// A simulator with one job, under a sky that the test wants.
running_simulator under(std::vector<std::string> steps)
{
    options wanted;
    wanted.password = "secret";
    wanted.weather_steps = std::move(steps);
    return running_simulator(wanted);
}

visitor::response log_in(visitor& guest)
{
    auto answered = guest.post("/api/v1/auth/tokens", R"({"username":"jobwatch","password":"secret"})");
    if (answered.result_int() == 200)
        guest.carry(std::string(json::parse(answered.body()).at("jwt").as_string()));
    return answered;
}

json::value ledger_after(running_simulator& sim)
{
    sim.stop();
    return json::parse(ledger_text(sim.box(), wall_clock()));
}

boost::system::error_code failure_of(visitor& guest, const std::string& path)
{
    try
    {
        guest.get(path);
        return {};
    }
    catch (const boost::system::system_error& error)
    {
        return error.code();
    }
}

} // namespace

TEST_CASE("a 429 arrives with its Retry-After and the appliance's body, on a connection that goes on")
{
    running_simulator sim(under({R"({"fault":"status","status":429,"retry_after":"30s","times":1})"}));
    visitor guest(sim, sim.ca_file());
    const auto refused = log_in(guest);
    CHECK(refused.result_int() == 429);
    CHECK(refused["Retry-After"] == "30");
    CHECK(refused["X-Krakend-Completed"] == "false");
    CHECK(json::parse(refused.body()).at("codeDesc") == "NCERRTooManyRequests");
    CHECK(log_in(guest).result_int() == 200);
}

TEST_CASE("a gateway's page arrives as HTML")
{
    running_simulator sim(under({R"({"fault":"status","status":504})"}));
    visitor guest(sim, sim.ca_file());
    const auto page = guest.get(job_path);
    CHECK(page.result_int() == 504);
    CHECK(page["Content-Type"] == "text/html");
    CHECK(page.body().starts_with("<html>"));
}

TEST_CASE("a reset is felt before the answer, in its header and in its body")
{
    for (const char* where : {"before", "header", "body"})
    {
        CAPTURE(where);
        running_simulator sim(under({std::string(R"({"fault":"reset","where":")") + where + R"("})"}));
        visitor guest(sim, sim.ca_file());
        CHECK(failure_of(guest, job_path) == boost::asio::error::connection_reset);
    }
}

TEST_CASE("half a body ends with a closed connection, said politely or not")
{
    {
        running_simulator sim(under({R"({"fault":"close"})"}));
        visitor guest(sim, sim.ca_file());
        CHECK(failure_of(guest, job_path) == boost::asio::ssl::error::stream_truncated);
        CHECK(ledger_after(sim).at("by_status").at("401") == 1);
    }
    running_simulator sim(under({R"({"fault":"close","goodbye":true})"}));
    visitor guest(sim, sim.ca_file());
    CHECK(failure_of(guest, job_path) == http::error::partial_message);
}

TEST_CASE("an answer that never comes stays in flight until the client has enough")
{
    running_simulator sim(under({R"({"fault":"never","times":1})"}));
    visitor observer(sim, sim.ca_file());
    {
        visitor guest(sim, sim.ca_file());
        guest.send("GET /a HTTP/1.1\r\nHost: x\r\nAccept: */*\r\n\r\n");
        while (json::parse(observer.get("/simulator/ledger").body()).at("in_flight") != 1)
            std::this_thread::yield();
    }
    while (json::parse(observer.get("/simulator/ledger").body()).at("in_flight") != 0)
        std::this_thread::yield();
    CHECK(ledger_after(sim).at("by_status").at("none") == 1);
}

TEST_CASE("who hangs up during a long delay is no longer in flight")
{
    running_simulator sim(under({R"({"fault":"delay","by":"1h","times":1})"}));
    visitor observer(sim, sim.ca_file());
    {
        visitor guest(sim, sim.ca_file());
        guest.send("GET /a HTTP/1.1\r\nHost: x\r\nAccept: */*\r\n\r\n");
        while (json::parse(observer.get("/simulator/ledger").body()).at("in_flight") != 1)
            std::this_thread::yield();
    }
    while (json::parse(observer.get("/simulator/ledger").body()).at("in_flight") != 0)
        std::this_thread::yield();
}

TEST_CASE("requests sent early, while the answer is delayed, are answered in their order")
{
    running_simulator sim(under({R"({"fault":"delay","by":"20ms"})"}));
    visitor guest(sim, sim.ca_file());
    for (const char* path : {"/api/v1/auth/tokens", "/a", "/api/v1/auth/tokens"})
        guest.send(std::string("GET ") + path + " HTTP/1.1\r\nHost: x\r\nAccept: */*\r\n\r\n");
    CHECK(guest.receive().result_int() == 405);
    CHECK(guest.receive().result_int() == 404);
    CHECK(guest.receive().result_int() == 405);
}

TEST_CASE("the weather changes while the simulator runs")
{
    running_simulator sim(under({}));
    visitor guest(sim, sim.ca_file());
    CHECK(
        guest.post("/simulator/weather", R"({"name":"f","fault":"status","status":503})").result_int()
        == 200);
    CHECK(log_in(guest).result_int() == 503);
    const json::value page = json::parse(guest.get("/simulator/weather").body());
    CHECK(page.at("faults").at(0).at("befallen") == 1);
    CHECK(guest.post("/simulator/weather", R"({"clear":"f"})").result_int() == 200);
    CHECK(log_in(guest).result_int() == 200);
    const auto wrong = guest.post("/simulator/weather", R"({"fault":"rain"})");
    CHECK(wrong.result_int() == 400);
    CHECK(json::parse(wrong.body()).at("error").as_string().starts_with("step 1: fault: needs "));
}

TEST_CASE("a bad step on the command line is told with its text")
{
    options wanted;
    wanted.weather_steps = {R"({"fault":"rain"})"};
    CHECK_THROWS_WITH_AS(
        make_appliance(wanted, {}), doctest::Contains(R"(--weather {"fault":"rain"}: step 1: fault: needs)"),
        std::runtime_error);
}

TEST_CASE("a scenario goes on though nobody asks: a node is lost, and comes back")
{
    running_simulator sim(under({}));
    visitor control(sim.control(), sim.ca_file());
    const auto can_enter = [&sim]
    {
        try
        {
            const visitor entered(sim, sim.ca_file());
            return true;
        }
        catch (const boost::system::system_error&)
        {
            return false;
        }
    };
    CHECK(can_enter());
    const char* storm = R"([{"at":"20ms","post":"/simulator/nodes/1","body":{"state":"refusing"}},
                            {"at":"120ms","post":"/simulator/nodes/1","body":{"state":"up"}}])";
    REQUIRE(control.post("/simulator/weather", storm).result_int() == 200);
    while (can_enter())
        std::this_thread::yield();
    while (!can_enter())
        std::this_thread::yield();
    CHECK(json::parse(control.get("/simulator/weather").body()).at("to_come").as_array().empty());
}
