// check-config --connect as a command: what is tried, what is printed, how it ends. The steps themselves: tests/io.
#include "core/job_id.hpp"
#include "ctl/ctl_fixture.hpp"
#include "support/rude_server.hpp"

#include <boost/json.hpp>

#include <fstream>

#include <sys/stat.h>

using namespace jobwatch;
using namespace jobwatch::test;
using ctl::exit_code;

namespace
{

const std::string refusal = R"({"code":5,"codeDesc":"NCERRUnauthorizedAccess: no"})";
const std::string unknown_job = R"({"code":16,"codeDesc":"NCERRResourceNotFound: Resource not found"})";

rude_script appliance(const std::string& to_login)
{
    return [to_login](rude_peer& peer)
    {
        if (!peer.handshake())
            return;
        for (auto request = peer.read_request(); !request.empty(); request = peer.read_request())
            peer.send(
                request.starts_with("POST ") ? to_login : http_answer_text("404 Not Found", unknown_job));
    };
}

const std::string granted = http_answer_text("200 OK", R"({"jwt":"new.jwt.text","duration":300})");

struct connecting : ctl_fixture
{
    connecting()
    {
        put("ca.pem", authority.certificate());
        put("password", "open sesame\n");
        serve(granted);
        configure();
    }

    void put(const std::string& name, const std::string& text) const
    {
        std::ofstream(directory.file(name)) << text;
        ::chmod(directory.file(name).c_str(), 0600);
    }

    void serve(const std::string& to_login)
    {
        server =
            std::make_unique<rude_server>(authority.issue(), std::vector<rude_script>{appliance(to_login)});
    }

    std::string block(const std::string& name, std::uint16_t port) const
    {
        return "[appliance." + name + "]\nurls = [\"https://127.0.0.1:" + std::to_string(port)
            + "\"]\nusername = \"jobwatch\"\npassword_file = \"password\"\nca_file = \"ca.pem\"\n";
    }

    void configure(const std::string& more = "") const { put("toml", block("prod", server->port()) + more); }

    exit_code check(std::vector<const char*> options)
    {
        out.str("");
        err.str("");
        options.insert(options.begin(), {"check-config", file.c_str()});
        return run(options);
    }

    test_authority authority{"Test Authority"};
    std::string file = directory.file("toml");
    std::unique_ptr<rude_server> server;
};

} // namespace

TEST_CASE_FIXTURE(connecting, "--connect tells each step, and ends with 0 when all is well")
{
    CHECK(check({"--connect"}) == exit_code::ok);
    CHECK(out_has(file + ": ok\n"));
    CHECK(out_has("\nappliance prod: all well\n"));
    CHECK(out_has("    ok      login: user jobwatch has a token, good for 5 min\n"));
    CHECK(err.str().empty());
    CHECK(server->requests().size() == 2);
    io.err_is_terminal = true;
    CHECK(check({"--connect"}) == exit_code::ok);
    CHECK(err_has("trying the way to the appliances"));
}

TEST_CASE_FIXTURE(connecting, "without --connect nobody is asked")
{
    CHECK(check({}) == exit_code::ok);
    CHECK(server->connections() == 0);
    CHECK_FALSE(out_has("all well"));
}

TEST_CASE_FIXTURE(connecting, "what fails is told with what to do, and the exit code is 1")
{
    serve(http_answer_text("401 Unauthorized", refusal));
    configure();
    CHECK(check({"--connect"}) == exit_code::refused);
    CHECK(out_has("appliance prod: FAILED at login\n"));
    CHECK(out_has("FAILED  login: HTTP 401 Unauthorized: NCERRUnauthorizedAccess: no\n"));
    CHECK(out_has("what to do: Check username, the password in " + directory.file("password")));
    CHECK_FALSE(out_has("sesame"));
    CHECK(server->requests().size() == 1);
}

TEST_CASE_FIXTURE(connecting, "a configuration with mistakes is not tried")
{
    configure("bursts = 1\n");
    CHECK(check({"--connect"}) == exit_code::bad_configuration);
    CHECK(err_has("1 mistake\n"));
    CHECK(server->connections() == 0);
    CHECK(check({"--connect", "--json"}) == exit_code::bad_configuration);
    CHECK_FALSE(out_has("appliances"));
}

TEST_CASE_FIXTURE(connecting, "all appliances are tried, or the one that is named; any failure counts")
{
    configure(block("backup", 1)); // nobody listens there
    CHECK(check({"--connect"}) == exit_code::refused);
    CHECK(out_has("appliance prod: all well\n"));
    CHECK(out_has("appliance backup: FAILED at connect\n"));
    CHECK(check({"--connect", "--appliance", "prod"}) == exit_code::ok);
    CHECK_FALSE(out_has("appliance backup: FAILED"));
}

TEST_CASE_FIXTURE(connecting, "one job of one kind can be asked for")
{
    const auto asks = [&](const std::string& wanted)
    { return server->requests().back().starts_with("GET " + wanted + " HTTP/1.1\r\n"); };
    CHECK(check({"--connect", "--job", "job-1"}) == exit_code::refused);
    CHECK(asks("/api/v1/cckm/google/update-all-versions-jobs/job-1"));
    CHECK(out_has("knows no such job"));
    CHECK(check({"--connect", "--kind", "aws/bulk"}) == exit_code::ok);
    CHECK(server->requests().back().starts_with("GET /api/v1/cckm/aws/bulkjob/"));
    CHECK(out_has("ok      read: aws/bulk: "));
}

TEST_CASE_FIXTURE(connecting, "each time another id is made up")
{
    CHECK(check({"--connect"}) == exit_code::ok);
    CHECK(check({"--connect"}) == exit_code::ok);
    const auto requests = server->requests();
    REQUIRE(requests.size() == 4);
    const auto line = [&](std::size_t at) { return requests[at].substr(0, requests[at].find("\r\n")); };
    CHECK(line(1) != line(3));
    CHECK(is_uuid(line(1).substr(line(1).rfind('/', line(1).find(" HTTP")) + 1, 36)));
}

TEST_CASE_FIXTURE(
    connecting, "names that are not known, and options that do not fit, are told before anybody is asked")
{
    CHECK(check({"--connect", "--appliance", "produ"}) == exit_code::not_known);
    CHECK(err_has("there is no appliance produ; known are prod\n"));
    CHECK(check({"--connect", "--kind", "aws/bulks"}) == exit_code::not_known);
    CHECK(err_has("there is no kind aws/bulks; known are aws/bulk, "));
    CHECK(check({"--connect", "--job", "a/b"}) == exit_code::usage);
    CHECK(err_has("--job a/b: not a job id: allowed are 1 to 128 of"));
    for (const auto* option : {"--appliance", "--kind", "--job"})
    {
        CHECK(check({option, "x"}) == exit_code::usage);
        CHECK(err_has("go with --connect"));
    }
    configure(block("backup", 1));
    CHECK(check({"--connect", "--job", "job-1"}) == exit_code::usage);
    CHECK(err_has("on which appliance? Name it with --appliance; known are backup, prod\n"));
    CHECK(server->connections() == 0);

    configure(block("backup", 1) + "[submit]\nappliance = \"prod\"\n");
    CHECK(check({"--connect", "--job", "job-1"}) == exit_code::refused);
    CHECK(server->requests().size() == 2); // as in a submit
    CHECK_FALSE(out_has("appliance backup: FAILED"));
}

TEST_CASE_FIXTURE(connecting, "--json gives the same as one object")
{
    configure(block("backup", 1));
    CHECK(check({"--connect", "--json"}) == exit_code::refused);
    const auto found = boost::json::parse(out.str()).as_object();
    CHECK(found.at("ok") == false);
    CHECK(found.at("mistakes").as_array().empty());
    const auto& appliances = found.at("appliances").as_array();
    REQUIRE(appliances.size() == 2);
    const auto& backup = appliances.at(0).as_object();
    CHECK(backup.at("appliance") == "backup");
    CHECK(backup.at("ok") == false);
    CHECK(backup.at("verdict") == "FAILED at connect");
    const auto& connect = backup.at("nodes").at(0).at("connect").as_object();
    CHECK(connect.at("result") == "failed");
    CHECK(connect.at("fault") == "refused");
    CHECK_FALSE(connect.at("advice").as_string().empty());
    CHECK(backup.at("login").at("result") == "not_tried");
    const auto& prod = appliances.at(1).as_object();
    CHECK(prod.at("ok") == true);
    CHECK(prod.at("nodes").at(0).at("tls").at("result") == "ok");
    CHECK(prod.at("login").at("result") == "ok");
    CHECK(prod.at("read").at("result") == "ok");
    CHECK_FALSE(prod.at("read").as_object().contains("fault"));
}
