// crash_driver: kills jobwatchd and cuts its power as often as it is told to, and has the checker look at what is left.
#include "driver/campaign.hpp"
#include "support/seed.hpp"

#include <CLI/CLI.hpp>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <iostream>

using namespace jobwatch::crash;

namespace
{

struct options
{
    std::uint64_t seed = jobwatch::test::chosen_seed();
    std::size_t kills = 50;
    std::size_t cuts = 15;
    double minutes = 0;
    std::size_t lives = 40;
    std::string folder;
    campaign_wish wish;
    std::string point;
    bool plan_only = false;
};

void add_options(CLI::App& app, options& to)
{
    app.add_option(
        "--seed", to.seed,
        "of the plan and of the cuts: the same seed replays the same plan (default: drawn)");
    app.add_option("--kills", to.kills, "how often it is killed")->capture_default_str();
    app.add_option("--cuts", to.cuts, "how often the power goes")->capture_default_str();
    app.add_option("--minutes", to.minutes, "begin no further campaign after so long (0: no limit)")
        ->capture_default_str();
    app.add_option("--lives", to.lives, "lives in one campaign: a folder, an appliance, a check at its end")
        ->capture_default_str()
        ->check(CLI::Range(1, 100'000));
    app.add_option("--clients", to.wish.clients, "how many clients there are beside jobwatchctl follow")
        ->capture_default_str()
        ->check(CLI::Range(6, 900));
    app.add_option("--submits-per-life", to.wish.submits_per_life, "about, new watches")
        ->capture_default_str();
    app.add_option(
           "--check-every", to.wish.check_every,
           "also check after so many lives (0: at the end of a campaign)")
        ->capture_default_str();
    app.add_option("--folder", to.folder, "where temporary folders are made (default: $TMPDIR or /tmp)");
    app.add_option("--keep", to.wish.keep, "copy what is left behind to this folder when something is found");
    app.add_option(
        "--point", to.point,
        "kill at this point in every life: sync:17:before, or write:3:half:1 for the logs alone");
    app.add_flag("--plan", to.plan_only, "print the plan and do nothing");
}

void print(const tally& sum, double seconds)
{
    std::printf(
        "%zu kills, %zu power cuts, %zu orderly stops in %.0f s\n", sum.kills, sum.cuts, sum.stops, seconds);
    std::printf("  of the kills and cuts: %zu at random moments; at calls:", sum.at_random);
    for (std::size_t at = 0; at < sum.at_points.size(); ++at)
        std::printf(" %s %zu", call_class_names[at], sum.at_points.at(at));
    std::printf(
        "\n  the cuts: %zu of %zu unsynced bytes and %zu of %zu unsynced folder changes were lost\n",
        sum.lost_bytes, sum.unsynced_bytes, sum.folder_changes_lost, sum.folder_changes);
    std::printf(
        "  %llu acknowledged submits, %llu new watches, %llu events, %llu records of readers, %llu endings "
        "told, %zu backups\n",
        static_cast<unsigned long long>(sum.acknowledged), static_cast<unsigned long long>(sum.opened),
        static_cast<unsigned long long>(sum.events), static_cast<unsigned long long>(sum.readings),
        static_cast<unsigned long long>(sum.endings_told), sum.backups);
}

double seconds_since(std::chrono::steady_clock::time_point begun)
{
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
}

void aim_all(std::vector<life>& plan, const std::string& point)
{
    kill_point wanted;
    if (!read_kill_point(point.c_str(), wanted))
        throw std::runtime_error(point + " is no kill point");
    for (auto& one : plan)
    {
        one.how = life::end::kill;
        one.point = wanted;
        one.limit = std::max(one.limit, std::chrono::milliseconds{1'500});
    }
}

int run(options& asked)
{
    auto plan = make_plan(asked.seed, asked.kills, asked.cuts);
    if (!asked.point.empty())
        aim_all(plan, asked.point);
    std::cout << "seed " << asked.seed << ": " << asked.kills << " kills and " << asked.cuts
              << " power cuts in " << plan.size() << " lives (repeat with --seed " << asked.seed
              << " --kills " << asked.kills << " --cuts " << asked.cuts << ")\n";
    for (std::size_t at = 0; asked.plan_only && at < plan.size(); ++at)
        std::cout << at + 1 << ": " << text_of(plan[at]) << '\n';
    const auto begun = std::chrono::steady_clock::now();
    tally sum;
    std::size_t campaigns = 0;
    for (std::size_t at = 0; at < plan.size() && sum.found.empty() && !asked.plan_only; at += asked.lives)
    {
        if (asked.minutes > 0 && seconds_since(begun) > 60 * asked.minutes)
        {
            std::cout << "the time is over\n";
            break;
        }
        auto& wish = asked.wish;
        wish.seed = asked.seed + at;
        const auto end = std::min(plan.size(), at + asked.lives);
        wish.lives.assign(
            plan.begin() + static_cast<std::ptrdiff_t>(at), plan.begin() + static_cast<std::ptrdiff_t>(end));
        wish.prune = ++campaigns % 3 == 0;
        const auto part = play(wish);
        sum.add(part);
        std::printf(
            "%6.0f s  campaign %zu: %zu kills, %zu cuts, %llu acknowledged submits; in all %zu kills, %zu "
            "cuts, %llu submits\n",
            seconds_since(begun), campaigns, part.kills, part.cuts,
            static_cast<unsigned long long>(part.acknowledged), sum.kills, sum.cuts,
            static_cast<unsigned long long>(sum.acknowledged));
        std::fflush(stdout);
    }
    print(sum, seconds_since(begun));
    constexpr std::size_t most_shown = 40;
    for (std::size_t at = 0; at < std::min(sum.found.size(), most_shown); ++at)
        std::cout << "FOUND  " << text_of(sum.found[at]) << '\n';
    std::cout
        << (sum.found.empty() ? "every promise was kept\n"
                              : std::to_string(sum.found.size()) + " findings\n");
    return sum.found.empty() ? 0 : 1;
}

} // namespace

int main(int count, char** words)
{
    options asked;
    asked.wish.shim = CRASH_SHIM;
    CLI::App app(
        "kills jobwatchd and cuts its power, and checks that nothing is lost and nothing comes twice");
    add_options(app, asked);
    CLI11_PARSE(app, count, words);
    try
    {
        if (!asked.folder.empty())
            setenv("TMPDIR", asked.folder.c_str(), 1);
        return run(asked);
    }
    catch (const std::exception& failed)
    {
        std::cerr << "crash_driver: " << failed.what() << '\n';
        return 2;
    }
}
