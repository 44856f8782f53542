#include "io/state/directory_lock.hpp"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <optional>

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

} // namespace

explained<directory_lock> directory_lock::take(const std::string& directory, const std::string& file_name)
{
    const auto path = directory + "/" + file_name;
    file_descriptor file(open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!file.is_open())
    {
        const error_code why(errno, boost::system::system_category());
        return failure{why, fmt::format("cannot open the lock file {}: {}", path, why.message())};
    }
    int outcome = 0;
    do
        outcome = flock(file.number(), LOCK_EX | LOCK_NB);
    while (outcome != 0 && errno == EINTR);
    if (outcome != 0 && errno == EWOULDBLOCK)
        return locked(directory, file.number());
    if (outcome != 0)
    {
        const error_code why(errno, boost::system::system_category());
        return failure{why, fmt::format("cannot lock {}: {}", path, why.message())};
    }
    write_pid(file.number());
    return directory_lock(std::move(file));
}

} // namespace jobwatch
