// 404: a typing error, or an appliance that has forgotten everything.
#include "support/scene.hpp"

#include <doctest/doctest.h>

using namespace jobwatch::test;

namespace
{

const std::string soon_lost = "first_after = \"50ms\"\nmin_interval = \"50ms\"\nmax_interval = \"200ms\"\n"
                              "lost_after_unseen = \"1s\"\nlost_after_seen = \"2s\"\n";

} // namespace

TEST_CASE("a typing error as the only watch ends lost after its time")
{
    scene on({}, {}, soon_lost);
    on.daemon.start();
    on.submit({"778a1024-no-such-job"});
    REQUIRE(on.all_end({"778a1024-no-such-job"}, "lost"));
    const auto asked = on.control.requests("class=read");
    CHECK(asked.size() > 2);
    CHECK(asked.back().arrived_us - asked.front().arrived_us >= 1'000'000 - 1'000);
    const std::string reason(on.watch("778a1024-no-such-job").at("reason").as_string());
    CHECK_MESSAGE(reason.find("never showed the job and answered 404 for ") != std::string::npos, reason);
    CHECK(on.told("appliance.degraded") == 0);
}

TEST_CASE("an appliance that answers 404 for everything it knew ends nothing, across kill -9, and tells it "
          "once each way")
{
    scene on({}, {}, soon_lost);
    const auto ids = job_ids(1, 20);
    on.begin(ids);
    on.daemon.start();
    on.submit(ids);
    REQUIRE(on.daemon.comes_to_events("job.status", ids.size())); // all were shown
    on.control.weather({{"fault", "status"}, {"status", 404}, {"class", "read"}});
    // Much longer than lost_after_seen, by the time line.
    const auto missing_for = [&](std::int64_t microseconds)
    {
        return eventually(
            [&]
            {
                std::vector<std::int64_t> missed;
                for (const auto& one : on.control.requests("class=read"))
                    if (one.status == 404)
                        missed.push_back(one.arrived_us);
                return !missed.empty() && missed.back() - missed.front() > microseconds;
            });
    };
    REQUIRE(on.daemon.comes_to_events("appliance.degraded"));
    on.daemon.kill();
    on.daemon.start();
    REQUIRE(missing_for(6'000'000));
    CHECK(on.told("job.finished") == 0);
    CHECK(on.told("appliance.degraded") == 1);
    CHECK(on.told("appliance.restored") == 0);

    on.control.clear();
    REQUIRE(on.daemon.comes_to_events("appliance.restored"));
    on.end(ids);
    CHECK(on.all_end(ids));
    CHECK(on.told("job.finished") == ids.size());
    CHECK(on.told("appliance.degraded") == 1);
    CHECK(on.told("appliance.restored") == 1);
    CHECK(on.daemon.stop().exit_code == 0);
}
