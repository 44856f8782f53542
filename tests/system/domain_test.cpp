// One cluster watched as two appliances: each has its own domain, login and jobs.
#include "support/daemon_process.hpp"

#include <doctest/doctest.h>

using namespace jobwatch::test;
using boost::json::array;
using boost::json::object;

namespace
{

std::string text_of(const boost::json::value& of, const char* name)
{
    const auto* member = of.as_object().if_contains(name);
    return member ? std::string(member->as_string()) : std::string();
}

// [appliance.sim] is in the root domain; this one is in another.
std::string in_domain(const simulator_process& simulator, const std::string& name)
{
    return "[appliance." + name + "]\nurls = [\"" + simulator["url"]
        + "\"]\nusername = \"jobwatch\"\npassword_file = \"" + simulator["password_file"] + "\"\nca_file = \""
        + simulator["ca_file"] + "\"\ndomain = \"" + name + "\"\n";
}

} // namespace

TEST_CASE("a user of another domain, path or identity source logs in by the keys that name it, and else not")
{
    const std::string domain = "auth_domain = \"payments\"\n";
    const std::string path = "auth_domain_path = \"/acme\"\n";
    const std::string connection = "connection = \"corporate-ldap\"\n";
    for (const auto& right : {domain + connection, path + connection})
    {
        CAPTURE(right);
        simulator_process simulator(
            {"--auth-domain", "payments", "--auth-domain-path", "/acme", "--connection", "corporate-ldap",
             "--make-jobs", "1", "--short", "200ms..500ms", "--fates", "short=1"});
        auto wish = watching(simulator);
        wish.appliance += right;
        daemon_process daemon(wish);
        daemon.start();
        unix_client client(daemon.control());
        client.result("submit", object{{"jobs", array{text_of(simulator.fates().at(0), "id")}}});
        REQUIRE(daemon.comes_to_events("job.finished", 1));
        CHECK(daemon.stop().exit_code == 0);
        CHECK(simulator.stop().at("logins") == 1);
    }
    simulator_process simulator({"--auth-domain", "payments", "--connection", "corporate-ldap"});
    auto wish = watching(simulator);
    wish.appliance += domain; // the connection is missing
    daemon_process daemon(wish);
    daemon.start();
    REQUIRE(daemon.comes_to_events("appliance.auth_failed", 1));
    CHECK(daemon.stop().exit_code == 0);
    CHECK(simulator.stop().at("logins") == 2);
}

TEST_CASE(
    "two domains of one cluster are two appliances: each sees its own jobs, and those of the other are lost")
{
    simulator_process simulator(
        {"--domain", "finance", "--make-jobs", "40", "--short", "200ms..1s", "--fates",
         "short=3,failed=1,partial=1", "--long", "1s..2s"});
    auto wish = watching(simulator);
    wish.poll += "lost_after_unseen = \"2s\"\n";
    wish.more = in_domain(simulator, "finance");
    daemon_process daemon(wish);
    daemon.start();
    std::map<std::string, array> ids; // by appliance
    std::map<std::string, std::string> wanted;
    for (const auto& fate : simulator.fates())
    {
        const bool ours = text_of(fate, "domain").empty();
        ids[ours ? "sim" : "finance"].emplace_back(text_of(fate, "id"));
        wanted[(ours ? "sim " : "finance ") + text_of(fate, "id")] = text_of(fate, "outcome");
    }
    REQUIRE(ids["sim"].size() == 20);
    REQUIRE(ids["finance"].size() == 20);
    for (const auto& stranger : array{ids["finance"].at(0), ids["finance"].at(1)})
    {
        ids["sim"].push_back(stranger);
        wanted["sim " + std::string(stranger.as_string())] = "lost";
    }
    unix_client client(daemon.control());
    for (const auto& one : ids)
        client.result("submit", object{{"jobs", one.second}, {"appliance", one.first}});
    REQUIRE(daemon.comes_to_events("job.finished", wanted.size()));
    CHECK(daemon.stop().exit_code == 0);

    const auto finished = daemon.logged("job.finished");
    REQUIRE(finished.size() == wanted.size());
    for (const auto& event : finished)
    {
        const auto told = text_of(event, "appliance") + " " + text_of(event, "job");
        CHECK_MESSAGE(text_of(event, "outcome") == wanted[told], told);
    }
    CHECK(simulator.stop().at("logins") == 2); // one for each domain
}
