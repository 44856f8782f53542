// Why a watch is where it is, asked of the real daemon with the real jobwatchctl.
#include "support/daemon_process.hpp"

#include <doctest/doctest.h>

using namespace jobwatch::test;
using boost::json::object;

namespace
{

struct told
{
    int exit_code = -1;
    std::string page;

    bool has(std::string_view words) const { return page.find(words) != std::string::npos; }
};

told explain(const daemon_process& daemon, const std::vector<std::string>& which)
{
    std::vector<std::string> command{JOBWATCHCTL_PROGRAM, "--socket", daemon.control(), "explain"};
    command.insert(command.end(), which.begin(), which.end());
    child_process program(child_wish{command, daemon.file("explained"), {}});
    const auto ended = program.wait();
    return {ended ? ended->exit_code : -1, program.output()};
}

// Does it come to say this?
bool comes_to_say(const daemon_process& daemon, const std::vector<std::string>& which, std::string_view words)
{
    return eventually([&] { return explain(daemon, which).has(words); });
}

} // namespace

TEST_CASE("explain tells how a job goes on, of one that there is not, and of an appliance that is gone")
{
    simulator_process simulator({"--make-jobs", "1", "--fates", "endless=1"});
    daemon_process daemon(watching(simulator));
    daemon.start();
    const std::string job = simulator.ids().front();
    unix_client client(daemon.control());
    client.result("submit", object{{"jobs", {job, "no-such-job"}}});
    REQUIRE(daemon.comes_to_events("job.status"));

    const auto going_on = explain(daemon, {job});
    CHECK(going_on.exit_code == 0);
    INFO(going_on.page);
    for (const auto* const words :
         {"watch        1: job ", "The job is not finished: the appliance says \"", "\nlast answer  ",
          "): the job's document. ", "\nnext poll    ", "\ntoken        Valid for ", " serves.\n",
          "The watch ends when a poll shows that the job is finished."})
        CHECK_MESSAGE(going_on.has(words), words);
    CHECK_FALSE(going_on.has(simulator["password"]));

    REQUIRE(comes_to_say(daemon, {"no-such-job"}, "It has answered 404 (not found)"));
    const auto missing = explain(daemon, {"no-such-job"});
    CHECK(missing.has("HTTP 404: the appliance does not know this job."));
    CHECK(missing.has("It ends as lost if the answer is still 404 in "));
    CHECK(missing.has("jobwatchctl remove --watch 2"));

    CHECK(explain(daemon, {"another-job"}).exit_code == 3);
    CHECK(explain(daemon, {"--watch", "1", "--watch", "2"}).exit_code == 0);

    simulator.kill();
    REQUIRE(daemon.comes_to_events("appliance.unreachable"));
    REQUIRE(comes_to_say(daemon, {job}, "It waits, because no node of the appliance answers."));
    const auto facts = client.result("explain", object{{"watch", 1}});
    CHECK(facts.at("next_poll").at("waits_for") == "nodes");
    CHECK(facts.at("nodes").at(0).at("state") == "open");
    CHECK(facts.at("text").as_array().size() > 5);
    const auto gone = explain(daemon, {job});
    CHECK(gone.has(" has not served since "));
    CHECK(gone.has("you can      See whether the appliance runs"));

    client.result("remove", object{{"watches", {2}}});
    CHECK(explain(daemon, {"no-such-job"}).has("Ended as removed"));
    CHECK(daemon.stop().exit_code == 0);
}

TEST_CASE("explain tells of a wrong password which file to correct, and keeps the password to itself")
{
    simulator_process simulator({"--make-jobs", "1", "--fates", "short=1", "--short", "1s..2s"});
    daemon_process daemon(watching(simulator));
    const std::string secret = daemon.file("prod.password");
    write_text(secret, "the wrong password\n");
    daemon.wish.password_file = secret;
    daemon.write_configuration();
    daemon.start();
    const std::string job = simulator.ids().front();
    unix_client(daemon.control()).result("submit", object{{"jobs", {job}}});
    REQUIRE(daemon.comes_to_events("appliance.auth_failed"));
    const auto refused = explain(daemon, {job});
    INFO(refused.page);
    CHECK(refused.has("It waits for a token: at present there is none."));
    CHECK(refused.has("So that the account is not locked, the next login is sent only when " + secret));
    CHECK(refused.has("you can      Check username, the password in " + secret));
    CHECK_FALSE(refused.has("the wrong password"));

    write_text(secret, simulator["password"] + "\n");
    REQUIRE(comes_to_say(daemon, {job}, "Ended as succeeded"));
    CHECK(daemon.stop().exit_code == 0);
}
