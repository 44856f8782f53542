// Nodes, certificates and token files of the whole simulator, over real TLS on the loopback.
#include "headers.hpp"
#include "visitor.hpp"

#include <boost/json.hpp>
#include <doctest/doctest.h>

using namespace jobwatch::simulator;
using namespace std::chrono_literals;
namespace asio = boost::asio;
namespace json = boost::json;
namespace fs = std::filesystem;

namespace
{

const std::string jobs_path = "/api/v1/cckm/google/update-all-versions-jobs";
const std::string tokens_path = "/api/v1/auth/tokens";
const std::string good_login = R"({"grant_type":"password","username":"jobwatch","password":"secret"})";

options cluster_of(std::size_t nodes)
{
    options wanted;
    wanted.password = "secret";
    wanted.nodes = nodes;
    return wanted;
}

std::string log_in(visitor& guest, const std::string& how = good_login)
{
    const auto answered = guest.post(tokens_path, how);
    REQUIRE(answered.result_int() == 200);
    std::string jwt(json::parse(answered.body()).at("jwt").as_string());
    guest.carry(jwt);
    return jwt;
}

std::string line_of(const std::string& file)
{
    const std::string text = read_file(file);
    REQUIRE(text.ends_with("\n"));
    return text.substr(0, text.size() - 1);
}

// What becomes of somebody who tries to get in.
boost::system::error_code try_to_enter(const running_simulator& sim, std::size_t node, std::string ca = "")
{
    try
    {
        visitor guest(sim.where(node), ca.empty() ? sim.ca_file() : ca);
        return {};
    }
    catch (const boost::system::system_error& error)
    {
        return error.code();
    }
}

json::value node_of(visitor& control, std::size_t node)
{
    return json::parse(control.get("/simulator/nodes").body()).at("nodes").at(node);
}

} // namespace

TEST_CASE("the lines for scripts name everything a client needs")
{
    const running_simulator sim(cluster_of(1));
    const std::string port = std::to_string(sim.where().port());
    CHECK(sim.said("url") == "https://127.0.0.1:" + port);
    CHECK(sim.said("address") == "127.0.0.1");
    CHECK(sim.said("port") == port);
    CHECK(sim.said("ca_file") == sim.ca_file());
    CHECK(sim.said("user") == "jobwatch");
    CHECK(sim.said("password") == "secret");
    CHECK(line_of(sim.said("password_file")) == "secret");
    CHECK_FALSE(sim.said("pid").empty());
    CHECK(sim.said("proxy").empty());
    CHECK(sim.said("token_file").empty());
}

TEST_CASE("an IPv6 address is bracketed in the addresses of nodes")
{
    options wanted = cluster_of(1);
    wanted.address = "::1";
    const running_simulator sim(wanted);
    CHECK(sim.said("url") == "https://[::1]:" + sim.said("port"));
    CHECK_FALSE(try_to_enter(sim, 0));
}

TEST_CASE("each node has its address, and a token of one is good at the others")
{
    running_simulator sim(cluster_of(3));
    CHECK(sim.said("url") == sim.said("url_1"));
    CHECK(sim.said("url_2") == "https://127.0.0.1:" + std::to_string(sim.where(1).port()));
    CHECK(sim.said("port_3") == std::to_string(sim.where(2).port()));
    CHECK(sim.said("url_4").empty());
    CHECK(sim.said("control_url") == "https://127.0.0.1:" + std::to_string(sim.control().port()));
    visitor first(sim.where(0), sim.ca_file());
    visitor third(sim.where(2), sim.ca_file());
    third.carry(log_in(first));
    CHECK(third.get(jobs_path + "/unknown").result_int() == 404);
    visitor control(sim.control(), sim.ca_file());
    CHECK(node_of(control, 0).at("requests") == 1);
    CHECK(node_of(control, 1).at("connections") == 0);
    CHECK(node_of(control, 2).at("requests") == 1);
    CHECK(control.get(jobs_path).result_int() == 404);
    CHECK(json::parse(control.get("/simulator/ledger").body()).at("connections") == 2);
}

TEST_CASE("a node that refuses resets its connections, keeps its port and comes back to it")
{
    running_simulator sim(cluster_of(2));
    visitor control(sim.control(), sim.ca_file());
    visitor guest(sim.where(0), sim.ca_file());
    log_in(guest);
    CHECK(control.post("/simulator/nodes/1", R"({"state":"refusing"})").result_int() == 200);
    CHECK_THROWS_WITH_AS(guest.receive(), doctest::Contains("reset by peer"), boost::system::system_error);
    CHECK(try_to_enter(sim, 0) == asio::error::connection_refused);
    CHECK_FALSE(try_to_enter(sim, 1));
    asio::io_context context;
    const bool share_port = false;
    CHECK_THROWS_AS(asio::ip::tcp::acceptor(context, sim.where(0), share_port), boost::system::system_error);
    CHECK(control.post("/simulator/nodes/1", R"({"state":"up"})").result_int() == 200);
    visitor again(sim.where(0), sim.ca_file());
    log_in(again);
}

TEST_CASE("a silent node lets clients in and says nothing, to those from before neither")
{
    running_simulator sim(cluster_of(1));
    visitor control(sim.control(), sim.ca_file());
    visitor before(sim.where(), sim.ca_file());
    log_in(before);
    control.post("/simulator/nodes/1", R"({"state":"silent"})");
    before.send("GET " + jobs_path + "/a HTTP/1.1\r\nHost: x\r\nAccept: */*\r\n\r\n");
    asio::io_context context;
    asio::ip::tcp::socket fresh(context);
    fresh.connect(sim.where());
    while (node_of(control, 0).at("connections") != 2)
        std::this_thread::yield();
    // Nothing has come, and what comes in the end is the reset of the next state.
    CHECK(fresh.available() == 0);
    control.post("/simulator/nodes/1", R"({"state":"up"})");
    CHECK_THROWS_WITH_AS(before.receive(), doctest::Contains("reset by peer"), boost::system::system_error);
    boost::system::error_code failure;
    char byte = 0;
    fresh.read_some(asio::buffer(&byte, 1), failure);
    CHECK(failure == asio::error::connection_reset);
    CHECK(json::parse(control.get("/simulator/ledger").body()).at("requests") == 1);
    CHECK_FALSE(try_to_enter(sim, 0));
}

TEST_CASE("a node closes at once, or fails the handshake in the words of TLS")
{
    running_simulator sim(cluster_of(1));
    visitor control(sim.control(), sim.ca_file());
    control.post("/simulator/nodes/1", R"({"state":"closing"})");
    CHECK(try_to_enter(sim, 0));
    control.post("/simulator/nodes/1", R"({"state":"handshake_fails"})");
    const auto failure = try_to_enter(sim, 0);
    CHECK(failure.message().find("handshake failure") != std::string::npos);
    CHECK(node_of(control, 0).at("handshakes_failed") == 1);
}

TEST_CASE("a command on the very node that it takes down is answered first")
{
    running_simulator sim(cluster_of(1));
    visitor guest(sim, sim.ca_file());
    CHECK(guest.post("/simulator/nodes/1", R"({"state":"refusing"})").result_int() == 200);
    CHECK_THROWS_AS(guest.receive(), boost::system::system_error);
    CHECK(try_to_enter(sim, 0) == asio::error::connection_refused);
}

TEST_CASE("after a restart old tokens are strangers, refresh tokens are not")
{
    running_simulator sim(cluster_of(2));
    visitor control(sim.control(), sim.ca_file());
    visitor guest(sim.where(1), sim.ca_file());
    const auto login = json::parse(guest.post(tokens_path, good_login).body());
    guest.carry(std::string(login.at("jwt").as_string()));
    const std::string now = R"({"refusing":"0s","handshake_fails":"0s","starting":"0s"})";
    CHECK(control.post("/simulator/nodes/1/restart", now).result_int() == 200);
    while (node_of(control, 0).at("steps_to_come") != 0)
        std::this_thread::yield();
    CHECK(guest.get(jobs_path + "/a").result_int() == 401);
    const std::string refresh = R"({"grant_type":"refresh_token","refresh_token":)"
        + quoted(login.at("refresh_token").as_string()) + "}";
    log_in(guest, refresh);
    CHECK(guest.get(jobs_path + "/a").result_int() == 404);
}

TEST_CASE("a new certificate is of the same authority, or of one that nobody knows yet")
{
    running_simulator sim(cluster_of(1));
    visitor control(sim.control(), sim.ca_file());
    visitor before(sim, sim.ca_file());
    control.post("/simulator/nodes/1", R"({"certificate":"new"})");
    CHECK_THROWS_AS(before.receive(), boost::system::system_error);
    CHECK_FALSE(try_to_enter(sim, 0));
    const auto told = json::parse(control.post("/simulator/nodes/1", R"({"certificate":"new_ca"})").body());
    const std::string new_ca(told.at("ca_file").as_string());
    CHECK(new_ca != sim.ca_file());
    CHECK(try_to_enter(sim, 0).message().find("certificate verify failed") != std::string::npos);
    CHECK_FALSE(try_to_enter(sim, 0, new_ca));
}

TEST_CASE("who shows the client certificate needs no password, and gets no refresh token")
{
    running_simulator sim(cluster_of(1));
    const client_card card{sim.said("client_certificate_file"), sim.said("client_key_file"), {}};
    const std::string login =
        R"({"grant_type":"client_credential","client_id":")" + sim.said("client_id") + "\"}";
    visitor bearer(sim.where(), sim.ca_file(), "localhost", card);
    const auto answered = bearer.post(tokens_path, login);
    CHECK(answered.result_int() == 200);
    const json::value given = json::parse(answered.body());
    CHECK(given.at("refresh_token").is_null());
    bearer.carry(std::string(given.at("jwt").as_string()));
    CHECK(bearer.get(jobs_path + "/a").result_int() == 404);
    const auto stranger = bearer.post(tokens_path, R"({"grant_type":"client_credential","client_id":"x"})");
    CHECK(stranger.result_int() == 401);
    CHECK(json::parse(stranger.body()).at("message") == "Invalid Client");
    visitor without(sim, sim.ca_file());
    CHECK(without.post(tokens_path, login).result_int() == 401);
    const running_simulator other(cluster_of(1));
    const client_card foreign{other.said("client_certificate_file"), other.said("client_key_file"), {}};
    CHECK_THROWS_AS(
        visitor(sim.where(), sim.ca_file(), "localhost", foreign).get("/a"), boost::system::system_error);
    sim.stop();
    const auto grants = json::parse(ledger_text(sim.box(), wall_clock())).at("grants");
    CHECK(grants.at("client_credential").at("granted") == 1);
    CHECK(grants.at("client_credential").at("refused") == 2);
    CHECK((fs::status(card.key_file).permissions() & fs::perms(077)) == fs::perms::none);
}

TEST_CASE("a refresh token can be had from a file")
{
    const stage_directory directory("");
    options wanted = cluster_of(1);
    wanted.refresh_token_file = (directory.path() / "refresh").string();
    running_simulator sim(wanted);
    CHECK(sim.said("refresh_token_file") == wanted.refresh_token_file);
    visitor guest(sim, sim.ca_file());
    const std::string token = line_of(wanted.refresh_token_file);
    log_in(guest, R"({"grant_type":"refresh_token","refresh_token":")" + token + "\"}");
    CHECK(guest.get(jobs_path + "/a").result_int() == 404);
    CHECK((fs::status(wanted.refresh_token_file).permissions() & fs::perms(077)) == fs::perms::none);
}

TEST_CASE("somebody keeps a good bearer token in a file, until they are stopped")
{
    const stage_directory directory("");
    options wanted = cluster_of(1);
    wanted.token_file = (directory.path() / "token").string();
    wanted.token_duration = 20ms;
    running_simulator sim(wanted);
    visitor control(sim.control(), sim.ca_file());
    const auto written = [&control] {
        return json::parse(control.post("/simulator/token-file", "{}").body()).at("written").to_number<int>();
    };
    const int before = written();
    const std::string first = line_of(sim.said("token_file")); // the last of `before`, or the one after it
    while (written() < before + 2)
        std::this_thread::yield();
    CHECK(line_of(wanted.token_file) != first);
    control.post("/simulator/token-file", R"({"kept_fresh":false})");
    control.post("/simulator/weather", R"({"token_duration":"1h"})");
    control.post("/simulator/token-file", R"({"write":true})");
    visitor guest(sim, sim.ca_file());
    guest.carry(line_of(wanted.token_file));
    CHECK(guest.get(jobs_path + "/a").result_int() == 404);
    const auto page = json::parse(control.get("/simulator/ledger").body());
    CHECK(page.at("logins") == 0);
    CHECK(page.at("refresh_tokens") == 0);
}
