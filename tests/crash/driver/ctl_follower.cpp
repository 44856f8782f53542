#include "driver/ctl_follower.hpp"

#include "support/child_process.hpp"

#include <csignal>
#include <filesystem>

namespace jobwatch::crash
{

ctl_follower::ctl_follower(stage& shared, std::string folder, std::uint64_t seed) :
    stage_(shared), folder_(std::move(folder)), chance_(seed)
{
    std::filesystem::create_directories(folder_);
}

void ctl_follower::begin()
{
    thread_ = std::thread([this] { run(); });
}

void ctl_follower::end()
{
    if (thread_.joinable())
        thread_.join();
}

void ctl_follower::run()
{
    for (int number = 0; !stage_.over; ++number)
        follow(number);
}

// While the others settle, it may stay until the end. (Its parent is the thread that begins it: that must live on.)
void ctl_follower::follow(int number)
{
    test::child_process running(
        {{JOBWATCHCTL_PROGRAM, "follow", "--json", "--socket", stage_.control, "--from", "begin",
          "--cursor-file", folder_ + "/cursor"},
         folder_ + '/' + std::to_string(number),
         {}});
    const auto limit = std::chrono::milliseconds{200 + chance_.below(3'000)};
    bool ended = running.wait(limit).has_value(); // it gives up when nobody was there at first
    while (!ended && stage_.settling && !stage_.over)
        ended = running.wait(std::chrono::milliseconds{50}).has_value();
    if (!ended)
        running.send(chance_.one_in(2) ? SIGKILL : SIGTERM);
    running.wait();
}

std::uint64_t ctl_follower::place() const
{
    const auto text = test::file_text(folder_ + "/cursor");
    const auto colon = text.rfind(':');
    return colon == std::string::npos ? 0 : std::strtoull(text.c_str() + colon + 1, nullptr, 10);
}

} // namespace jobwatch::crash
