#include "io/appliance/small_file.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstdint>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace jobwatch
{

namespace
{

class open_file
{
public:
    // O_NONBLOCK: a pipe in the file's place must not hold us up.
    explicit open_file(const std::string& path) :
        fd_(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY))
    {
    }
    ~open_file()
    {
        if (fd_ >= 0)
            close(fd_);
    }
    open_file(const open_file&) = delete;
    open_file& operator=(const open_file&) = delete;

    int fd() const { return fd_; }

private:
    int fd_;
};

error_code last_system_error()
{
    return {errno, boost::system::system_category()};
}

std::string_view name_of_type(mode_t mode)
{
    if (S_ISDIR(mode))
        return "a folder";
    if (S_ISFIFO(mode))
        return "a named pipe";
    if (S_ISSOCK(mode))
        return "a socket";
    return "a device";
}

// One byte more than allowed is enough to know.
result<std::string> read_up_to(int fd, std::size_t limit)
{
    std::string text(limit, '\0');
    std::size_t size = 0;
    while (size < limit)
    {
        const auto taken = read(fd, text.data() + size, limit - size);
        if (taken < 0 && errno == EINTR)
            continue;
        if (taken < 0)
        {
            const auto failed = last_system_error();
            wipe(text);
            return failed;
        }
        if (taken == 0)
            break;
        size += static_cast<std::size_t>(taken);
    }
    text.resize(size);
    return text;
}

std::int64_t nanoseconds_of(const timespec& time)
{
    return time.tv_sec * 1'000'000'000LL + time.tv_nsec;
}

} // namespace

std::string stamp_of(const std::string& path)
{
    struct stat seen
    {
    };
    if (stat(path.c_str(), &seen) != 0)
        return {};
    return fmt::format(
        "{}-{}-{}-{}", nanoseconds_of(seen.st_mtim), nanoseconds_of(seen.st_ctim), seen.st_size, seen.st_ino);
}

explained<secret_text> read_small_file(std::string_view what, const std::string& path, std::size_t limit)
{
    const auto complaint = [&](error_code code, std::string_view text) {
        return failure{code, fmt::format("{} {}: {}", what, path, text)};
    };
    const open_file file(path);
    if (file.fd() < 0)
    {
        const auto failed = last_system_error();
        return complaint(
            failed, "cannot be opened: " + failed.message() + "; allowed is a file that we can read");
    }
    struct stat seen
    {
    };
    if (fstat(file.fd(), &seen) != 0)
        return complaint(last_system_error(), "cannot be looked at");
    if (!S_ISREG(seen.st_mode))
        return complaint(
            make_error_code(boost::system::errc::invalid_argument),
            fmt::format("is {}; allowed is a file", name_of_type(seen.st_mode)));
    auto read = read_up_to(file.fd(), limit + 1);
    if (read.has_error())
        return complaint(read.error(), "cannot be read: " + read.error().message());
    secret_text text(std::move(*read));
    if (text.view().size() > limit)
        return complaint(errc::too_large, fmt::format("is too large; allowed are {} bytes", limit));
    return text;
}

} // namespace jobwatch
