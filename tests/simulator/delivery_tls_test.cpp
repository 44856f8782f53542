// Deliveries that no whole answer has, over real TLS on the loopback.
#include "visitor.hpp"

#include <boost/json.hpp>
#include <doctest/doctest.h>

using namespace jobwatch::simulator;
using namespace std::chrono_literals;
namespace json = boost::json;

namespace
{

// A simulator whose next answer is delivered so, and fairly ever after.
running_simulator that_once(const std::string& members)
{
    options wanted;
    wanted.weather_steps = {R"({"times":1,)" + members + "}"};
    return running_simulator(wanted);
}

// A raw look at the bytes.
std::size_t read_until(visitor& guest, std::size_t most, boost::system::error_code& ended)
{
    std::size_t total = 0;
    while (!ended && total < most)
        total += guest.receive_some(ended).size();
    return total;
}

const std::string request_text = "GET /a HTTP/1.1\r\nHost: x\r\nAccept: */*\r\n\r\n";

} // namespace

TEST_CASE("a trickled answer is whole in the end, and the connection goes on")
{
    for (const char* from : {"header", "body"})
    {
        running_simulator sim(
            that_once(std::string(R"("fault":"trickle","bytes":50,"every":"1ms","from":")") + from + "\""));
        visitor guest(sim, sim.ca_file());
        const auto answered = guest.get("/a");
        CHECK(answered.result_int() == 404);
        CHECK(json::parse(answered.body()).at("codeDesc") == "NCERRResourceNotFound: Resource not found");
        CHECK(guest.get("/a").result_int() == 404);
    }
}

TEST_CASE("a header without end goes on until the client leaves")
{
    running_simulator sim(that_once(R"("fault":"big_header","form":"endless")"));
    {
        visitor guest(sim, sim.ca_file());
        guest.send(request_text);
        boost::system::error_code ended;
        CHECK(read_until(guest, 50'000'000, ended) >= 50'000'000);
        CHECK_FALSE(ended);
    }
    visitor next(sim, sim.ca_file());
    while (json::parse(next.get("/simulator/ledger").body()).at("in_flight") != 0)
        std::this_thread::yield();
    CHECK(next.get("/a").result_int() == 404);
}

TEST_CASE("a big body comes to its end, by its length or in chunks")
{
    for (const char* form : {"counted", "chunked"})
    {
        running_simulator sim(
            that_once(std::string(R"("fault":"big_body","bytes":5000000,"form":")") + form + "\""));
        visitor guest(sim, sim.ca_file());
        const auto answered = guest.get("/a");
        CHECK(answered.body().size() > 5'000'000);
        CHECK(json::parse(answered.body()).at("code") == 16);
        CHECK(guest.get("/a").result_int() == 404);
    }
}

TEST_CASE("a gzip bomb is well formed HTTP")
{
    running_simulator sim(that_once(R"("fault":"gzip","form":"bomb","bytes":1000000000)"));
    visitor guest(sim, sim.ca_file());
    const auto answered = guest.get("/a");
    CHECK(answered["Content-Encoding"] == "gzip");
    CHECK(answered.body().size() > 500'000);
    CHECK(answered.body().size() < 2'000'000);
    CHECK(guest.get("/a").result_int() == 404);
}

TEST_CASE("a Content-Length that is too large keeps the client waiting; one too small leaves a rest")
{
    running_simulator sim(that_once(R"("fault":"wrong_length","by":-5)"));
    visitor guest(sim, sim.ca_file());
    const auto answered = guest.get("/a");
    CHECK(answered.result_int() == 404);
    CHECK_THROWS_AS(guest.get("/a"), boost::system::system_error); // the rest is no HTTP

    running_simulator patient(that_once(R"("fault":"wrong_length","by":5)"));
    visitor one(patient, patient.ca_file());
    one.send(request_text + request_text); // the second answer's first bytes end the first
    CHECK(one.receive().body().ends_with("}HTTP/"));
}

TEST_CASE("garbage, and an answer twice")
{
    running_simulator sim(that_once(R"("fault":"garbage")"));
    visitor guest(sim, sim.ca_file());
    CHECK_THROWS_AS(guest.get("/a"), boost::system::system_error);

    running_simulator twice(that_once(R"("fault":"extra")"));
    visitor one(twice, twice.ca_file());
    const auto first = one.get("/a");
    CHECK(one.receive().body() == first.body());
    CHECK(one.get("/a").result_int() == 404);
}

TEST_CASE("an HTTP/1.0 answer ends with its connection")
{
    running_simulator sim(that_once(R"("fault":"http10")"));
    visitor guest(sim, sim.ca_file());
    const auto answered = guest.get("/a");
    CHECK(answered.version() == 10);
    CHECK(answered["Content-Length"] == "");
    CHECK(json::parse(answered.body()).at("code") == 16);
    CHECK_THROWS_AS(guest.get("/a"), boost::system::system_error);
}
