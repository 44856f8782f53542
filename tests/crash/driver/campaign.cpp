#include "driver/campaign.hpp"

#include "checker/read_history.hpp"
#include "disk/disk_model.hpp"
#include "driver/crowd.hpp"
#include "support/daemon_process.hpp"

#include <csignal>
#include <filesystem>
#include <stdexcept>

namespace jobwatch::crash
{

namespace
{

namespace fs = std::filesystem;
namespace json = boost::json;

constexpr std::chrono::milliseconds settling_limit{60'000};
constexpr std::size_t jobs_at_least = 2'000;

test::daemon_wish wish_of(const test::simulator_process& appliance, bool prune)
{
    auto wish = test::watching(appliance, "requests_per_second = 10000\nburst = 100\nconnections = 16\n");
    wish.poll = "first_after = \"20ms\"\nmin_interval = \"20ms\"\nmax_interval = \"500ms\"\nbackoff = 0.2\n";
    wish.more = std::string("[events]\nrotate_size = \"1MiB\"\nrotate_keep = ") + (prune ? "3" : "1000")
        + "\n\n[control]\nheartbeat = \"200ms\"\n";
    return wish;
}

class campaign
{
public:
    explicit campaign(const campaign_wish& wish) :
        wish_(wish),
        appliance_(simulator_options()),
        daemon_(wish_of(appliance_, wish.prune)),
        disk_({daemon_.file("state"), daemon_.file("logs")}),
        stage_(daemon_.control(), daemon_.events(), appliance_.ids())
    {
        fs::create_directory(daemon_.file("trace"));
        std::string fates;
        for (const auto& one : appliance_.fates())
            fates += std::string(one.at("id").as_string()) + ' ' + std::string(one.at("outcome").as_string())
                + '\n';
        test::write_text(daemon_.file("fates.txt"), fates);
        if (wish_.prune)
            test::write_text(daemon_.file("pruned"), "");
    }

    tally run()
    {
        crowd people(stage_, daemon_.file("trace"), wish_.clients, wish_.seed);
        people.begin();
        for (std::size_t at = 0; at < wish_.lives.size() && sum_.found.empty(); ++at)
        {
            live(wish_.lives[at]);
            if (wish_.check_every != 0 && (at + 1) % wish_.check_every == 0 && sum_.found.empty())
                look_in_between(people);
        }
        if (sum_.found.empty())
            settle(people);
        people.end();
        if (sum_.found.empty())
            judge(daemon_.file(""));
        else
            keep(daemon_.file(""));
        sum_.acknowledged = stage_.acknowledged_submits;
        sum_.opened = stage_.opened;
        return std::move(sum_);
    }

private:
    std::vector<std::string> simulator_options() const
    {
        const auto jobs = std::max(jobs_at_least, wish_.lives.size() * wish_.submits_per_life);
        return {"--make-jobs", std::to_string(jobs),
                "--seed",      std::to_string(wish_.seed % 1'000'000),
                "--short",     "10ms..400ms",
                "--long",      "400ms..2s",
                "--versions",  "40",
                "--fates",     "instant=25,short=40,long=5,failed=10,error=5,partial=10,aborted=5"};
    }

    void find(std::string rule, std::string text)
    {
        sum_.found.push_back({std::move(rule), "jobwatchd", std::move(text)});
    }

    void begin(const std::optional<kill_point>& point)
    {
        fs::remove(daemon_.file("journal"));
        daemon_.environment = {
            {"LD_PRELOAD", wish_.shim},
            {folders_variable, disk_.shim_folders()},
            {journal_variable, daemon_.file("journal")}};
        if (point)
            daemon_.environment[kill_variable] = text_of(*point);
        daemon_.begin();
    }

    void live(const life& one)
    {
        const auto more = static_cast<std::int64_t>(wish_.submits_per_life);
        stage_.allowance = std::min<std::int64_t>(stage_.allowance + more, 3 * more);
        begin(one.point);
        // In its first moments a SIGTERM ends it as it ends any program. An orderly stop is promised from then on.
        if (one.how == life::end::stop && !test::eventually([this] { return answers(); }))
            return find("stuck", "it does not answer after a start");
        auto ended = daemon_.process().wait(one.limit);
        const bool by_itself = ended.has_value();
        if (!ended)
            ended = end_by_hand(one);
        count(one, by_itself);
        if (by_itself && !(one.point && ended->signal == SIGKILL))
            return find("died", death_of(*ended));
        if (one.how == life::end::stop && ended->exit_code != 0)
            return find("died", "at a SIGTERM, " + death_of(*ended));
        disk_.take(daemon_.file("journal"));
        if (one.cut)
            cut(one);
    }

    bool answers()
    {
        try
        {
            return test::unix_client(daemon_.control()).result("version").contains("version");
        }
        catch (const std::exception&)
        {
            return !daemon_.process().running(); // then there is nothing to wait for
        }
    }

    test::child_end end_by_hand(const life& one)
    {
        auto& process = daemon_.process();
        if (one.how != life::end::kill)
            process.send(SIGTERM);
        if (one.how == life::end::stop)
            return daemon_.ends();
        if (one.how == life::end::stop_then_kill)
            if (const auto ended = process.wait(one.respite))
                return *ended;
        process.send(SIGKILL);
        return daemon_.ends();
    }

    void count(const life& one, bool by_itself)
    {
        if (one.how == life::end::stop)
        {
            ++sum_.stops;
            return;
        }
        ++(one.cut ? sum_.cuts : sum_.kills);
        if (by_itself && one.point)
            ++sum_.at_points.at(static_cast<std::size_t>(one.point->what));
        else
            ++sum_.at_random;
    }

    void cut(const life& one)
    {
        test::random_source chance(one.seed);
        const auto report = disk_.cut(chance);
        sum_.unsynced_bytes += report.bytes;
        sum_.lost_bytes += report.bytes_lost;
        sum_.folder_changes += report.folder_changes;
        sum_.folder_changes_lost += report.folder_changes_lost;
    }

    std::string death_of(const test::child_end& ended) const
    {
        const auto said = daemon_.output();
        return "exit code " + std::to_string(ended.exit_code) + ", signal " + std::to_string(ended.signal)
            + ": " + said.substr(said.size() - std::min<std::size_t>(said.size(), 600));
    }

    // A copy is judged: to open the database would change it.
    void look_in_between(crowd& people)
    {
        people.flush();
        const auto copy = daemon_.file("copy");
        fs::remove_all(copy);
        copy_parts(daemon_.file(""), copy);
        test::write_text(copy + "/unsettled", "");
        judge(copy);
        fs::remove_all(copy);
    }

    // Nobody submits any more: every watch ends, the file has all of it, and every reader, too.
    void settle(crowd& people)
    {
        stage_.settling = true;
        begin({});
        std::string now;
        std::uint64_t head = 0;
        const auto all_ended = [&]
        {
            const auto status = status_now();
            head = status.empty() ? 0 : json::value_to<std::uint64_t>(status.at("head"));
            now = json::serialize(status).substr(0, 300);
            return !status.empty() && status.at("watches").at("open") == 0 && status.at("logged") == head
                && people.has_read(head);
        };
        if (!test::eventually(all_ended, settling_limit))
            find("stuck", "it does not settle: " + now + "; readers: " + people.places());
        daemon_.kill();
        sum_.events += head;
    }

    json::object status_now()
    {
        try
        {
            return test::unix_client(daemon_.control()).result("status");
        }
        catch (const std::exception&)
        {
            if (!daemon_.process().running())
                throw;
            return {};
        }
    }

    void judge(const std::string& folder)
    {
        try
        {
            const auto run = read_history(folder);
            for (auto& one : check(run))
                sum_.found.push_back(std::move(one));
            sum_.endings_told = run.endings.size();
            sum_.backups = run.backups.size();
            sum_.readings = 0;
            for (const auto& one : run.readers)
                sum_.readings += one.steps.size();
        }
        catch (const std::exception& failed)
        {
            find("unreadable", failed.what());
        }
        if (!sum_.found.empty())
            keep(folder);
    }

    // What crash_checker reads, and what people want to see beside it.
    static void copy_parts(const std::string& from, const std::string& to)
    {
        fs::create_directories(to);
        for (const auto* part :
             {"state", "logs", "trace", "fates.txt", "pruned", "unsettled", "output", "jobwatchd.toml"})
            if (fs::exists(from + '/' + part))
                fs::copy(from + '/' + part, to + '/' + part, fs::copy_options::recursive);
    }

    void keep(const std::string& folder) const
    {
        if (!wish_.keep.empty() && !fs::exists(wish_.keep))
            copy_parts(folder, wish_.keep);
    }

    const campaign_wish& wish_;
    test::simulator_process appliance_;
    test::daemon_process daemon_;
    disk_model disk_;
    stage stage_;
    tally sum_;
};

} // namespace

void tally::add(const tally& other)
{
    kills += other.kills;
    cuts += other.cuts;
    stops += other.stops;
    at_random += other.at_random;
    for (std::size_t at = 0; at < at_points.size(); ++at)
        at_points.at(at) += other.at_points.at(at);
    acknowledged += other.acknowledged;
    opened += other.opened;
    events += other.events;
    readings += other.readings;
    endings_told += other.endings_told;
    backups += other.backups;
    unsynced_bytes += other.unsynced_bytes;
    lost_bytes += other.lost_bytes;
    folder_changes += other.folder_changes;
    folder_changes_lost += other.folder_changes_lost;
    found.insert(found.end(), other.found.begin(), other.found.end());
}

tally play(const campaign_wish& wish)
{
    return campaign(wish).run();
}

} // namespace jobwatch::crash
