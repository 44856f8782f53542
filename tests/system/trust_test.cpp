// Certificates that must not be trusted: refused in words, tried again, and well once the right one is served.
#include "support/daemon_process.hpp"
#include "support/test_authority.hpp"

#include <doctest/doctest.h>

using namespace jobwatch::test;
using boost::json::object;

namespace
{

const std::string published_id = "778a1024-dc18-49cb-833b-cfd6c000c090";

// One appliance with a daemon of its own, which trusts one authority.
class doubtful_appliance
{
public:
    explicit doubtful_appliance(std::string name) : name_(std::move(name))
    {
        write_text(ca_file(), trusted.certificate());
    }

    test_authority trusted{"the trusted authority"};
    test_authority stranger{"a stranger"};

    std::string ca_file() const { return directory_.file("trusted.pem"); }

    std::vector<std::string> serving(const test_authority& issuer, const certificate_wish& wish)
    {
        const auto file = directory_.file("identity.pem");
        const auto shown = issuer.issue(wish);
        write_text(file, shown.certificate + shown.key);
        return {"--jobs", PUBLISHED_JOB, "--identity", file};
    }

    void meet(const test_authority& issuer, const certificate_wish& wish)
    {
        simulator_ = std::make_unique<simulator_process>(serving(issuer, wish));
        auto with = watching(*simulator_);
        with.ca_file = ca_file();
        daemon_ = std::make_unique<daemon_process>(with);
        daemon_->start();
        unix_client(daemon_->control()).ask(published_id);
    }

    void check_refused(const std::string& words)
    {
        CAPTURE(name_);
        REQUIRE(daemon_->comes_to_events("appliance.unreachable"));
        const std::string reason(daemon_->logged("appliance.unreachable").at(0).at("reason").as_string());
        CHECK_MESSAGE(reason.find(words) != std::string::npos, reason);
        CHECK(daemon_->comes_to_log(words));
        const auto status = unix_client(daemon_->control()).result("status");
        const std::string shown(status.at("appliances").at(0).at("last_error").as_string());
        CHECK_MESSAGE(shown.find(words) != std::string::npos, shown);
        CHECK(status.at("watches").at("open") == 1);
    }

    void become_right()
    {
        const auto port = simulator_->port();
        const auto ledger = simulator_->stop();
        CHECK(ledger.at("requests") == 0); // no password went to a stranger
        CHECK(ledger.at("handshakes_failed").to_number<int>() > 0);
        auto right = serving(trusted, {});
        right.insert(right.end(), {"--port", port});
        simulator_->start(right);
    }

    void check_well()
    {
        CAPTURE(name_);
        unix_client client(daemon_->control());
        const auto waited = client.result("wait", object{{"jobs", {published_id}}});
        CHECK(waited.at("ended").at(0).at("outcome") == "succeeded");
        CHECK(client.result("status").at("appliances").at(0).at("last_error") == "");
        CHECK(daemon_->stop().exit_code == 0);
        CHECK(daemon_->logged("appliance.unreachable").size() == 1);
        CHECK(daemon_->logged("appliance.reachable").size() == 1);
        CHECK_FALSE(daemon_->logged("job.finished").at(0).contains("tls_verified"));
    }

private:
    std::string name_;
    temporary_directory directory_;
    std::unique_ptr<simulator_process> simulator_;
    std::unique_ptr<daemon_process> daemon_;
};

} // namespace

// The three side by side, because each must wait until its daemon tries again.
TEST_CASE("an unknown authority, another host's name, an expired certificate: refused until the right one is "
          "served")
{
    doubtful_appliance unknown("unknown authority");
    doubtful_appliance misnamed("another host");
    doubtful_appliance expired("expired");
    unknown.meet(unknown.stranger, {});
    misnamed.meet(misnamed.trusted, {.names = "DNS:cm9.example.com"});
    expired.meet(expired.trusted, {.starts = -7'200, .ends = -3'600});

    unknown.check_refused("is signed by nobody we trust; we trust the authorities in " + unknown.ca_file());
    misnamed.check_refused("the certificate is not for 127.0.0.1; the names in it are: cm9.example.com");
    expired.check_refused("expired on 20");
    for (auto* const one : {&unknown, &misnamed, &expired})
        one->become_right();
    for (auto* const one : {&unknown, &misnamed, &expired})
        one->check_well();
}

TEST_CASE("verify = none takes any certificate, warns, and marks the events")
{
    doubtful_appliance doubtful("verify = none");
    const certificate_wish worst{.names = "DNS:cm9.example.com", .starts = -7'200, .ends = -3'600};
    simulator_process simulator(doubtful.serving(doubtful.stranger, worst));
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
