// kill -9 while a thousand jobs are watched: nothing acknowledged is lost, nothing is told twice.
#include "support/daemon_process.hpp"
#include "support/seed.hpp"
#include "support/state_reader.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <csignal>
#include <set>
#include <thread>

#include <unistd.h>

using namespace jobwatch::test;
using boost::json::object;

namespace
{

constexpr std::size_t job_count = 1'000;
constexpr std::size_t batch = 20;
constexpr int kills = 5;

// Submits until the daemon dies, and remembers what was acknowledged.
class submitter
{
public:
    explicit submitter(std::vector<std::string> ids) : ids_(std::move(ids)) {}

    const std::set<std::string>& acknowledged() const { return acknowledged_; }

    // False when the daemon has gone.
    bool submit_next(const std::string& socket)
    {
        try
        {
            boost::json::array jobs;
            for (std::size_t at = next_; at < std::min(next_ + batch, ids_.size()); ++at)
                jobs.emplace_back(ids_[at]);
            unix_client client(socket);
            const auto answer = client.result("submit", object{{"jobs", jobs}});
            for (const auto& one : answer.at("jobs").as_array())
                acknowledged_.insert(std::string(one.at("job").as_string()));
            next_ += jobs.size();
            return true;
        }
        catch (const std::exception&)
        {
            return false; // not acknowledged: submitted again after the next start
        }
    }
    bool has_more() const { return next_ < ids_.size(); }

private:
    std::vector<std::string> ids_;
    std::set<std::string> acknowledged_;
    std::size_t next_ = 0;
};

std::size_t endings(const daemon_process& daemon)
{
    return static_cast<std::size_t>(
        state_reader(daemon.state_file()).number("SELECT count(*) FROM events WHERE type = 'job.finished'"));
}

void check_history(const daemon_process& daemon, const std::set<std::string>& acknowledged)
{
    std::int64_t seq = 0;
    std::map<std::string, int> finished;
    for (const auto& event : daemon.logged())
    {
        CHECK(event.at("seq") == ++seq);
        if (event.at("event") == "job.finished")
            ++finished[std::string(event.at("job").as_string())];
    }
    for (const auto& id : acknowledged)
        CHECK_MESSAGE(finished[id] == 1, id);
    CHECK(finished.size() == acknowledged.size());
    const state_reader state(daemon.state_file());
    CHECK(state.number("SELECT count(*) FROM watches WHERE outcome IS NULL") == 0);
    CHECK(state.number("SELECT count(*) FROM watches") == static_cast<long long>(acknowledged.size()));
    CHECK((state.events() == daemon.events_text()));
    CHECK(state.texts("PRAGMA integrity_check").at(0) == "ok");
}

} // namespace

TEST_CASE("kill -9 while a thousand jobs are watched: each has exactly one ending, in database and file")
{
    const auto seed = chosen_seed();
    INFO(how_to_repeat(seed));
    random_source chance(seed);
    simulator_process simulator(
        {"--make-jobs", std::to_string(job_count), "--short", "100ms..3s", "--long", "2s..5s"});
    daemon_process daemon(watching(simulator, "requests_per_second = 1000\nburst = 50\n"));
    submitter people(simulator.ids());

    for (int round = 0; round < kills; ++round)
    {
        daemon.start();
        // The first two are killed while submits are under way, the others while polls are.
        const auto kill_after = std::chrono::milliseconds{chance.below(round < 2 ? 60 : 700)};
        std::thread killer(
            [&]
            {
                std::this_thread::sleep_for(kill_after); // the random moment
                ::kill(daemon.process().pid(), SIGKILL);
            });
        while ((round < 2 || people.has_more()) && people.submit_next(daemon.control()) && people.has_more())
            ;
        killer.join();
        CHECK(daemon.ends().signal == SIGKILL);
    }
    daemon.start();
    while (people.has_more())
        REQUIRE(people.submit_next(daemon.control()));
    CHECK(people.acknowledged().size() == job_count);
    CHECK(eventually([&] { return endings(daemon) == job_count; }));
    CHECK(daemon.stop().exit_code == 0);
    check_history(daemon, people.acknowledged());
}
