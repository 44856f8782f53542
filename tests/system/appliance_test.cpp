// What the appliance does to us: tokens that expire, and times in which nobody answers.
#include "support/daemon_process.hpp"

#include <doctest/doctest.h>

#include <map>

using namespace jobwatch::test;
using boost::json::object;

namespace
{

boost::json::array json_of(const std::vector<std::string>& ids)
{
    return boost::json::array(ids.begin(), ids.end());
}

void check_outcomes(const boost::json::array& fates, const boost::json::array& ended)
{
    std::map<std::string, std::string> wanted;
    for (const auto& fate : fates)
        wanted[std::string(fate.at("id").as_string())] = std::string(fate.at("outcome").as_string());
    REQUIRE(ended.size() == wanted.size());
    for (const auto& watch : ended)
    {
        const std::string job(watch.at("job").as_string());
        CHECK_MESSAGE(watch.at("outcome") == boost::json::string_view(wanted.at(job)), job);
    }
}

} // namespace

TEST_CASE("jobs outlive many tokens: no watch is affected and there is one renewal at a time")
{
    // The life of a token is counted in whole seconds, so that 2 s is the shortest that can be renewed in time.
    simulator_process simulator(
        {"--make-jobs", "60", "--token-duration", "2s", "--login-time", "50ms", "--short", "1s..3s", "--long",
         "5s..8s", "--fates", "short=30,long=60,failed=5,partial=5"});
    daemon_process daemon(watching(simulator));
    daemon.start();
    unix_client client(daemon.control());
    const auto ids = json_of(simulator.ids());
    client.result("submit", object{{"jobs", ids}});
    const auto waited = client.result("wait", object{{"jobs", ids}});
    check_outcomes(simulator.fates(), waited.at("ended").as_array());
    CHECK(daemon.stop().exit_code == 0);

    const auto ledger = simulator.stop();
    MESSAGE(boost::json::serialize(ledger));
    const auto renewals = ledger.at("logins").to_number<int>() + ledger.at("refreshes").to_number<int>();
    const auto lived = ledger.at("milliseconds").to_number<int>();
    CHECK(ledger.at("logins_in_flight_max") == 1);
    CHECK(renewals >= 4);                           // jobs of 5 s and more, tokens of 2 s
    CHECK(renewals <= lived / 1'000 + 2);           // each at half of a life, and the first
    CHECK(ledger.at("answers_401_to_tokens") == 0); // renewed before they expire
    CHECK(ledger.at("logins_refused") == 0);
    CHECK(daemon.logged("job.finished").size() == 60);
    for (const auto* trouble : {"appliance.auth_failed", "appliance.unreachable"})
        CHECK(daemon.logged(trouble).empty());
}

TEST_CASE("two thousand watches at once all end as they should, and status tells memory and lag")
{
    simulator_process simulator({"--make-jobs", "2000", "--short", "200ms..2s", "--long", "2s..5s"});
    daemon_process daemon(watching(simulator, "requests_per_second = 2000\nburst = 100\nconnections = 16\n"));
    daemon.start();
    unix_client client(daemon.control());
    const auto ids = json_of(simulator.ids());
    const auto submitted = client.result("submit", object{{"jobs", ids}});
    CHECK(submitted.at("jobs").as_array().size() == 2'000);
    const auto status = unix_client(daemon.control()).result("status");
    const auto waited = client.result("wait", object{{"jobs", ids}});
    check_outcomes(simulator.fates(), waited.at("ended").as_array());

    CHECK(status.at("memory_bytes").to_number<double>() > 1e6);
    CHECK(status.at("memory_bytes").to_number<double>() < 2e9);
    CHECK(status.at("watch_memory_bytes").to_number<double>() > 0);
    const auto later = client.result("status");
    CHECK(later.at("watches").at("open") == 0);
    CHECK(later.at("watches").at("ended") == 2'000);
    const auto& appliance = later.at("appliances").at(0).as_object();
    CHECK(appliance.at("readings").to_number<int>() >= 2'000);
    CHECK(appliance.at("errors") == 0);
    CHECK(appliance.at("lag_worst_ms").to_number<int>() >= appliance.at("lag_median_ms").to_number<int>());
    CHECK(appliance.contains("stretch"));
}

TEST_CASE("an appliance that restarts is unreachable once, reachable once, and no watch is lost")
{
    const std::vector<std::string> jobs{"--make-jobs", "20", "--fates", "short=1", "--short", "500ms..1s"};
    simulator_process simulator(jobs);
    const auto port = simulator.port();
    const auto ids = json_of(simulator.ids());
    daemon_process daemon(watching(simulator));
    daemon.wish.ca_file = ""; // the simulator makes a new authority at each start
    daemon.wish.appliance += "verify = \"none\"\n";
    daemon.write_configuration();
    daemon.start();
    unix_client client(daemon.control());
    client.result("submit", object{{"jobs", ids}});
    REQUIRE(daemon.comes_to_events("job.status"));
    simulator.kill();
    REQUIRE(daemon.comes_to_events("appliance.unreachable"));
    const auto status = unix_client(daemon.control()).result("status");
    CHECK(status.at("watches").at("open") == 20);
    CHECK(status.at("appliances").at(0).at("last_error").as_string().find("refused") != std::string::npos);

    auto again = jobs; // the same seed, the same jobs; tokens of the first are unknown to the second
    again.insert(again.end(), {"--port", port});
    simulator.start(again);
    const auto waited = client.result("wait", object{{"jobs", ids}});
    CHECK(waited.at("ended").as_array().size() == 20);
    for (const auto& watch : waited.at("ended").as_array())
        CHECK(watch.at("outcome") == "succeeded");
    CHECK(daemon.stop().exit_code == 0);
    CHECK(daemon.logged("appliance.unreachable").size() == 1);
    CHECK(daemon.logged("appliance.reachable").size() == 1);
    CHECK(daemon.logged("job.finished").size() == 20);
}
