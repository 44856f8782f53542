#include "core/command.hpp"
#include "ctl/ctl_fixture.hpp"

#include <boost/json/parse.hpp>

using namespace jobwatch;
using namespace jobwatch::test;
using ctl::exit_code;

namespace json = boost::json;

namespace
{

// Acknowledges every submitted job with a number of its own.
struct counting_daemon
{
    void operator()(scripted_daemon::client& to, const std::string& line, std::size_t)
    {
        const json::value request = json::parse(line);
        std::string jobs;
        for (const auto& job : request.at("params").at("jobs").as_array())
            jobs += std::string(jobs.empty() ? "" : ",") + R"({"job":")" + job.as_string().c_str()
                + R"(","watch":)" + std::to_string(++next) + R"(,"already":false})";
        to.answer(line, R"({"jobs":[)" + jobs + "]}");
    }
    int next = 0;
};

std::string ids(int count, const std::string& padding = "")
{
    std::string text;
    for (int number = 1; number <= count; ++number)
        text += "job" + std::to_string(number) + padding + "\n";
    return text;
}

} // namespace

TEST_CASE_FIXTURE(ctl_fixture, "more than 10000 jobs are submitted in several requests")
{
    const scripted_daemon daemon(path, counting_daemon());
    in.str(ids(20'001));
    CHECK(run({"submit", "-"}) == exit_code::ok);
    const auto heard = daemon.heard();
    REQUIRE(heard.size() == 3);
    CHECK(json::parse(heard[0]).at("params").at("jobs").as_array().size() == max_jobs_per_request);
    CHECK(json::parse(heard[2]).at("params").at("jobs").as_array().size() == 1);
    CHECK(count_of(out.str(), "\tnew\n") == 20'001);
    CHECK(out_has("job20001\t20001\tnew\n"));
}

TEST_CASE_FIXTURE(
    ctl_fixture, "no request is longer than the daemon takes, however long its ids and labels are")
{
    const scripted_daemon daemon(path, counting_daemon());
    in.str(ids(10'000, std::string(120, 'x')));
    const std::string label = "l=" + std::string(256, '\x01'); // six letters each in JSON
    CHECK(run({"submit", "-", "--label", label.c_str()}) == exit_code::ok);
    const auto heard = daemon.heard();
    CHECK(heard.size() == 2);
    std::size_t jobs = 0;
    for (const std::string& line : heard)
    {
        CHECK(line.size() + 1 <= max_control_line);
        CHECK(json::parse(line).at("params").at("labels").as_object().size() == 1);
        jobs += json::parse(line).at("params").at("jobs").as_array().size();
    }
    CHECK(jobs == 10'000);
}

TEST_CASE_FIXTURE(ctl_fixture, "a wait for 25000 watches is exact: it ends after the last of them")
{
    // All open at first; then each request's watches end but for one, whose end comes a request later.
    const auto play = [](scripted_daemon::client& to, const std::string& line, std::size_t number)
    {
        const json::value params = json::parse(line).at("params");
        std::string first;
        std::string rest;
        if (number <= 3)
        {
            for (const auto& job : params.at("jobs").as_array())
                rest += (rest.empty() ? "" : ",") + open_watch(std::stoi(job.as_string().c_str() + 3));
            return to.answer(line, wait_result("", rest));
        }
        const auto& watches = params.at("watches").as_array();
        for (const auto& watch : watches)
        {
            const int asked = static_cast<int>(watch.as_int64());
            if (asked == 25'000 && watches.size() > 1)
                first = open_watch(asked);
            else
                rest +=
                    (rest.empty() ? "" : ",") + ended_watch(asked, asked == 25'000 ? "partial" : "succeeded");
        }
        to.answer(line, wait_result(rest, first));
    };
    const scripted_daemon daemon(path, play);
    in.str(ids(25'000));
    CHECK(run({"wait", "-"}) == exit_code::partial);
    CHECK(count_of(out.str(), "\n") == 25'000);
    CHECK(daemon.heard().size() == 7);
}

TEST_CASE_FIXTURE(ctl_fixture, "list pages through all, and asks for no more than its limit")
{
    const auto play = [](scripted_daemon::client& to, const std::string& line, std::size_t)
    {
        const json::value params = json::parse(line).at("params");
        const auto after = static_cast<int>(params.at("after").as_int64());
        const auto limit = static_cast<int>(params.at("limit").as_int64());
        const int last = std::min(after + limit, 2'500);
        std::string watches;
        for (int number = after + 1; number <= last; ++number)
            watches += (watches.empty() ? "" : ",") + open_watch(number);
        const std::string next = last == after + limit ? R"(,"next":)" + std::to_string(last) : std::string();
        to.answer(line, R"({"watches":[)" + watches + "]" + next + "}");
    };
    const scripted_daemon daemon(path, play);
    CHECK(run({"list"}) == exit_code::ok);
    CHECK(count_of(out.str(), "\n") == 2'500);
    CHECK(daemon.heard().size() == 3);
    out.str("");
    CHECK(run({"list", "--limit", "1200"}) == exit_code::ok);
    CHECK(count_of(out.str(), "\n") == 1'200);
    CHECK(daemon.heard().size() == 5);
}
