#include "sky_gazer.hpp"

#include <boost/json.hpp>
#include <doctest/doctest.h>

using namespace jobwatch::simulator;
using namespace std::chrono_literals;
namespace json = boost::json;

namespace
{

const std::string rings = "/api/v1/cckm/google/synchronization-jobs";

// An appliance with the domains root, finance and sales, and somebody who changes between them.
struct traveller : sky_gazer
{
    explicit traveller(std::uint64_t jobs = 0)
    {
        options wanted = with_password();
        wanted.domains = {"finance", "sales"};
        wanted.make_jobs = jobs;
        box = make_appliance(wanted, start);
        go("root");
    }
    answer ask_for_token(const std::string& more)
    {
        return post("/api/v1/auth/tokens", R"({"username":"jobwatch","password":"secret")" + more + "}");
    }
    json::object go(const std::string& domain)
    {
        const answer given = ask_for_token(domain.empty() ? "" : R"(,"domain":")" + domain + "\"");
        REQUIRE(given.status == http::status::ok);
        json::object token = json::parse(given.body).get_object();
        carry(token);
        return token;
    }
    void carry(const json::object& token)
    {
        authorization = "Bearer " + std::string(token.at("jwt").as_string());
    }
    std::string start_job()
    {
        const answer given = post(rings, R"({"synchronize_all":true})");
        return std::string(json::parse(given.body).at("id").as_string());
    }
    bool sees(const std::string& id) { return get(rings + "/" + id).status == http::status::ok; }
};

} // namespace

TEST_CASE("a token is of the domain that the login names, and sees the jobs of that domain alone")
{
    traveller guest;
    guest.go("finance");
    const std::string id = guest.start_job();
    CHECK(guest.sees(id));
    CHECK(json::parse(guest.get(rings).body).at("total") == 1);
    for (const char* elsewhere : {"root", "sales", ""}) // root, when nothing is said
    {
        guest.go(elsewhere);
        CHECK_FALSE(guest.sees(id));
        CHECK(json::parse(guest.get(rings).body).at("total") == 0);
        CHECK(guest.post(rings + "/" + id + "/cancel", "").status == http::status::not_found);
    }
    guest.go(domain_id(1)); // its id is as good as its name
    CHECK(guest.sees(id));
}

TEST_CASE("a refreshed token stays in its domain, unless another is named")
{
    traveller guest;
    const json::object token = guest.go("finance");
    const std::string id = guest.start_job();
    const auto refresh = [&guest, &token](const std::string& more)
    {
        const std::string wish = R"({"grant_type":"refresh_token","refresh_token":")"
            + std::string(token.at("refresh_token").as_string()) + "\"" + more + "}";
        guest.carry(json::parse(guest.post("/api/v1/auth/tokens", wish).body).get_object());
    };
    refresh("");
    CHECK(guest.sees(id));
    refresh(R"(,"domain":"sales")");
    CHECK_FALSE(guest.sees(id));
}

TEST_CASE("a login to a domain that is not there is refused, and no failure of the password")
{
    traveller guest;
    guest.box.guard.set({1, 1h});
    const answer given = guest.ask_for_token(R"(,"domain":"mars")");
    CHECK(given.status == http::status::unauthorized);
    CHECK(json::parse(given.body).at("message") == "Domain not found");
    CHECK(guest.ask_for_token("").status == http::status::ok);
}

TEST_CASE("a user is known in one place, and a login that names another is one of a stranger")
{
    traveller guest;
    const auto asked = [&guest](const std::string& more) { return guest.ask_for_token(more).status; };
    guest.box.who.home = {"payments", "/acme", "corporate-ldap"};
    CHECK(asked("") == http::status::unauthorized);
    CHECK(asked(R"(,"auth_domain":"payments")") == http::status::unauthorized);
    CHECK(asked(R"(,"connection":"corporate-ldap")") == http::status::unauthorized);
    CHECK(asked(R"(,"auth_domain":"payments","connection":"corporate-ldap")") == http::status::ok);
    // The path wins.
    CHECK(
        asked(R"(,"auth_domain_path":"/acme","auth_domain":"no","connection":"corporate-ldap")")
        == http::status::ok);
    CHECK(
        asked(R"(,"auth_domain_path":"/no","auth_domain":"payments","connection":"corporate-ldap")")
        == http::status::unauthorized);
    guest.box.guard.set({1, 1h});
    CHECK(asked("") == http::status::unauthorized);
    CHECK(asked(R"(,"auth_domain":"payments","connection":"corporate-ldap")") == http::status::unauthorized);
}

TEST_CASE("documents are of the domain they name, and made jobs of all domains by turns")
{
    traveller guest(6);
    const std::string given = R"({"domain":"sales","kind":"google/synchronization","document":{"id":"doc"}})";
    CHECK(guest.post("/simulator/jobs", given).status == http::status::ok);
    CHECK_FALSE(guest.sees("doc"));
    guest.go("sales");
    CHECK(guest.sees("doc"));
    const answer wrong = guest.post("/simulator/jobs", R"({"domain":"mars","document":{"id":"doc"}})");
    CHECK(wrong.body.find("must be one of root, finance, sales") != std::string::npos);

    const json::array fates = json::parse(guest.get("/simulator/fates").body).as_array();
    REQUIRE(fates.size() == 6);
    CHECK_FALSE(fates.at(0).as_object().contains("domain"));
    CHECK(fates.at(1).at("domain") == "finance");
    CHECK(fates.at(5).at("domain") == "sales");
    const auto status_of_made = [&guest, &fates](std::size_t index)
    { return guest.status_of(std::string(fates.at(index).at("id").as_string())); };
    CHECK(status_of_made(5) == 200);
    CHECK(status_of_made(0) == 404);
    CHECK(status_of_made(1) == 404);
}
