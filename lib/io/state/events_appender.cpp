#include "io/state/events_appender.hpp"

#include <cerrno>

#include <fcntl.h>
#include <sys/stat.h>

namespace jobwatch
{

namespace
{

error_code last_error()
{
    return {errno, boost::system::system_category()};
}

} // namespace

error_code sync_folder(const std::string& folder)
{
    const file_descriptor opened(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!opened.is_open() || fsync(opened.number()) != 0)
        return last_error();
    return {};
}

result<events_appender> events_appender::open(const std::string& path, const std::string& folder)
{
    file_descriptor file(::open(path.c_str(), O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0640));
    if (!file.is_open())
        return last_error();
    const auto found = find_events_tail(file.number());
    if (!found)
        return found.error();
    events_appender appender(std::move(file), *found);
    if (found->torn != 0)
        if (const auto ec = appender.cut())
            return ec;
    if (fsync(appender.file_.number()) != 0)
        return last_error();
    if (const auto ec = sync_folder(folder))
        return ec;
    return appender;
}

error_code events_appender::append(std::string_view lines)
{
    if (to_cut_)
        if (const auto ec = cut())
            return ec;
    to_cut_ = true;
    auto ec = write_all(lines);
    // After a failed sync the kernel may call lost pages clean: only writing them again helps.
    if (!ec && fdatasync(file_.number()) != 0)
        ec = last_error();
    if (ec)
    {
        to_cut_ = static_cast<bool>(cut());
        return ec;
    }
    to_cut_ = false;
    size_ += lines.size();
    return {};
}

error_code events_appender::write_all(std::string_view lines) const
{
    while (!lines.empty())
    {
        const auto count = write(file_.number(), lines.data(), lines.size());
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return last_error();
        lines.remove_prefix(static_cast<std::size_t>(count));
    }
    return {};
}

error_code events_appender::cut() const
{
    return ftruncate(file_.number(), static_cast<off_t>(size_)) == 0 ? error_code() : last_error();
}

events_appender::state events_appender::look(const std::string& path) const
{
    struct stat ours
    {
    };
    struct stat named
    {
    };
    if (fstat(file_.number(), &ours) != 0 || stat(path.c_str(), &named) != 0)
        return state::gone;
    if (ours.st_ino != named.st_ino || ours.st_dev != named.st_dev)
        return state::gone;
    const auto size = static_cast<std::uint64_t>(ours.st_size);
    if (size < size_)
        return state::shrunk;
    return size > size_ && !to_cut_ ? state::grown : state::ours;
}

} // namespace jobwatch
