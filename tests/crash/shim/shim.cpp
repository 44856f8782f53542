#include "shim/shim.hpp"

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <utility>

#include <fcntl.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

namespace jobwatch::crash
{

namespace
{

constexpr int lowest_descriptor = 700; // out of the way of those that the process counts on

long raw_open(const char* path, int flags, int mode)
{
    return syscall(SYS_openat, AT_FDCWD, path, flags, mode);
}

} // namespace

void die()
{
    for (;;)
        syscall(SYS_kill, getpid(), SIGKILL);
}

shim& shim::instance()
{
    static auto* const only = new shim();
    return *only;
}

shim::shim()
{
    const char* const journal = std::getenv(journal_variable);
    const char* const folders = std::getenv(folders_variable);
    if (journal == nullptr || folders == nullptr)
        return;
    for (std::string_view rest = folders; !rest.empty();)
    {
        const auto one = rest.substr(0, rest.find(':'));
        rest.remove_prefix(std::min(rest.size(), one.size() + 1));
        folders_.emplace_back(one);
        struct stat about = {};
        stat(folders_.back().c_str(), &about);
        folder_identities_.emplace_back(about.st_dev, about.st_ino);
    }
    if (const char* const text = std::getenv(kill_variable);
        text != nullptr && !read_kill_point(text, point_))
        std::abort();
    const auto opened = raw_open(journal, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (opened < 0)
        std::abort();
    journal_ = fcntl(static_cast<int>(opened), F_DUPFD_CLOEXEC, lowest_descriptor);
    syscall(SYS_close, opened);
    // A program that we start is not watched.
    unsetenv("LD_PRELOAD");
}

bool shim::find(const char* path, place& to) const
{
    const std::string_view all = path == nullptr ? "" : path;
    const auto slash = all.rfind('/');
    if (slash == std::string_view::npos)
        return false;
    for (std::size_t at = 0; at < folders_.size(); ++at)
        if (all.substr(0, slash) == folders_[at])
        {
            to = {static_cast<std::uint8_t>(at), all.substr(slash + 1)};
            return true;
        }
    return false;
}

bool shim::find(int file, record_head& to) const
{
    struct stat about = {};
    if (fstat(file, &about) != 0)
        return false;
    const identity id(about.st_dev, about.st_ino);
    if (S_ISREG(about.st_mode))
    {
        const auto known = files_.find(id);
        to.what = call::sync;
        if (known == files_.end())
            return false;
        to.file = known->second.number;
        to.folder = known->second.folder;
        return true;
    }
    for (std::size_t at = 0; S_ISDIR(about.st_mode) && at < folders_.size(); ++at)
        if (folder_identities_[at] == id)
        {
            to.what = call::sync_folder;
            to.folder = static_cast<std::uint8_t>(at);
            return true;
        }
    return false;
}

bool shim::strikes(call_class what, const record_head& head, moment& when)
{
    when = point_.when;
    const bool counts = what == point_.what && (point_.folder == any_folder || point_.folder == head.folder);
    return counts && ++count_ == point_.ordinal;
}

void shim::put(record_head head, std::string_view text) const
{
    head.size = static_cast<std::uint32_t>(sizeof(head) + text.size());
    const iovec parts[] = {{&head, sizeof(head)}, {const_cast<char*>(text.data()), text.size()}};
    if (syscall(SYS_writev, journal_, parts, 2) != static_cast<long>(head.size))
        std::abort(); // a journal that lacks something proves nothing
}

long shim::change(
    call_class what, record_head head, std::string_view text, long size, const std::function<long()>& make)
{
    moment when{};
    const bool kills = strikes(what, head, when);
    if (kills && when != moment::after)
        die();
    put(head, text);
    const long done = make();
    const int error = errno;
    if (done < size)
    {
        head.what = call::amend;
        head.offset = done;
        put(head, {});
    }
    if (kills)
        die();
    errno = error;
    return done;
}

long shim::write(record_head head, std::string_view bytes, const std::function<long(std::size_t)>& make)
{
    moment when{};
    const bool kills = strikes(call_class::write, head, when);
    if (kills && when == moment::before)
        die();
    if (kills && when == moment::half)
        bytes = bytes.substr(0, bytes.size() / 2);
    head.what = call::write;
    put(head, bytes);
    const long done = make(bytes.size());
    const int error = errno;
    if (done < static_cast<long>(bytes.size()))
    {
        head.what = call::amend;
        head.offset = done;
        put(head, {});
    }
    if (kills)
        die();
    errno = error;
    return done;
}

long shim::sync(const record_head& head, const std::function<long()>& make)
{
    moment when{};
    const bool kills = strikes(call_class::sync, head, when);
    if (kills && when != moment::after)
        die();
    const long done = make();
    const int error = errno;
    if (done == 0)
        put(head, {});
    if (kills)
        die();
    errno = error;
    return done;
}

long shim::open(const place& where, bool truncates, const std::function<long()>& make, bool creates)
{
    const std::string path = folders_[where.folder] + '/' + std::string(where.name);
    struct stat about = {};
    const bool there = stat(path.c_str(), &about) == 0;
    record_head head;
    head.folder = where.folder;
    head.file = last_file_ + 1;
    head.created = !there;
    if (there)
        if (const auto known = files_.find({about.st_dev, about.st_ino}); known != files_.end())
            head.file = known->second.number;
    if (!there && !creates)
        return make();
    last_file_ = std::max(last_file_, head.file);
    long opened = -1;
    if (there)
    {
        put(head, where.name);
        opened = make();
    }
    else
        opened = change(call_class::create, head, where.name, 0, make);
    if (opened < 0)
        return opened;
    const int error = errno;
    if (fstat(static_cast<int>(opened), &about) == 0 && S_ISREG(about.st_mode))
        files_[{about.st_dev, about.st_ino}] = {head.file, head.folder};
    if (there && truncates)
    {
        head.what = call::truncate;
        put(head, {}); // it is empty already, and nobody can have written to it
    }
    errno = error;
    return opened;
}

} // namespace jobwatch::crash
