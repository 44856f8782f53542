// An orderly stop, whoever is connected and however the appliance behaves; and what goes on after it.
#include "support/daemon_process.hpp"
#include "support/state_reader.hpp"

#include <doctest/doctest.h>

#include <csignal>

using namespace jobwatch::test;
using boost::json::array;
using boost::json::object;

namespace
{

struct stopping
{
    simulator_process simulator{{"--make-jobs", "10", "--fates", "endless=1"}};
    daemon_process daemon{watching(simulator)};
    array ids;

    stopping()
    {
        for (const auto& id : simulator.ids())
            ids.emplace_back(id);
        daemon.start();
    }

    void check_left_in_order(const child_end& ended)
    {
        CAPTURE(daemon.output());
        CHECK(ended.exit_code == 0);
        CHECK_FALSE(std::filesystem::exists(daemon.control()));
        CHECK_FALSE(std::filesystem::exists(daemon.events()));
        CHECK(daemon.logged().back().at("event") == "daemon.stopped");
        CHECK((state_reader(daemon.state_file()).events() == daemon.events_text()));
        CHECK(daemon.log_text().find("did not end in time") == std::string::npos);
        CHECK(daemon.log_text().find("surprise") == std::string::npos);
    }
};

std::string wait_for(const array& ids)
{
    return boost::json::serialize(
               object{{"jsonrpc", "2.0"}, {"id", 1}, {"method", "wait"}, {"params", object{{"jobs", ids}}}})
        + '\n';
}

} // namespace

TEST_CASE_FIXTURE(stopping, "SIGTERM ends it in order while clients wait and the appliance hangs")
{
    unix_client client(daemon.control());
    client.result("submit", object{{"jobs", ids}});
    REQUIRE(daemon.comes_to_events("job.status", 10));
    unix_client waiter(daemon.control());
    waiter.send(wait_for(ids));
    unix_client subscriber(daemon.control());
    subscriber.result("subscribe");
    unix_client reader(daemon.events());
    reader.send("begin\n");
    REQUIRE(reader.line());
    unix_client silent(daemon.control());
    simulator.process().send(SIGSTOP); // polls under way are never answered
    REQUIRE(eventually(
        [&]
        {
            const auto status = unix_client(daemon.control()).result("status");
            return status.at("appliances").at(0).at("in_flight").to_number<int>() > 0;
        }));
    const auto ended = daemon.stop(SIGTERM);
    simulator.process().send(SIGCONT);
    check_left_in_order(ended);
    const auto refused = boost::json::parse(*waiter.line()).as_object();
    CHECK(refused.at("error").at("code") == -32007);
    CHECK(refused.at("error").at("message").as_string().find("stopping") != std::string::npos);
    CHECK(waiter.closed());
    CHECK(subscriber.closed());
    CHECK(reader.closed());
    CHECK(silent.closed());
    CHECK(
        state_reader(daemon.state_file()).number("SELECT count(*) FROM watches WHERE outcome IS NULL") == 10);
}

TEST_CASE_FIXTURE(stopping, "SIGHUP does not end it, and the log says why nothing happened")
{
    kill(daemon.process().pid(), SIGHUP);
    CHECK(daemon.comes_to_log("SIGHUP is ignored"));
    unix_client client(daemon.control());
    client.result("submit", object{{"jobs", ids}});
    CHECK(daemon.stop(SIGTERM).exit_code == 0);
}

TEST_CASE_FIXTURE(stopping, "SIGINT ends it in order, too, also with a client that never reads")
{
    unix_client client(daemon.control());
    client.result("submit", object{{"jobs", ids}});
    std::string flood;
    while (flood.size() < 4'000'000)
        flood += R"({"jsonrpc":"2.0","id":1,"method":"list"})"
                 "\n";
    client.send_what_fits(flood, std::chrono::milliseconds{300});
    const auto ended = daemon.stop(SIGINT);
    CHECK(ended.exit_code == 0);
    CHECK_FALSE(std::filesystem::exists(daemon.control()));
    CHECK(daemon.logged().back().at("event") == "daemon.stopped");
}

TEST_CASE("open watches go on after a restart, and whoever waits asks again")
{
    simulator_process simulator({"--make-jobs", "20", "--fates", "short=1", "--short", "1s..2s"});
    daemon_process daemon(watching(simulator));
    daemon.start();
    array ids;
    for (const auto& id : simulator.ids())
        ids.emplace_back(id);
    unix_client before(daemon.control());
    before.result("submit", object{{"jobs", ids}, {"labels", object{{"change", "CHG-1"}}}});
    REQUIRE(daemon.comes_to_events("job.status"));
    before.send(wait_for(ids));
    const auto log = unix_client(daemon.control()).result("version").at("log");
    CHECK(daemon.stop().exit_code == 0);
    CHECK(boost::json::parse(*before.line()).at("error").at("code") == -32007);
    CHECK(before.closed());
    CHECK(daemon.logged("job.finished").size() < 20);

    daemon.start();
    unix_client after(daemon.control());
    CHECK(after.result("version").at("log") == log);
    const auto waited = after.result("wait", object{{"jobs", ids}});
    CHECK(waited.at("ended").as_array().size() == 20);
    CHECK(waited.at("unknown").as_array().empty());
    CHECK(daemon.stop().exit_code == 0);
    CHECK(daemon.logged("job.finished").size() == 20);
    CHECK(daemon.logged("daemon.started").size() == 2);
    CHECK(daemon.logged("daemon.stopped").size() == 2);
    CHECK((state_reader(daemon.state_file()).events() == daemon.events_text()));
}

TEST_CASE("a reader that comes back after a restart with its cursor misses nothing and sees nothing twice")
{
    simulator_process simulator({"--jobs", PUBLISHED_JOB});
    daemon_process daemon(watching(simulator));
    daemon.start();
    const std::string log(unix_client(daemon.control()).result("version").at("log").as_string());
    unix_client reader(daemon.events());
    reader.send("begin\n");
    std::string seen = *reader.line() + '\n';
    daemon.kill();
    daemon.start();
    unix_client(daemon.control()).ask("778a1024-dc18-49cb-833b-cfd6c000c090");
    REQUIRE(daemon.comes_to_events("job.finished"));
    unix_client again(daemon.events());
    again.send("after " + log + " 1\n");
    while (seen.find("job.finished") == std::string::npos)
        seen += *again.line() + '\n';
    CHECK(daemon.stop().exit_code == 0);
    while (const auto line = again.line())
        seen += *line + '\n';
    const auto last = seen.rfind("{\"seq\":");
    const auto seq = boost::json::parse(seen.substr(last)).at("seq").as_int64();

    daemon.start();
    unix_client third(daemon.events());
    third.send("after " + log + ' ' + std::to_string(seq) + '\n');
    while (seen.find("\"seq\":6,") == std::string::npos)
        seen += *third.line() + '\n';
    CHECK(eventually([&] { return seen == daemon.events_text(); }));
}
