#include "sky_gazer.hpp"

#include <boost/json.hpp>
#include <doctest/doctest.h>

using namespace jobwatch::simulator;
using namespace std::chrono_literals;
namespace json = boost::json;

namespace
{

const std::string groups = "/api/v1/cckm/sap/synchronization-jobs";

// An appliance with twelve documents of one family, each a second younger than the one before.
struct lister : sky_gazer
{
    lister()
    {
        const family* of = family_named("sap/synchronization");
        for (int number = 10; number < 22; ++number)
        {
            const std::string text = R"({"id":"j)" + std::to_string(number)
                + R"(","createdAt":"2025-01-01T00:00:)" + std::to_string(number)
                + (number % 2 == 0 ? "Z" : ".5Z") + R"(","overall_status":")"
                + (number % 3 == 0 ? "failed" : "completed") + R"(","groups":["g)"
                + std::to_string(number % 4) + R"("]})";
            box.jobs.put({"j" + std::to_string(number), text, {}, {}, of}, start);
        }
    }
    json::object page(const std::string& query)
    {
        const answer given = get(groups + query);
        CHECK(given.status == http::status::ok);
        CHECK(given.kind == request_class::other);
        return json::parse(given.body).get_object();
    }
    std::string ids(const std::string& query)
    {
        std::string all;
        const json::object listed = page(query);
        for (const json::value& one : listed.at("resources").as_array())
            all.append(all.empty() ? "" : " ").append(one.at("id").as_string());
        return all;
    }
};

} // namespace

TEST_CASE("a list is a page of ten with its frame, and goes on where it is told")
{
    lister guest;
    const json::object page = guest.page("");
    CHECK(page.at("skip") == 0);
    CHECK(page.at("limit") == 10);
    CHECK(page.at("total") == 12);
    CHECK(page.at("resources").as_array().size() == 10);
    CHECK(guest.ids("?skip=10") == "j20 j21");
    CHECK(guest.ids("?skip=3&limit=2") == "j13 j14");
    CHECK(guest.ids("?skip=12") == "");
    CHECK(guest.ids("?limit=0") == "");
    CHECK(guest.page("?limit=5000").at("limit") == 1000);
    CHECK(guest.get(groups + "?limit=many").status == http::status::bad_request);
    CHECK(guest.get(groups + "?skip=-1").status == http::status::bad_request);
}

TEST_CASE("filters are all kept, and each may name several values")
{
    lister guest;
    CHECK(guest.ids("?overall_status=failed") == "j12 j15 j18 j21");
    CHECK(guest.ids("?overall_status=failed&groups=g0") == "j12");
    CHECK(guest.ids("?id=j11&id=j14&colour=red") == "j11 j14");
    CHECK(guest.ids("?groups=g0&groups=g1&overall_status=failed") == "j12 j21");
    CHECK(guest.page("?overall_status=in_progress").at("total") == 0);
}

TEST_CASE("a list is sorted by times as times, and by several members")
{
    lister guest;
    CHECK(guest.ids("?limit=3&sort=-createdAt") == "j21 j20 j19");
    CHECK(guest.ids("?limit=3&sort=createdAt") == "j10 j11 j12");
    CHECK(guest.ids("?limit=5&sort=-overall_status,-createdAt") == "j21 j18 j15 j12 j20");
}

TEST_CASE("a list shows running jobs as they are, and counts as no read of them")
{
    sky_gazer guest;
    CHECK(guest.post(groups, R"({"synchronize_all":true})").status == http::status::created);
    const json::value page = json::parse(guest.get(groups + "?overall_status=in_progress").body);
    CHECK(page.at("total") == 1);
    CHECK(guest.box.jobs.reads().most == 0);
    CHECK(json::parse(guest.get("/api/v1/scheduler/jobs").body).at("total") == 0);
    guest.authorization = "";
    CHECK(guest.get(groups).status == http::status::unauthorized);
}
