#include "io/appliance/password_file.hpp"

#include <fmt/format.h>

#include <cerrno>

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
    explicit open_file(const std::string& path) : fd_(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK))
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

failure complaint(const std::string& path, error_code code, std::string_view text)
{
    return {code, fmt::format("password file {}: {}", path, text)};
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

explained<secret_text> read_password(const std::string& path)
{
    const open_file file(path);
    if (file.fd() < 0)
    {
        const auto failed = last_system_error();
        return complaint(path, failed, "cannot be opened: " + failed.message());
    }
    struct stat seen
    {
    };
    if (fstat(file.fd(), &seen) != 0 || !S_ISREG(seen.st_mode))
        return complaint(
            path, make_error_code(boost::system::errc::invalid_argument), "is not a regular file");
    auto read = read_up_to(file.fd(), max_password_file + 1);
    if (read.has_error())
        return complaint(path, read.error(), "cannot be read: " + read.error().message());
    std::string& text = *read;
    if (text.size() > max_password_file)
    {
        wipe(text);
        return complaint(
            path, errc::too_large,
            fmt::format("is larger than a password may be, {} bytes", max_password_file));
    }
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r'))
        text.pop_back();
    if (text.empty())
        return complaint(
            path, make_error_code(boost::system::errc::invalid_argument),
            "is empty; allowed is one password");
    if (text.find('\n') != std::string::npos)
    {
        wipe(text);
        return complaint(
            path, make_error_code(boost::system::errc::invalid_argument),
            "has several lines; allowed is one password in one line");
    }
    return secret_text(std::move(text));
}

} // namespace jobwatch
