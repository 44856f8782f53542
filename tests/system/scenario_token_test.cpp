// A token that somebody revokes while much is under way.
#include "support/scene.hpp"

#include <doctest/doctest.h>

#include <map>

using namespace jobwatch::test;

TEST_CASE(
    "a token that dies while 64 requests are in flight: one renewal, each poll repeated once, none lost")
{
    constexpr int connections = 64;
    scene on(
        {}, "requests_per_second = 1000\nburst = 200\nconnections = 64\n",
        "first_after = \"20ms\"\nmin_interval = \"50ms\"\nmax_interval = \"100ms\"\n");
    const auto ids = job_ids(1, connections);
    on.begin(ids);
    on.daemon.start();
    REQUIRE(eventually([&] { return on.control.counted("logins") == 1; }));
    // Readings are slow, the renewal is not: most of the 401s come when the next token is there already.
    on.control.weather({{"name", "slow"}, {"fault", "delay"}, {"by", "700ms"}, {"class", "read"}});
    on.submit(ids);
    // The simulator judges a token when a request comes, and answers later: the 64 that are under way now bring a
    // reading each, and the 64 after them are all on their way with the dead token before the first 401 is out.
    REQUIRE(eventually([&] { return on.control.counted("in_flight") == connections; }));
    on.control.post("tokens/revoke", boost::json::object());
    REQUIRE(eventually([&] { return on.control.counted("refreshes") == 1; }));
    on.control.clear("slow");
    const auto read_again = [&]
    {
        std::map<std::string, int> readings;
        for (const auto& one : on.control.requests("class=read"))
            readings[one.job] += one.status == 200 ? 1 : 0;
        std::size_t enough = 0;
        for (const auto& one : readings)
            enough += one.second >= 3 ? 1 : 0;
        return enough == ids.size();
    };
    REQUIRE(eventually(read_again));

    std::map<std::string, std::vector<int>> answers;
    for (const auto& one : on.control.requests("class=read"))
        answers[one.job].push_back(one.status);
    for (const auto& id : ids)
    {
        const std::vector<int>& told = answers[id];
        CAPTURE(id);
        REQUIRE(told.size() >= 3);
        CHECK(told[0] == 200);
        CHECK(told[1] == 401);
        CHECK(std::count(told.begin(), told.end(), 200) + 1 == static_cast<std::ptrdiff_t>(told.size()));
    }
    on.end(ids);
    CHECK(on.all_end(ids));
    const auto ledger = on.control.ledger();
    CHECK(ledger.at("in_flight_max") == connections);
    CHECK(ledger.at("logins") == 1);
    CHECK(ledger.at("refreshes") == 1);
    CHECK(ledger.at("answers_401_to_tokens") == connections);
    CHECK(on.report().at("errors") == connections);
    CHECK(on.told("job.finished") == ids.size());
    for (const auto* trouble : {"watch.blocked", "appliance.auth_failed", "appliance.unreachable"})
        CHECK(on.told(trouble) == 0);
}

TEST_CASE("a token file's token that dies while many jobs are polled is given up at the second refusal, and "
          "nobody is late "
          "when the next one comes")
{
    const temporary_directory folder;
    const std::string token = folder.file("sim.token");
    scene on(
        {"--token-file", token}, {},
        "first_after = \"20ms\"\nmin_interval = \"100ms\"\nmax_interval = \"10m\"\n"); // refused: not for 10 min
    on.daemon.wish.credential = "token_file = \"" + token + "\"\n";
    on.daemon.write_configuration();
    const auto ids = job_ids(1, 40);
    on.begin(ids);
    on.daemon.start();
    on.submit(ids);
    REQUIRE(eventually([&] { return on.report().at("readings").to_number<std::size_t>() > 3 * ids.size(); }));
    on.control.post("token-file", {{"kept_fresh", false}});
    on.control.post("tokens/revoke", boost::json::object());
    REQUIRE(on.daemon.comes_to_events("appliance.auth_failed"));
    const auto refused = on.control.ledger().at("answers_401_to_tokens").to_number<int>();
    CHECK(refused >= 2);
    CHECK(refused <= 2 + 8); // what was under way, too

    on.end(ids);
    on.control.post("token-file", {{"write", true}});
    CHECK(on.all_end(ids));
    CHECK(on.daemon.comes_to_events("appliance.auth_restored"));
    CHECK(on.told("appliance.auth_failed") == 1);
    for (const auto* trouble : {"watch.blocked", "appliance.forbidden", "appliance.unreachable"})
        CHECK(on.told(trouble) == 0);
    CHECK(on.control.ledger().at("logins") == 0);
}
