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

} // namespace

TEST_CASE("a wrong password leads to two logins over five starts; when it is corrected, work goes on")
{
    simulator_process simulator({"--make-jobs", "1", "--fates", "short=1", "--short", "1s..2s"});
    daemon_process daemon(watching(simulator));
    const std::string secret = daemon.file("prod.password");
    write_text(secret, "not the password\n");
    daemon.wish.password_file = secret;
    daemon.write_configuration();
    daemon.start();
    const std::string job = simulator.ids().front();
    unix_client(daemon.control()).result("submit", object{{"jobs", boost::json::array{job}}});
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
    CHECK(daemon.log_text().find("not the password") == std::string::npos);
}
