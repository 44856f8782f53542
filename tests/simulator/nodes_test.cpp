#include "appliance.hpp"
#include "nodes.hpp"

#include <boost/json.hpp>
#include <doctest/doctest.h>

using namespace jobwatch::simulator;
using namespace std::chrono_literals;
namespace json = boost::json;

namespace
{

const time_point start{1'764'000'000s};

node_step step(node_state state, std::optional<duration> lasts)
{
    node_step made;
    made.state = state;
    made.lasts = lasts;
    return made;
}

// An appliance of three nodes whose control paths are asked, and whose transport is the test.
struct cluster
{
    appliance box{
        {"jobwatch", "secret", {}},
        token_office(300s),
        job_shelf(plan{}, 1, life_begins::at_start),
        ledger(start),
        {}};

    cluster() { box.nodes = node_board(3); }

    answer post(std::string_view path, std::string_view body, std::size_t node = 0, time_point now = start)
    {
        request asked{http::verb::post, path, "*/*", "application/json", {}, body};
        asked.node = node;
        return decide(box, asked, now);
    }
    std::string complaint(std::string_view path, std::string_view body)
    {
        const answer given = post(path, body);
        CHECK(given.status != http::status::ok);
        return std::string(json::parse(given.body).at("error").as_string());
    }
    // "2:refusing 1:up", with what else begins.
    std::string begun(time_point now)
    {
        std::string all;
        for (const begun_step& one : box.nodes.advance(now))
        {
            all += (all.empty() ? "" : " ") + std::to_string(one.node + 1) + ":"
                + std::string(name_of(one.step.state));
            if (one.step.refuses_old_tokens)
                all += "+tokens";
            if (one.step.certificate == new_certificate::same_authority)
                all += "+certificate";
            if (one.step.certificate == new_certificate::new_authority)
                all += "+ca";
            if (one.step.resets_connections)
                all += "+reset";
        }
        return all;
    }
};

} // namespace

TEST_CASE("a node goes through its steps, each told once, and stays in the last")
{
    node_board board(2);
    CHECK_FALSE(board.next_change());
    board.plan(1, {step(node_state::refusing, 2s), step(node_state::starting, 3s), step({}, 9s)}, start);
    CHECK(board.next_change() == start);
    const auto first = board.advance(start);
    REQUIRE(first.size() == 1);
    CHECK(first[0].node == 1);
    CHECK(first[0].step.state == node_state::refusing);
    CHECK(board.next_change() == start + 2s);
    CHECK(board.advance(start + 1s).empty());
    CHECK(board.advance(start + 2s + 500ms).size() == 1);
    CHECK(board.next_change() == start + 5s); // not half a second later
    CHECK(board.advance(start + 5s).size() == 1);
    CHECK_FALSE(board.next_change());
    CHECK(board.at(1).step.state == node_state::up);
    CHECK(board.at(0).step.state == node_state::up);
}

TEST_CASE("steps whose time has passed are told all, in order, and a new plan replaces the old one")
{
    node_board board(1);
    board.plan(0, {step(node_state::refusing, 2s), step(node_state::starting, 3s), step({}, {})}, start);
    CHECK(board.advance(start + 1min).size() == 3);
    board.plan(0, {step(node_state::refusing, 2s), step(node_state::starting, {})}, start + 1min);
    CHECK(board.advance(start + 1min).size() == 1);
    board.plan(0, {step(node_state::silent, {})}, start + 61s);
    const auto begun = board.advance(start + 2min);
    REQUIRE(begun.size() == 1);
    CHECK(begun[0].step.state == node_state::silent);
}

TEST_CASE("nodes are told what to do by the control paths")
{
    cluster three;
    CHECK(three.post("/simulator/nodes/2", R"({"state":"refusing"})").status == http::status::ok);
    CHECK(three.begun(start) == "2:refusing");
    CHECK(three.post("/simulator/nodes/2", R"({"state":"starting","for":"3s"})").status == http::status::ok);
    CHECK(three.begun(start) == "2:starting");
    CHECK(three.begun(start + 3s) == "2:up");
    three.post("/simulator/nodes", R"({"state":"silent"})");
    CHECK(three.begun(start) == "1:silent 2:silent 3:silent");
    three.post(
        "/simulator/nodes/1", R"({"steps":[{"state":"closing","for":"1s"},{"for":"1s"},{"state":"up"}]})");
    CHECK(three.begun(start) == "1:closing");
    CHECK(three.begun(start + 1s) == "1:closing");
    CHECK(three.begun(start + 2s) == "1:up");
    three.post(
        "/simulator/nodes/3", R"({"certificate":"new","refuse_old_tokens":true,"reset_connections":true})");
    CHECK(three.begun(start) == "3:silent+tokens+certificate+reset");
    three.post("/simulator/nodes/1", R"({"certificate":"new_ca"})");
    CHECK(three.begun(start) == "1:up+ca");
}

TEST_CASE("a lag alone changes nothing about what a node is doing")
{
    cluster three;
    three.post("/simulator/nodes/2", R"({"state":"starting","for":"3s"})");
    CHECK(three.begun(start) == "2:starting");
    three.post("/simulator/nodes/2", R"({"lag":"0s..2s"})");
    CHECK(three.box.nodes.at(1).lag.high == 2s);
    CHECK(three.begun(start) == "");
    CHECK(three.begun(start + 3s) == "2:up");
}

TEST_CASE("a restart plays the whole order, with its times and what it leaves out")
{
    cluster three;
    CHECK(three.post("/simulator/nodes/1/restart", "").status == http::status::ok);
    CHECK(three.begun(start) == "1:refusing");
    CHECK(three.begun(start + 2s) == "1:handshake_fails");
    CHECK(three.begun(start + 3s) == "1:starting");
    CHECK(three.begun(start + 5s) == "1:auth_down+tokens 1:up");
    CHECK_FALSE(three.box.nodes.next_change());
    three.post(
        "/simulator/nodes/1/restart",
        R"({"refusing":"1s","handshake_fails":"0s","starting":"0s","auth_down":"1s","refuse_old_tokens":false,)"
        R"("certificate":"new_ca","certificate_after":"4s"})");
    CHECK(three.begun(start) == "1:refusing");
    CHECK(three.begun(start + 1s) == "1:handshake_fails 1:starting 1:auth_down");
    CHECK(three.begun(start + 2s) == "1:up");
    CHECK(three.begun(start + 6s) == "1:up+ca");
}

TEST_CASE("a wish that makes no sense is refused with its member, and changes nothing")
{
    cluster three;
    const char* path = "/simulator/nodes/2";
    CHECK(three.complaint("/simulator/nodes/4", "{}") == "there is no node 4");
    CHECK(three.complaint("/simulator/nodes/0", "{}") == "there is no node 0");
    CHECK(three.complaint("/simulator/nodes/x/restart", "{}") == "there is no node x");
    CHECK(three.complaint(path, "[]") == "the body must be a JSON object");
    CHECK(three.complaint(path, R"({"state":"gone"})").starts_with("state: needs up, refusing"));
    CHECK(three.complaint(path, R"({"state":7})").starts_with("state: needs up"));
    CHECK(three.complaint(path, R"({"for":7})").starts_with("for: needs a duration"));
    CHECK(three.complaint(path, R"({"lag":"2s..0s"})").starts_with("lag: needs a duration or a range"));
    CHECK(three.complaint(path, R"({"steps":[]})") == "steps: needs an array of 1 to 1000 steps");
    CHECK(three.complaint(path, R"({"steps":[{},7]})") == "steps[1]: needs an object");
    CHECK(three.complaint(path, R"({"steps":[{"state":"gone"}]})")
              .starts_with("steps[0]: needs state: needs up"));
    CHECK(three.complaint(path, R"({"colour":"red"})").starts_with("'colour' is not known here"));
    CHECK(three.complaint("/simulator/nodes/1/restart", R"({"state":"up"})")
              .starts_with("'state' is not known here"));
    CHECK(three.complaint(path, R"({"certificate":"old"})") == "certificate: needs new or new_ca");
    CHECK(three.begun(start) == "");
}

TEST_CASE("a node that is starting answers 503 to all, one whose authentication is down to logins alone")
{
    cluster three;
    const char* tokens = "/api/v1/auth/tokens";
    const char* login = R"({"username":"jobwatch","password":"secret"})";
    three.post("/simulator/nodes/2", R"({"state":"starting"})");
    three.begun(start);
    CHECK(three.post(tokens, login, 1).status == http::status::service_unavailable);
    CHECK(three.post(tokens, login, 1).body == "");
    const answer fine = three.post(tokens, login, 0);
    REQUIRE(fine.status == http::status::ok);
    const std::string bearer = "Bearer " + std::string(json::parse(fine.body).at("jwt").as_string());
    const auto read = [&three, &bearer](std::size_t node)
    {
        request asked{
            http::verb::get, "/api/v1/cckm/google/update-all-versions-jobs/j", "*/*", {}, bearer, {}};
        asked.node = node;
        return decide(three.box, asked, start).status;
    };
    CHECK(read(1) == http::status::service_unavailable);
    CHECK(read(2) == http::status::not_found); // a token of one node is good at the others
    three.post("/simulator/nodes/2", R"({"state":"auth_down"})");
    three.begun(start);
    CHECK(read(1) == http::status::not_found);
    CHECK(three.post(tokens, login, 1).status == http::status::service_unavailable);
}

TEST_CASE("the listener for the control paths has nothing else")
{
    cluster three;
    const answer given = three.post("/api/v1/auth/tokens", "{}", no_node);
    CHECK(given.status == http::status::not_found);
    CHECK(given.kind == request_class::control);
    CHECK(three.post("/simulator/nodes", "{}", no_node).status == http::status::ok);
}
