#include "io/state/directory_lock.hpp"

#include "io/state/state_failure.hpp"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <optional>
#include <thread>

#include <fcntl.h>
#include <sys/file.h>

namespace jobwatch
{

namespace
{

std::optional<int> written_pid(int file)
{
    std::array<char, 16> text{};
    const auto count = pread(file, text.data(), text.size(), 0);
    int pid = 0;
    if (count <= 0 || std::from_chars(text.data(), text.data() + count, pid).ec != std::errc{} || pid <= 0)
        return std::nullopt;
    return pid;
}

failure locked(const std::string& directory, int file)
{
    const auto pid = written_pid(file);
    const auto owner = pid ? fmt::format(" (pid {})", *pid) : std::string();
    return {
        make_error_code(errc::state_locked),
        fmt::format("the directory {} is in use by another jobwatchd{}", directory, owner)};
}

// Only for people and for the message above: the lock itself is the kernel's. Hence no error when it fails.
void write_pid(int file)
{
    const auto text = fmt::format("{}\n", getpid());
    if (ftruncate(file, 0) == 0) [[maybe_unused]]
        const auto ignored = pwrite(file, text.data(), text.size(), 0);
}

// 0, or the system's error.
int try_lock(int file)
{
    int outcome = 0;
    do
        outcome = flock(file, LOCK_EX | LOCK_NB);
    while (outcome != 0 && errno == EINTR);
    return outcome == 0 ? 0 : errno;
}

} // namespace

lock_pause patient_pause()
{
    static constexpr std::chrono::milliseconds pause{50};
    constexpr int most_tries = 40;
    return [tries = 0]() mutable
    {
        if (++tries > most_tries)
            return false;
        std::this_thread::sleep_for(pause);
        return true;
    };
}

explained<directory_lock> directory_lock::take(
    const std::string& directory, const std::string& file_name, const lock_pause& between_tries)
{
    const auto path = directory + "/" + file_name;
    file_descriptor file(open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!file.is_open())
        return file_failure(errno, path, "open the lock file");
    int failed = try_lock(file.number());
    while (failed == EWOULDBLOCK && between_tries())
        failed = try_lock(file.number());
    if (failed == EWOULDBLOCK)
        return locked(directory, file.number());
    if (failed != 0)
    {
        const error_code why(failed, boost::system::system_category());
        return failure{why, fmt::format("cannot lock {}: {}", path, why.message())};
    }
    write_pid(file.number());
    return directory_lock(std::move(file));
}

} // namespace jobwatch
