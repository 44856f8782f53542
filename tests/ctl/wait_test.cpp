#include "ctl/ctl_fixture.hpp"

#include <atomic>
#include <utility>

using namespace jobwatch;
using namespace jobwatch::test;
using ctl::exit_code;

namespace
{

// Everything has ended when it is asked for.
scripted_daemon::script all_ended(std::string ended, std::string unknown = "")
{
    return [ended = std::move(ended),
            unknown = std::move(unknown)](scripted_daemon::client& to, const std::string& line, std::size_t)
    { to.answer(line, wait_result(ended, "", unknown)); };
}

} // namespace

TEST_CASE_FIXTURE(ctl_fixture, "the exit code of wait is that of the worst outcome, whatever their order")
{
    const std::vector<std::pair<const char*, int>> worst_first{
        {"failed", 10},    {"lost", 13},    {"partial", 11},  {"cancelled", 12},
        {"abandoned", 14}, {"removed", 15}, {"succeeded", 0},
    };
    for (std::size_t worst = 0; worst < worst_first.size(); ++worst)
        for (std::size_t other = worst; other < worst_first.size(); ++other)
        {
            CAPTURE(worst_first[worst].first);
            CAPTURE(worst_first[other].first);
            for (const bool swapped : {false, true})
            {
                const auto* const first = worst_first[swapped ? other : worst].first;
                const auto* const second = worst_first[swapped ? worst : other].first;
                const scripted_daemon daemon(
                    path, all_ended(ended_watch(1, first) + ',' + ended_watch(2, second)));
                CHECK(static_cast<int>(run({"wait", "job1", "job2"})) == worst_first[worst].second);
            }
        }
}

TEST_CASE_FIXTURE(
    ctl_fixture, "a watch that is open at first is waited for by its number, not by its job's id")
{
    const scripted_daemon daemon(
        path,
        [](scripted_daemon::client& to, const std::string& line, std::size_t number)
        {
            const bool first = number == 1;
            to.answer(
                line, first ? wait_result("", open_watch(7)) : wait_result(ended_watch(7, "partial"), ""));
        });
    CHECK(run({"wait", "job7"}) == exit_code::partial);
    const auto heard = daemon.heard();
    REQUIRE(heard.size() == 2);
    CHECK(heard[0].find(R"("jobs":["job7"])") != std::string::npos);
    CHECK(heard[0].find(R"("timeout":"0s")") != std::string::npos);
    CHECK(heard[1].find(R"("watches":[7])") != std::string::npos);
    CHECK(heard[1].find("jobs") == std::string::npos);
    CHECK(out.str().substr(0, 2) == "7\t");
}

TEST_CASE_FIXTURE(ctl_fixture, "a time limit gives 124, says which are still open, and invents no result")
{
    const scripted_daemon daemon(
        path,
        [](scripted_daemon::client& to, const std::string& line, std::size_t)
        { to.answer(line, wait_result(ended_watch(1, "failed"), open_watch(2), "", "true")); });
    CHECK(run({"wait", "job1", "job2", "--timeout", "0s"}) == exit_code::time_limit);
    CHECK(err_has("1 of 2 are still open"));
    CHECK(err_has("still open: prod job2 (watch 2)"));
    CHECK(count_of(out.str(), "\n") == 1); // what has ended is told
    CHECK(out_has("job1\tended\tfailed"));
}

TEST_CASE_FIXTURE(ctl_fixture, "a daemon that stays away until the time limit gives 124 too")
{
    std::optional<scripted_daemon> daemon;
    daemon.emplace(
        path,
        [this](scripted_daemon::client& to, const std::string& line, std::size_t number)
        {
            if (number == 1)
                return to.answer(line, wait_result("", open_watch(2)));
            ::unlink(path.c_str()); // nobody finds it any more
            to.hang_up();
        });
    CHECK(run({"wait", "job2", "--timeout", "50ms"}) == exit_code::time_limit);
    CHECK(err_has("still open: prod job2 (watch 2)"));
    CHECK(out.str().empty());
}

TEST_CASE_FIXTURE(
    ctl_fixture, "ids that are not known are told, the others are waited for, and the code is 3")
{
    {
        const scripted_daemon daemon(path, all_ended(ended_watch(1, "succeeded"), "\"nosuch\\u001b[2J\""));
        CHECK(run({"wait", "job1", "nosuch"}) == exit_code::not_known);
        CHECK(err_has("not known: nosuch\\x1b[2J"));
        CHECK(out_has("job1\tended\tsucceeded"));
    }
    const scripted_daemon daemon(path, all_ended(ended_watch(1, "failed"), "\"nosuch\""));
    CHECK(run({"wait", "job1", "nosuch"}) == exit_code::failed);
}

TEST_CASE_FIXTURE(ctl_fixture, "wait goes on when the daemon restarts in the middle")
{
    std::atomic<int> asked = 0;
    const auto play = [&](scripted_daemon::client& to, const std::string& line, std::size_t)
    {
        switch (++asked)
        {
        case 1:
            return to.answer(line, wait_result("", open_watch(1) + ',' + open_watch(2)));
        case 2:
            return to.refuse(line, -32007, "the daemon is stopping");
        case 3:
            to.put(R"({"jsonrpc":"2.0","id":)"); // half a line
            return to.hang_up();
        case 4:
            return to.answer(line, wait_result(ended_watch(1, "succeeded"), open_watch(2), "", "true"));
        default:
            return to.answer(line, wait_result(ended_watch(2, "cancelled"), ""));
        }
    };
    const scripted_daemon daemon(path, play);
    CHECK(run({"wait", "job1", "job2"}) == exit_code::cancelled);
    CHECK(count_of(out.str(), "\n") == 2); // each once
    CHECK(count_of(err.str(), "waiting for the daemon") == 1);
    CHECK(daemon.heard().size() == 5);
}

TEST_CASE_FIXTURE(ctl_fixture, "a daemon that was never reached is not waited for")
{
    CHECK(run({"wait", "job1"}) == exit_code::not_reachable);
    CHECK(err_has(path));
    CHECK(err_has("--socket"));
}

TEST_CASE_FIXTURE(
    ctl_fixture, "after its state was replaced, a number that belongs to another job is no answer")
{
    const scripted_daemon daemon(
        path,
        [](scripted_daemon::client& to, const std::string& line, std::size_t number)
        {
            to.answer(
                line,
                number == 1 ? wait_result("", open_watch(1))
                            : wait_result(ended_watch(1, "succeeded", "another"), ""));
        });
    CHECK(run({"wait", "job1"}) == exit_code::not_known);
    CHECK(err_has("not known: watch 1 (job1), any more"));
    CHECK(out.str().empty());
}

TEST_CASE_FIXTURE(ctl_fixture, "a watch that is gone when asked again is not known, and not awaited for ever")
{
    const scripted_daemon daemon(
        path,
        [](scripted_daemon::client& to, const std::string& line, std::size_t number)
        { to.answer(line, number == 1 ? wait_result("", open_watch(1)) : wait_result("", "", "\"1\"")); });
    CHECK(run({"wait", "job1"}) == exit_code::not_known);
}

TEST_CASE_FIXTURE(ctl_fixture, "with --any the first end is enough, and it is asked for as such")
{
    const scripted_daemon daemon(
        path,
        [](scripted_daemon::client& to, const std::string& line, std::size_t number)
        {
            to.answer(
                line,
                number == 1 ? wait_result("", open_watch(1) + ',' + open_watch(2))
                            : wait_result(ended_watch(2, "removed"), open_watch(1)));
        });
    CHECK(run({"wait", "--any", "job1", "job2"}) == exit_code::removed);
    CHECK(daemon.heard().back().find(R"("until":"any")") != std::string::npos);
    CHECK(count_of(out.str(), "\n") == 1);
}

TEST_CASE_FIXTURE(ctl_fixture, "labels are looked up page by page, and all that carry them are waited for")
{
    const scripted_daemon daemon(
        path,
        [](scripted_daemon::client& to, const std::string& line, std::size_t number)
        {
            if (number == 1)
                return to.answer(line, R"({"watches":[)" + ended_watch(1, "succeeded") + R"(],"next":1})");
            if (number == 2)
                return to.answer(line, R"({"watches":[)" + open_watch(2) + "]}");
            to.answer(line, wait_result(ended_watch(2, "lost"), ""));
        });
    CHECK(run({"wait", "--label", "change=CHG-1"}) == exit_code::lost);
    const auto heard = daemon.heard();
    REQUIRE(heard.size() == 3);
    CHECK(heard[0].find(R"("labels":{"change":"CHG-1"})") != std::string::npos);
    CHECK(heard[1].find(R"("after":1)") != std::string::npos);
    CHECK(method_of(heard[2]) == "wait");
}

TEST_CASE_FIXTURE(ctl_fixture, "labels that no watch carries are not known")
{
    const scripted_daemon daemon(
        path,
        [](scripted_daemon::client& to, const std::string& line, std::size_t)
        { to.answer(line, R"({"watches":[]})"); });
    CHECK(run({"wait", "--label", "change=none"}) == exit_code::not_known);
}

TEST_CASE_FIXTURE(ctl_fixture, "on a terminal wait shows how many have ended, and wipes it before a line")
{
    io.err_is_terminal = io.out_is_terminal = true;
    const scripted_daemon daemon(
        path,
        [](scripted_daemon::client& to, const std::string& line, std::size_t number)
        {
            to.answer(
                line,
                number == 1 ? wait_result("", open_watch(1)) : wait_result(ended_watch(1, "failed"), ""));
        });
    CHECK(run({"wait", "job1"}) == exit_code::failed);
    CHECK(err.str() == "\r\x1b[K0 of 1 ended\r\x1b[K");
    CHECK(out.str() == "prod job1 failed\n");
}

TEST_CASE_FIXTURE(ctl_fixture, "wait --json prints the daemon's objects to the letter")
{
    const scripted_daemon daemon(path, all_ended(ended_watch(1, "succeeded")));
    CHECK(run({"wait", "job1", "--json"}) == exit_code::ok);
    CHECK(out.str() == ended_watch(1, "succeeded") + "\n");
}
