// Certificates that must not be trusted: refused in words, tried again, and well once the right one is served.
#include "support/daemon_process.hpp"
#include "support/test_authority.hpp"

#include <doctest/doctest.h>

using namespace jobwatch::test;
using boost::json::object;

namespace
{

const std::string published_id = "778a1024-dc18-49cb-833b-cfd6c000c090";

struct doubtful_appliance
{
    temporary_directory directory;
    test_authority trusted{"the trusted authority"};
    test_authority stranger{"a stranger"};
    std::string ca_file = directory.file("trusted.pem");
    std::string identity_file = directory.file("identity.pem");

    doubtful_appliance() { write_text(ca_file, trusted.certificate()); }

    std::vector<std::string> serving(const test_authority& issuer, const certificate_wish& wish)
    {
        const auto shown = issuer.issue(wish);
        write_text(identity_file, shown.certificate + shown.key);
        return {"--jobs", PUBLISHED_JOB, "--identity", identity_file};
    }

    void check_refused_then_well(
        const test_authority& issuer, const certificate_wish& wish, const std::string& words)
    {
        simulator_process simulator(serving(issuer, wish));
        const auto port = simulator.port();
        daemon_process daemon(watching(simulator));
        daemon.wish.ca_file = ca_file;
        daemon.write_configuration();
        daemon.start();
        unix_client client(daemon.control());
        client.ask(published_id);
        REQUIRE(daemon.comes_to_events("appliance.unreachable"));
        const std::string reason(daemon.logged("appliance.unreachable").at(0).at("reason").as_string());
        CHECK_MESSAGE(reason.find(words) != std::string::npos, reason);
        CHECK(daemon.comes_to_log(words));
        const auto status = client.result("status");
        const std::string shown(status.at("appliances").at(0).at("last_error").as_string());
        CHECK_MESSAGE(shown.find(words) != std::string::npos, shown);
        CHECK(status.at("watches").at("open") == 1);
        const auto ledger = simulator.stop();
        CHECK(ledger.at("requests") == 0); // no password went to a stranger
        CHECK(ledger.at("handshakes_failed").to_number<int>() > 0);

        auto right = serving(trusted, {});
        right.insert(right.end(), {"--port", port});
        simulator.start(right);
        const auto waited = client.result("wait", object{{"jobs", {published_id}}});
        CHECK(waited.at("ended").at(0).at("outcome") == "succeeded");
        CHECK(daemon.stop().exit_code == 0);
        CHECK(daemon.logged("appliance.unreachable").size() == 1);
        CHECK(daemon.logged("appliance.reachable").size() == 1);
        CHECK_FALSE(daemon.logged("job.finished").at(0).contains("tls_verified"));
    }
};

} // namespace

TEST_CASE_FIXTURE(
    doubtful_appliance, "a certificate of an unknown authority is refused until the right one is served")
{
    check_refused_then_well(
        stranger, {}, "is signed by nobody we trust (we trust the authorities in " + ca_file);
}

TEST_CASE_FIXTURE(
    doubtful_appliance, "a certificate for another host is refused until the right one is served")
{
    check_refused_then_well(
        trusted, {.names = "DNS:cm9.example.com"},
        "the certificate is not for 127.0.0.1; the names in it are: cm9.example.com");
}

TEST_CASE_FIXTURE(doubtful_appliance, "an expired certificate is refused until the right one is served")
{
    check_refused_then_well(trusted, {.starts = -7'200, .ends = -3'600}, "expired on 20");
}

TEST_CASE_FIXTURE(doubtful_appliance, "verify = none takes any certificate, warns, and marks the events")
{
    simulator_process simulator(
        serving(stranger, {.names = "DNS:cm9.example.com", .starts = -7'200, .ends = -3'600}));
    daemon_process daemon(watching(simulator));
    daemon.wish.ca_file = "";
    daemon.wish.appliance += "verify = \"none\"\n";
    daemon.write_configuration();
    daemon.start();
    unix_client client(daemon.control());
    client.ask(published_id);
    REQUIRE(daemon.comes_to_events("job.finished"));
    CHECK(daemon.logged("job.finished").at(0).at("tls_verified") == false);
    CHECK(daemon.comes_to_log("sim: TLS certificates are NOT verified (verify = \"none\")"));
    CHECK(client.result("status").at("appliances").at(0).at("tls_verified") == false);
    CHECK(daemon.stop().exit_code == 0);
}
