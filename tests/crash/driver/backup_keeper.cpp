#include "driver/backup_keeper.hpp"

#include "support/child_process.hpp"

namespace jobwatch::crash
{

namespace
{

constexpr int most_backups = 12; // in a campaign: each is a copy of the whole

bool knows_backup(const std::string& output)
{
    test::child_process asked({{JOBWATCHCTL_PROGRAM, "backup", "--help"}, output, {}});
    const auto ended = asked.wait();
    return ended && ended->exit_code == 0;
}

} // namespace

backup_keeper::backup_keeper(stage& shared, const std::string& trace_folder, std::uint64_t seed) :
    stage_(shared), folder_(trace_folder), trace_(trace_folder + "/jobwatchctl.backups"), chance_(seed)
{
}

void backup_keeper::begin()
{
    if (knows_backup(folder_ + "/backup.out"))
        thread_ = std::thread([this] { run(); });
}

void backup_keeper::end()
{
    if (thread_.joinable())
        thread_.join();
    flush();
}

void backup_keeper::run()
{
    for (int number = 0; number < most_backups && !stage_.settling && !stage_.over; ++number)
    {
        std::this_thread::sleep_for(std::chrono::milliseconds{chance_.below(2'000)}); // a pace, not a wait
        back_up(number);
    }
}

// Only one that says that it was made promises anything.
void backup_keeper::back_up(int number)
{
    const auto promised = stage_.newest_watch.load();
    const auto name = "backup-" + std::to_string(number) + ".db";
    test::child_process made(
        {{JOBWATCHCTL_PROGRAM, "backup", "--socket", stage_.control, folder_ + '/' + name},
         folder_ + "/backup.out",
         {}});
    const auto ended = made.wait();
    if (ended && ended->exit_code == 0)
        trace_.say("backup", name, promised);
}

} // namespace jobwatch::crash
