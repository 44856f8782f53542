// The whole simulator over real TLS on the loopback.
#include "visitor.hpp"

#include <boost/json.hpp>
#include <doctest/doctest.h>
#include <zlib.h>

using namespace jobwatch::simulator;
using namespace std::chrono_literals;
namespace json = boost::json;

namespace
{

const std::string jobs_path = "/api/v1/cckm/google/update-all-versions-jobs";
const std::string good_login = R"({"grant_type":"password","username":"jobwatch","password":"secret"})";

options usual()
{
    options wanted;
    wanted.password = "secret";
    return wanted;
}

std::string log_in(visitor& guest, const std::string& path = "/api/v1/auth/tokens")
{
    const auto answered = guest.post(path, good_login);
    REQUIRE(answered.result_int() == 200);
    std::string jwt(json::parse(answered.body()).at("jwt").as_string());
    guest.carry(jwt);
    return jwt;
}

std::string unzipped(const std::string& pressed)
{
    std::string plain(1 << 20, '\0');
    z_stream stream{};
    REQUIRE(inflateInit2(&stream, 15 + 16) == Z_OK);
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(pressed.data()));
    stream.avail_in = static_cast<uInt>(pressed.size());
    stream.next_out = reinterpret_cast<Bytef*>(plain.data());
    stream.avail_out = static_cast<uInt>(plain.size());
    CHECK(inflate(&stream, Z_FINISH) == Z_STREAM_END);
    plain.resize(stream.total_out);
    inflateEnd(&stream);
    return plain;
}

} // namespace

TEST_CASE("a visitor logs in, starts a job and reads it, all on one connection")
{
    running_simulator sim(usual());
    {
        visitor guest(sim, sim.ca_file());
        log_in(guest, "/api/v1/auth/tokens/");
        log_in(guest);
        const auto started = guest.post(jobs_path, R"({"key_id":"k","operation":"disable"})");
        CHECK(started.result_int() == 201);
        const std::string id(json::parse(started.body()).at("id").as_string());
        const auto read = guest.get(jobs_path + "/" + id);
        CHECK(read.result_int() == 200);
        CHECK(json::parse(read.body()).at("id").as_string() == id);
        CHECK(guest.get(jobs_path).result_int() == 405);
        CHECK(guest.get(jobs_path)["Allow"] == "POST");
        CHECK(guest.get(jobs_path + "/unknown").result_int() == 404);
        CHECK(guest.get("/api/v1/other").result_int() == 404);
    }
    sim.stop();
    const auto page = json::parse(ledger_text(sim.box(), wall_clock()));
    CHECK(page.at("connections") == 1);
    CHECK(page.at("handshakes_full") == 1);
    CHECK(page.at("connections_open") == 0);
    CHECK(page.at("requests") == 8);
    CHECK(page.at("in_flight") == 0);
    CHECK(page.at("in_flight_max") == 1);
    CHECK(page.at("logins") == 2);
}

TEST_CASE("answers look as if they came through the appliance's gateway")
{
    running_simulator sim(usual());
    visitor guest(sim, sim.ca_file());
    const auto refused = guest.post("/api/v1/auth/tokens", R"({"username":"jobwatch","password":"guess"})");
    CHECK(refused.result_int() == 401);
    CHECK(refused["X-Krakend-Completed"] == "false");
    CHECK(json::parse(refused.body()).at("codeDesc") == "NCERRUnauthorizedAccess");
    const auto good = guest.post("/api/v1/auth/tokens", good_login);
    CHECK(good["X-Krakend-Completed"] == "true");
    CHECK(good["Transfer-Encoding"] == "chunked");
    CHECK(good["Connection"] == "keep-alive");
    CHECK(good["Cache-Control"] == "no-cache");
    CHECK(good["Content-Type"] == "application/json; charset=UTF-8");
    CHECK(std::stod(std::string(good["X-Processing-Time"])) >= 0.0);
    CHECK_FALSE(good["Date"].empty());
}

TEST_CASE("a document arrives byte for byte, in chunks, plain and zipped")
{
    options wanted = usual();
    wanted.writer.chunk_size = 100;
    running_simulator sim(wanted);
    visitor guest(sim, sim.ca_file());
    log_in(guest);
    std::string document = "{ \"id\":\"big\",\t\"n\":1.0e1,\"s\":\"";
    for (int line = 0; line < 300; ++line)
        document += std::to_string(line) + "\\n ";
    document += "\"  }";
    CHECK(guest.post("/simulator/jobs", document).result_int() == 200);
    const auto plain = guest.get(jobs_path + "/big");
    CHECK(plain["Content-Encoding"] == "");
    CHECK(plain["Transfer-Encoding"] == "chunked");
    CHECK(plain.body() == document);
    const auto zipped =
        guest.ask("GET", jobs_path + "/big", guest.bearer() + "Accept-Encoding: gzip\r\n", "");
    CHECK(zipped["Content-Encoding"] == "gzip");
    CHECK(zipped.body().size() < document.size());
    CHECK(unzipped(zipped.body()) == document);
}

TEST_CASE("a small body is not zipped unless the limit says so")
{
    const std::string tokens = "/api/v1/auth/tokens";
    running_simulator usual_sim(usual());
    visitor one(usual_sim, usual_sim.ca_file());
    CHECK(one.ask("POST", tokens, "Accept-Encoding: gzip\r\n", good_login)["Content-Encoding"] == "");
    options wanted = usual();
    wanted.writer.gzip_above = 0;
    running_simulator eager(wanted);
    visitor two(eager, eager.ca_file());
    const auto zipped = two.ask("POST", tokens, "Accept-Encoding: gzip\r\n", good_login);
    CHECK(json::parse(unzipped(zipped.body())).at("duration") == 300);
}

TEST_CASE("an expired token is refused with its age")
{
    options wanted = usual();
    wanted.token_duration = 1us;
    running_simulator sim(wanted);
    visitor guest(sim, sim.ca_file());
    log_in(guest);
    const auto answered = guest.get(jobs_path + "/any");
    CHECK(answered.result_int() == 401);
    const std::string message(json::parse(answered.body()).at("message").as_string());
    CHECK(message.starts_with("Bearer token malformed: Token is expired by "));
}

TEST_CASE("several requests sent at once are answered in their order")
{
    running_simulator sim(usual());
    visitor guest(sim, sim.ca_file());
    std::string all;
    for (const char* path : {"/api/v1/auth/tokens", "/a", "/simulator/ledger"})
        all += std::string("GET ") + path + " HTTP/1.1\r\nHost: x\r\nAccept: */*\r\n\r\n";
    guest.send(all);
    CHECK(guest.receive().result_int() == 405);
    CHECK(guest.receive().result_int() == 404);
    const auto page = json::parse(guest.receive().body());
    CHECK(page.at("requests") == 2);
}

TEST_CASE("a request arrived when its first bytes came")
{
    running_simulator sim(usual());
    visitor slow(sim, sim.ca_file());
    visitor quick(sim, sim.ca_file());
    slow.send("GET /slow HTTP/1.1\r\nHost");
    CHECK(quick.get("/quick").result_int() == 404);
    CHECK(quick.get("/quick").result_int() == 404);
    slow.send(": x\r\nAccept: */*\r\n\r\n");
    CHECK(slow.receive().result_int() == 404);
    const auto page = json::parse(quick.get("/simulator/ledger/requests?class=other").body());
    const auto arrived = [&page](std::size_t place)
    { return page.at("requests").as_array().at(place).at("arrived_us").to_number<std::int64_t>(); };
    CHECK(arrived(2) <= arrived(1)); // the slow one was written down last
    CHECK(page.at("requests").at(2).at("connection") == 1);
    CHECK(page.at("requests").at(0).at("connection") == 2);
}

TEST_CASE("an HTTP/1.0 client gets a counted body and the end of the connection")
{
    running_simulator sim(usual());
    visitor guest(sim, sim.ca_file());
    guest.send("GET /a HTTP/1.0\r\nAccept: */*\r\n\r\n");
    const auto answered = guest.receive();
    CHECK(answered.result_int() == 404);
    CHECK_FALSE(answered["Content-Length"].empty());
    CHECK(answered["Transfer-Encoding"] == "");
    CHECK_THROWS_AS(guest.receive(), boost::system::system_error);
}

TEST_CASE("what is no HTTP, or too much of it, is answered once and closed")
{
    running_simulator sim(usual());
    {
        visitor guest(sim, sim.ca_file());
        guest.send("what is this\r\n\r\n");
        CHECK(guest.receive().result_int() == 400);
        CHECK_THROWS_AS(guest.receive(), boost::system::system_error);
    }
    {
        visitor guest(sim, sim.ca_file());
        guest.send("GET /a HTTP/1.1\r\nX: " + std::string(17 * 1024, 'x') + "\r\n\r\n");
        CHECK(guest.receive().result_int() == 431);
    }
    {
        visitor guest(sim, sim.ca_file());
        guest.send("POST /simulator/jobs HTTP/1.1\r\nContent-Length: 67108865\r\n\r\n");
        CHECK(guest.receive().result_int() == 413);
    }
    sim.stop();
    CHECK(json::parse(ledger_text(sim.box(), wall_clock())).at("unreadable_requests") == 3);
}

TEST_CASE("the certificate stands the test of a careful client, for the names it has")
{
    running_simulator sim(usual());
    for (const char* host : {"localhost", "127.0.0.1", "::1"})
        CHECK_NOTHROW(visitor(sim, sim.ca_file(), host));
    CHECK_THROWS_AS(visitor(sim, sim.ca_file(), "cm.example.com"), boost::system::system_error);
    const running_simulator stranger(usual());
    CHECK_THROWS_AS(visitor(sim, stranger.ca_file()), boost::system::system_error);
    sim.stop();
    CHECK(json::parse(ledger_text(sim.box(), wall_clock())).at("handshakes_failed").to_number<int>() >= 1);
}

TEST_CASE("a certificate can be for another host, or expired")
{
    options other = usual();
    other.certificate_hosts = {"cm.example.com"};
    const running_simulator elsewhere(other);
    CHECK_NOTHROW(visitor(elsewhere, elsewhere.ca_file(), "cm.example.com"));
    CHECK_THROWS_AS(visitor(elsewhere, elsewhere.ca_file()), boost::system::system_error);
    options late = usual();
    late.expired_certificate = true;
    const running_simulator old(late);
    CHECK_THROWS_AS(visitor(old, old.ca_file()), boost::system::system_error);
}

TEST_CASE("slow logins overlap, and the ledger has seen it")
{
    options wanted = usual();
    wanted.sky.login_time = 500ms;
    running_simulator sim(wanted);
    {
        visitor one(sim, sim.ca_file());
        visitor two(sim, sim.ca_file());
        const std::string text = "POST /api/v1/auth/tokens HTTP/1.1\r\nHost: x\r\nAccept: */*\r\n"
                                 "Content-Type: application/json\r\nContent-Length: "
            + std::to_string(good_login.size()) + "\r\n\r\n" + good_login;
        one.send(text);
        two.send(text);
        CHECK(one.receive().result_int() == 200);
        CHECK(two.receive().result_int() == 200);
    }
    sim.stop();
    CHECK(json::parse(ledger_text(sim.box(), wall_clock())).at("logins_in_flight_max") == 2);
}

TEST_CASE("stopping ends also with a client that says nothing and one in mid-request")
{
    running_simulator sim(usual());
    const visitor silent(sim, sim.ca_file());
    visitor halfway(sim, sim.ca_file());
    halfway.send("GET /a HTTP/1.1\r\nHos");
    sim.stop();
    CHECK_THROWS_AS(halfway.receive(), boost::system::system_error);
}

TEST_CASE("a client that is silent for too long is sent away")
{
    options wanted = usual();
    wanted.idle_timeout = 1ms;
    running_simulator sim(wanted);
    visitor guest(sim, sim.ca_file());
    CHECK_THROWS_AS(guest.receive(), boost::system::system_error);
}
