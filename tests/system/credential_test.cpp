// What becomes of a credential: refused, corrected, and all across restarts. The simulator's ledger is the witness.
#include "support/daemon_process.hpp"

#include <doctest/doctest.h>

using namespace jobwatch::test;
using boost::json::object;

namespace
{

bool token_says(daemon_process& daemon, std::string_view words)
{
    return eventually(
        [&]
        {
            const auto status = unix_client(daemon.control()).result("status");
            const auto& token = status.at("appliances").at(0).at("token").as_string();
            return std::string_view(token).find(words) != std::string_view::npos;
        });
}

std::string line(std::string_view key, const std::string& value)
{
    return std::string(key) + " = \"" + value + "\"\n";
}

// Submits the simulator's one job, which ends within seconds.
void submit(daemon_process& daemon, const simulator_process& simulator)
{
    const auto jobs = boost::json::array{boost::json::string(simulator.ids().front())};
    unix_client(daemon.control()).result("submit", object{{"jobs", jobs}});
}

const std::vector<std::string> one_job{"--make-jobs", "1", "--fates", "short=1", "--short", "1s..2s"};

std::vector<std::string> one_job_and(std::initializer_list<std::string> more)
{
    auto options = one_job;
    options.insert(options.end(), more.begin(), more.end());
    return options;
}

} // namespace

TEST_CASE("a wrong password leads to two logins over five starts; when it is corrected, work goes on")
{
    simulator_process simulator(one_job_and({"--lockout", "3:5m"}));
    daemon_process daemon(watching(simulator));
    const std::string secret = daemon.file("prod.password");
    write_text(secret, "not the password\n");
    daemon.wish.password_file = secret;
    daemon.write_configuration();
    daemon.start();
    submit(daemon, simulator);
    REQUIRE(daemon.comes_to_events("appliance.auth_failed"));
    for (int restarts = 0; restarts < 4; ++restarts)
    {
        if (restarts % 2 == 0)
            daemon.kill();
        else
            CHECK(daemon.stop().exit_code == 0);
        daemon.start();
        CHECK(token_says(daemon, "refused before the restart"));
    }
    CHECK(daemon.logged("appliance.auth_failed").size() == 1);

    write_text(secret, simulator["password"] + "\n");
    REQUIRE(daemon.comes_to_events("job.finished"));
    CHECK(daemon.logged("appliance.auth_restored").size() == 1);
    CHECK(daemon.stop().exit_code == 0);
    const auto ledger = simulator.stop();
    MESSAGE(boost::json::serialize(ledger));
    CHECK(ledger.at("logins_refused") == 2);
    CHECK(ledger.at("logins") == 3);
    CHECK(ledger.at("lockout").at("times") == 0);
    CHECK(daemon.log_text().find("not the password") == std::string::npos);
}

TEST_CASE("a token file is used as it is kept fresh: no login is sent, and nothing is missed")
{
    const temporary_directory folder;
    const std::string token = folder.file("sim.token");
    simulator_process simulator(
        {"--make-jobs", "1", "--fates", "short=1", "--short", "6s..7s", "--token-file", token,
         "--token-duration", "2s"});
    daemon_process daemon(watching(simulator));
    daemon.wish.credential = line("token_file", token);
    daemon.write_configuration();
    daemon.start();
    submit(daemon, simulator);
    REQUIRE(daemon.comes_to_events("job.finished"));
    CHECK(daemon.stop().exit_code == 0);
    const auto ledger = simulator.stop();
    CHECK(ledger.at("logins") == 0);
    CHECK(ledger.at("refreshes") == 0);
}

TEST_CASE("a refresh token from a file gets the tokens, and no password is known")
{
    const temporary_directory folder;
    const std::string token = folder.file("sim.refresh");
    simulator_process simulator(one_job_and({"--refresh-token-file", token}));
    daemon_process daemon(watching(simulator));
    daemon.wish.credential = line("refresh_token_file", token);
    daemon.write_configuration();
    daemon.start();
    submit(daemon, simulator);
    REQUIRE(daemon.comes_to_events("job.finished"));
    CHECK(daemon.stop().exit_code == 0);
    CHECK(daemon.log_text().find(file_text(token).substr(0, 20)) == std::string::npos);
    const auto ledger = simulator.stop();
    CHECK(ledger.at("logins") == 0);
    CHECK(ledger.at("refreshes") == 1);
}

TEST_CASE("a client certificate is the credential, through a proxy that looks up the node's name")
{
    simulator_process simulator(one_job_and({"--proxy-port", "0"}));
    daemon_process daemon(watching(simulator));
    daemon.wish.url = "https://cm1.nowhere.invalid:" + simulator.port();
    daemon.wish.credential = line("client_certificate_file", simulator["client_certificate_file"])
        + line("client_key_file", simulator["client_key_file"]) + line("client_id", simulator["client_id"])
        + line("proxy", simulator["proxy"]) + line("server_name", "127.0.0.1");
    daemon.write_configuration();
    daemon.start();
    submit(daemon, simulator);
    REQUIRE(daemon.comes_to_events("job.finished"));
    CHECK(daemon.stop().exit_code == 0);
    const auto ledger = simulator.stop();
    MESSAGE(boost::json::serialize(ledger));
    CHECK(ledger.at("logins") == 1);
    CHECK(ledger.at("logins_refused") == 0);
}
