#include "ctl/ctl_fixture.hpp"
#include "support/test_authority.hpp"

#include <fstream>

#include <sys/stat.h>

using namespace jobwatch;
using namespace jobwatch::test;
using ctl::exit_code;

namespace
{

scripted_daemon::script answers(std::string result)
{
    return [result = std::move(result)](scripted_daemon::client& to, const std::string& line, std::size_t)
    { to.answer(line, result); };
}

constexpr const char* mixed_submit =
    R"({"jobs":[{"job":"a","watch":1,"already":false},{"job":"b","watch":2,"already":true},)"
    R"({"job":"c","watch":3,"already":true,"outcome":"failed"},)"
    R"({"job":"d/d","error":{"code":-32602,"message":"no job id"}}]})";

} // namespace

TEST_CASE_FIXTURE(ctl_fixture, "submit tells what became of each job, and 1 when one was refused")
{
    const scripted_daemon daemon(path, answers(mixed_submit));
    CHECK(run({"submit", "a", "b", "c", "d/d"}) == exit_code::refused);
    CHECK(out.str() == "a\t1\tnew\nb\t2\topen\nc\t3\tfailed\n");
    CHECK(err.str() == "jobwatchctl: refused d/d: no job id\n");
    out.str("");
    CHECK(run({"submit", "--json", "a", "b", "c", "d/d"}) == exit_code::refused);
    CHECK(
        out.str().substr(0, 41)
        == R"({"job":"a","watch":1,"already":false})"
           "\n"
           R"({"j)");
    CHECK(count_of(out.str(), "\n") == 4);
}

TEST_CASE_FIXTURE(ctl_fixture, "submit hands over every option")
{
    const scripted_daemon daemon(path, answers(R"({"jobs":[{"job":"a","watch":1,"already":false}]})"));
    CHECK(
        run(
            {"submit", "--appliance", "prod", "--kind", "x/y", "--label", "k=v=w", "--label",
             "e=", "--overdue-after", "2h", "--give-up-after", "never", "--again", "a"})
        == exit_code::ok);
    CHECK(
        daemon.heard().front()
        == R"({"jsonrpc":"2.0","id":1,"method":"submit","params":{"jobs":["a"],"appliance":"prod","kind":"x/y",)"
           R"("overdue_after":"2h","give_up_after":"never","labels":{"e":"","k":"v=w"},"again":true}})");
}

TEST_CASE_FIXTURE(ctl_fixture, "submit --wait waits for the watches that were given, and ends as wait does")
{
    const auto play = [](scripted_daemon::client& to, const std::string& line, std::size_t number)
    {
        to.answer(
            line,
            number == 1 ? mixed_submit
                        : wait_result(
                            ended_watch(1, "succeeded") + ',' + ended_watch(2, "succeeded") + ','
                                + ended_watch(3, "failed"),
                            ""));
    };
    const scripted_daemon daemon(path, play);
    CHECK(run({"submit", "--wait", "a", "b", "c", "d/d"}) == exit_code::failed);
    CHECK(daemon.heard().back().find(R"("watches":[1,2,3])") != std::string::npos);
    CHECK(count_of(out.str(), "\n") == 3);
}

TEST_CASE_FIXTURE(ctl_fixture, "submit --wait does not end well when a job was refused")
{
    const auto play = [](scripted_daemon::client& to, const std::string& line, std::size_t number)
    {
        to.answer(
            line,
            number == 1
                ? R"({"jobs":[{"job":"a","watch":1,"already":false},{"job":"b","error":{"code":1,"message":"no"}}]})"
                : wait_result(ended_watch(1, "succeeded"), ""));
    };
    const scripted_daemon daemon(path, play);
    CHECK(run({"submit", "--wait", "a", "b"}) == exit_code::refused);
}

TEST_CASE_FIXTURE(ctl_fixture, "a submit that breaks off says how many were answered")
{
    in.str(
        []
        {
            std::string ids;
            for (int number = 0; number < 10'001; ++number)
                ids += "j" + std::to_string(number) + "\n";
            return ids;
        }());
    const auto play = [](scripted_daemon::client& to, const std::string& line, std::size_t number)
    {
        if (number == 2)
            return to.hang_up();
        std::string jobs = R"({"job":"j","watch":1,"already":false})";
        for (int more = 1; more < 10'000; ++more)
            jobs += R"(,{"job":"j","watch":1,"already":false})";
        to.answer(line, R"({"jobs":[)" + jobs + "]}");
    };
    const scripted_daemon daemon(path, play);
    CHECK(run({"submit", "-"}) == exit_code::not_reachable);
    CHECK(err_has("of 10001 jobs the first 10000 were answered"));
}

TEST_CASE_FIXTURE(
    ctl_fixture, "an open watch that is not polled for want of its kind is listed as unconfigured")
{
    std::string watch = open_watch(4);
    watch.insert(watch.size() - 1, R"(,"unconfigured":true)");
    const scripted_daemon daemon(path, answers(R"({"watches":[)" + watch + ',' + open_watch(5) + "]}"));
    CHECK(run({"list"}) == exit_code::ok);
    CHECK(out_has("job4\tunconfigured\t-\t"));
    CHECK(out_has("job5\topen\t-\t"));
}

TEST_CASE_FIXTURE(ctl_fixture, "list hands over every filter and prints rows that scripts can cut")
{
    const scripted_daemon daemon(path, answers(R"({"watches":[)" + ended_watch(3, "failed") + "]}"));
    CHECK(
        run(
            {"list", "--state", "ended", "--outcome", "failed", "--outcome", "lost", "--appliance", "prod",
             "--kind", "x/y", "--label", "a=b"})
        == exit_code::ok);
    CHECK(
        out.str()
        == "3\tprod\tgoogle/update-all-versions\tjob3\tended\tfailed\tcompleted\t2026-11-23T14:00:00.000Z\t"
           "2026-11-23T14:02:00.000Z\n");
    CHECK(
        daemon.heard().front()
        == R"({"jsonrpc":"2.0","id":1,"method":"list","params":{"state":"ended","outcome":["failed","lost"],)"
           R"("appliance":"prod","kind":"x/y","labels":{"a":"b"},"limit":1000,"after":0}})");
}

TEST_CASE_FIXTURE(ctl_fixture, "show prints fields for people and lays the document out without touching it")
{
    const std::string watch =
        R"({"watch":17,"appliance":"prod","job":"a","state":"ended","outcome":"partial","noticed_after_ms":812,)"
        R"("overdue":true,"labels":{"change":"CHG-1"},"submitted_by":{"uid":1000,"pid":4711},)"
        R"("document":{"n":1.50e3,"t":"\u00e9"}})";
    const scripted_daemon daemon(path, answers(watch));
    CHECK(run({"show", "--watch", "17"}) == exit_code::ok);
    CHECK(
        out.str()
        == "watch:           17\n"
           "appliance:       prod\n"
           "job:             a\n"
           "state:           ended\n"
           "outcome:         partial\n"
           "noticed_after:   0.8 s\n"
           "overdue:         true\n"
           "labels:          change=CHG-1\n"
           "submitted_by:    uid 1000, pid 4711\n"
           "document:\n"
           "  {\n"
           "    \"n\": 1.50e3,\n"
           "    \"t\": \"\\u00e9\"\n"
           "  }\n");
    out.str("");
    CHECK(run({"show", "a", "--json"}) == exit_code::ok);
    CHECK(out.str() == watch + "\n");
    CHECK(daemon.heard().back().find(R"("params":{"job":"a"})") != std::string::npos);
}

TEST_CASE_FIXTURE(ctl_fixture, "remove and poll tell each, and why not")
{
    const scripted_daemon daemon(
        path,
        answers(
            R"({"watches":[{"asked":"a","watch":1},{"asked":"9","error":{"code":-32004,"message":"no watch"}}]})"));
    CHECK(run({"remove", "a", "--watch", "9"}) == exit_code::not_known);
    CHECK(out.str() == "a\t1\tremoved\n");
    CHECK(err.str() == "jobwatchctl: 9: no watch\n");
    CHECK(
        daemon.heard().front().find(R"("method":"remove","params":{"jobs":["a"],"watches":[9]})")
        != std::string::npos);
    CHECK(run({"poll", "a"}) == exit_code::not_known);
    CHECK(method_of(daemon.heard().back()) == "poll");
}

TEST_CASE_FIXTURE(ctl_fixture, "different refusals together are \"refused\"")
{
    const scripted_daemon daemon(
        path,
        answers(R"({"watches":[{"asked":"a","error":{"code":-32004,"message":"x"}},)"
                R"({"asked":"b","error":{"code":-32005,"message":"y"}}]})"));
    CHECK(run({"remove", "a", "b"}) == exit_code::refused);
}

TEST_CASE_FIXTURE(ctl_fixture, "status is a screen for people, and the daemon's own object with --json")
{
    const std::string status =
        R"({"version":"0.1.0","started_at":"2026-11-23T14:00:00.000Z","log":"5e1c","head":1042,"logged":1042,)"
        R"("watches":{"open":12,"ended":30,"unconfigured":1},"clients":2,"subscribers":1,"memory_bytes":20971520,)"
        R"("watch_memory_bytes":2048,"appliances":[{"name":"prod","open":12,"due":3,"in_flight":2,"window":4,"window_most":8,"connections":5,)"
        R"("readings":1,"errors":4,"logins":12,"requests":105,"lag_median_ms":120,"lag_worst_ms":2500,"stretch":107.7,)"
        R"("token":"valid for 2 min","last_error":"HTTP 502","tls_verified":false,"paused_for_ms":29000,)"
        R"("nodes":[{"node":"cm1.example.com","state":"open","since":"2026-11-23T14:01:00.000Z","why":"cannot connect",)"
        R"("next_probe_in_ms":12000},{"node":"cm2.example.com","state":"serving"},{"node":"cm3","state":"standing_by"},)"
        R"({"node":"cm4","state":"open","since":"2026-11-23T14:01:00.000Z","why":"HTTP 503"}],)"
        R"("conditions":[{"condition":"degraded","since":"2026-11-23T14:02:00.000Z","reason":"404 for most jobs"}]}],"warnings":["mind the gap"]})";
    const scripted_daemon daemon(path, answers(status));
    CHECK(run({"status"}) == exit_code::ok);
    for (const char* const piece :
         {"12 open, 30 ended", "20.0 MiB, 2 KiB of it", "appliance prod", "12 open, 3 due",
          "2 in flight of 4 allowed (8 configured), 5 connections open; since start 105 requests, 1 reading, "
          "4 errors; a token asked for 12 times\n",
          "median 0.1 s, worst 2.5 s", "stretched 108 times", "valid for 2 min", "HTTP 502", "NOT verified",
          "mind the gap",
          "node        cm1.example.com: left alone since 2026-11-23T14:01:00.000Z, next probe in 12 s: "
          "cannot connect",
          "cm2.example.com: serves", "cm3: stands by",
          "cm4: left alone since 2026-11-23T14:01:00.000Z, being probed now", "left alone for 29 s more",
          "TROUBLE     degraded since 2026-11-23T14:02:00.000Z: 404 for most jobs"})
    {
        CAPTURE(piece);
        CHECK(out_has(piece));
    }
    out.str("");
    CHECK(run({"status", "--json"}) == exit_code::ok);
    CHECK(out.str() == status + "\n");
}

TEST_CASE_FIXTURE(ctl_fixture, "version tells both versions")
{
    const scripted_daemon daemon(path, answers(R"({"version":"9.9.9","log":"5e1c"})"));
    CHECK(run({"version"}) == exit_code::ok);
    CHECK(out_has("jobwatchd 9.9.9"));
}

TEST_CASE_FIXTURE(
    ctl_fixture, "check-config tells all mistakes at once, or sums up, and warns about open secrets")
{
    const std::string file = directory.file("jobwatchd.toml");
    const std::string password = directory.file("prod.password");
    std::ofstream(password) << "secret\n";
    ::chmod(password.c_str(), 0600);
    const auto write = [&](const std::string& verify)
    {
        std::ofstream(file)
            << "[appliance.prod]\nurls = [\"https://cm1.example.com\"]\nusername = \"jobwatch\"\n"
               "password_file = \"prod.password\"\nverify = \""
            << verify << "\"\n"
            << (verify == "maybe" ? "[poll]\nbackof = 1\n" : "");
    };
    write("full");
    const auto check = [&] { return ctl::run_check_config(file, around()); };
    CHECK(check() == exit_code::ok);
    CHECK(out_has("ok\n"));
    CHECK(out_has("https://cm1.example.com:443"));
    CHECK(err.str().empty());

    ::chmod(password.c_str(), 0644);
    CHECK(check() == exit_code::ok);
    CHECK(err_has("warning: "));
    CHECK(err_has("prod.password"));
    CHECK_FALSE(err_has("secret"));

    write("maybe");
    CHECK(check() == exit_code::bad_configuration);
    CHECK(err_has(file + ":5: "));
    CHECK(err_has("backof"));
    CHECK(err_has("2 mistakes"));

    out.str("");
    CHECK(
        ctl::run_check_config(directory.file("none"), around(ctl::output_form::json))
        == exit_code::bad_configuration);
    CHECK(out_has(R"("ok":false)"));
}

TEST_CASE_FIXTURE(ctl_fixture, "check-config tells the way and the credential of each appliance")
{
    const std::string file = directory.file("jobwatchd.toml");
    const auto line_of = [&](const std::string& lines)
    {
        std::ofstream(file) << "[appliance.prod]\nurls = [\"https://cm1\", \"https://[::1]:8443/x\"]\n"
                            << lines;
        out.str("");
        CHECK(ctl::run_check_config(file, around()) == exit_code::ok);
        return out.str();
    };
    const identity client = test_authority("somebody").issue();
    std::ofstream(directory.file("token")) << "secret\n";
    std::ofstream(directory.file("certificate")) << client.certificate;
    std::ofstream(directory.file("key")) << client.key;
    for (const auto* name : {"token", "certificate", "key"})
        ::chmod(directory.file(name).c_str(), 0644);
    CHECK(
        line_of("token_file = \"token\"\n").find("token file " + directory.file("token"))
        != std::string::npos);
    CHECK(err_has(directory.file("token") + " can be read by every user"));
    line_of("refresh_token_file = \"token\"\nproxy = \"http://proxy:3128\"\n");
    CHECK(out_has("https://cm1:443, https://[::1]:8443/x through the proxy proxy:3128"));
    CHECK(out_has("refresh token file " + directory.file("token")));
    err.str("");
    line_of("client_certificate_file = \"certificate\"\nclient_key_file = \"key\"\nserver_name = "
            "\"cm.example.com\"\n");
    CHECK(out_has("client certificate " + directory.file("certificate") + ", key " + directory.file("key")));
    CHECK(out_has("authorities for cm.example.com"));
    CHECK(err_has(directory.file("key") + " can be read by every user"));
    CHECK_FALSE(err_has(directory.file("certificate") + " can be read"));
    CHECK_FALSE(err_has("secret\n"));
}

TEST_CASE_FIXTURE(ctl_fixture, "check-config tells files that cannot serve with all other mistakes")
{
    const std::string file = directory.file("jobwatchd.toml");
    const test_authority authority("somebody");
    const auto put = [&](const char* name, const std::string& text)
    { std::ofstream(directory.file(name)) << text; };
    const auto configure = [&](const std::string& more)
    {
        std::ofstream(file) << "[appliance.prod]\nurls = [\"https://cm1\"]\n"
                               "client_certificate_file = \"certificate\"\nclient_key_file = \"key\"\n"
                               "ca_file = \"ca\"\n"
                            << more;
        err.str("");
        return ctl::run_check_config(file, around());
    };
    put("certificate", authority.issue().certificate);
    put("key", authority.issue().key);
    put("ca", "no certificate\n");
    CHECK(configure("[poll]\nbackof = 1\n") == exit_code::bad_configuration);
    CHECK(err_has(file + ":4: appliance.prod.client_key_file = \"key\": client key file "));
    CHECK(err_has("is not the key of the certificate in " + directory.file("certificate")));
    CHECK(err_has(file + ":5: appliance.prod.ca_file = \"ca\": CA file "));
    CHECK(err_has("holds no certificate; allowed are certificates in PEM form"));
    CHECK(err_has(file + ":7: poll.backof"));
    CHECK(err_has("3 mistakes"));

    put("ca", authority.certificate());
    CHECK(configure("") == exit_code::bad_configuration);
    CHECK(err_has(": 1 mistake\n"));
    const identity expired = authority.issue({.names = "", .starts = -7'200, .ends = -3'600});
    put("certificate", expired.certificate);
    put("key", expired.key);
    CHECK(configure("") == exit_code::ok);
    CHECK(
        err_has("warning: prod: client certificate file " + directory.file("certificate") + ": has expired"));
}
