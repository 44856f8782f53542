#include "io/state/state_failure.hpp"

#include "io/state/sqlite_connection.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <cerrno>

#include <sys/stat.h>
#include <unistd.h>

namespace jobwatch
{

namespace
{

// Somebody started it as root once, or as another user: the usual reason for "Permission denied". What is not there yet
// its directory is to blame for.
std::string about_owner(std::string path)
{
    struct stat status
    {
    };
    if (lstat(path.c_str(), &status) != 0)
        path.resize(std::min(path.rfind('/'), path.size()));
    if (lstat(path.c_str(), &status) != 0)
        return {};
    if (status.st_uid == geteuid())
        return fmt::format(
            "the mode of {} is {:04o}: its owner must be able to read and write it", path,
            status.st_mode & 07777);
    return fmt::format(
        "{} belongs to uid {} and jobwatchd runs as uid {}: chown it with all that lies in it, or start "
        "jobwatchd "
        "as its owner",
        path, status.st_uid, geteuid());
}

std::string system_advice(int error, const std::string& path)
{
    switch (error)
    {
    case EACCES:
    case EPERM:
        return about_owner(path);
    case EROFS:
        return "the file system is read-only: mount it writable, and look into the kernel's log for why it "
               "is not";
    case ENOSPC:
    case EDQUOT:
        return "make room on that file system";
    case EIO:
        return "the disk fails: look into the kernel's log, and keep a copy of the directory before anything "
               "else";
    case EEXIST:
        return "nothing is written over another file: choose a name that is free";
    case EISDIR:
    case ELOOP:
        return "a plain file is expected there: move away what is in its place";
    default:
        return {};
    }
}

std::string database_advice(int code, const std::string& path)
{
    switch (code & 0xff)
    {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return "another program (sqlite3, a copying tool) has it open and locked: end that program";
    case SQLITE_READONLY:
        return "the file, its directory or the file system cannot be written";
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
        return fmt::format(
            "{0}, {0}-wal and {0}-shm must be plain files of the user that runs jobwatchd (uid {1})", path,
            geteuid());
    case SQLITE_FULL:
        return "make room on that file system";
    case SQLITE_IOERR:
        return "the disk fails or is full: look into the kernel's log, and keep a copy of the directory "
               "before "
               "anything else";
    default:
        return {};
    }
}

failure explain(error_code code, error_code cause, const std::string& what, const std::string& advice)
{
    return {code, what + ": " + cause.message() + (advice.empty() ? "" : "; " + advice)};
}

} // namespace

failure database_failure(error_code ec, const std::string& path, std::string_view doing)
{
    const auto what = fmt::format("cannot {} {}", doing, path);
    if (means_corrupt(ec))
        return explain(make_error_code(errc::state_corrupt), ec, what, "the database is damaged");
    if (ec.category() == boost::system::system_category())
        return file_failure(ec.value(), path, doing);
    return explain(ec, ec, what, database_advice(ec.value(), path));
}

failure file_failure(int system_error, const std::string& path, std::string_view doing)
{
    const error_code why(system_error, boost::system::system_category());
    return explain(why, why, fmt::format("cannot {} {}", doing, path), system_advice(system_error, path));
}

} // namespace jobwatch
