#include "io/state/state_database.hpp"

#include "io/state/file_descriptor.hpp"
#include "io/state/schema.hpp"
#include "io/state/state_failure.hpp"

#include <cerrno>

#include <fcntl.h>
#include <sys/stat.h>

namespace jobwatch
{

namespace
{

// FULL: a commit is on disk before it is answered. The time-out is for people who look with sqlite3; there is no
// other process of ours.
constexpr const char* writer_settings = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
                                        "PRAGMA foreign_keys = ON; PRAGMA busy_timeout = 2000;"
                                        "PRAGMA journal_size_limit = 67108864; PRAGMA cache_size = -16384;"
                                        "PRAGMA temp_store = MEMORY; PRAGMA trusted_schema = OFF;";
constexpr const char* reader_settings = "PRAGMA query_only = ON; PRAGMA busy_timeout = 2000;"
                                        "PRAGMA temp_store = MEMORY; PRAGMA trusted_schema = OFF;";

// SQLite would make the file readable by everyone; -wal and -shm take their modes from it.
explained<void> make_file(const std::string& directory, const std::string& path)
{
    const file_descriptor file(open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!file.is_open())
        return file_failure(errno, path, "open");
    const file_descriptor folder(open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!folder.is_open() || fsync(folder.number()) != 0)
        return file_failure(errno, directory, "sync the state directory");
    return {};
}

// A process that was killed between writing to the log and syncing it leaves commits that SQLite takes for made, and that
// a power cut would still take back. They must be on the disk before anybody is told of them.
explained<void> sync_log(const std::string& path)
{
    const auto log = path + "-wal";
    const file_descriptor file(open(log.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
    if (!file.is_open() && errno == ENOENT)
        return {};
    if (!file.is_open() || fsync(file.number()) != 0)
        return file_failure(errno, log, "sync");
    return {};
}

} // namespace

std::string state_database_path(const std::string& directory)
{
    return directory + "/state.db";
}

explained<void> make_state_directory(const std::string& directory)
{
    if (mkdir(directory.c_str(), 0700) != 0 && errno != EEXIST)
        return file_failure(errno, directory, "make the state directory");
    const file_descriptor folder(open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!folder.is_open())
        return file_failure(errno, directory, "open the state directory");
    return {};
}

explained<sqlite_connection> open_state_writer(const std::string& directory)
{
    const auto path = state_database_path(directory);
    const auto made = make_file(directory, path);
    if (!made)
        return made.error();
    auto opened = sqlite_connection::open(path, sqlite_access::read_write);
    if (!opened)
        return database_failure(opened.error(), path, "open");
    opened->keep_log(true); // until it is known to be sound: its bytes are kept as they are otherwise
    if (const auto ec = opened->run(writer_settings))
        return database_failure(ec, path, "open");
    const auto prepared = prepare_schema(*opened, path);
    if (!prepared)
        return prepared.error();
    if (const auto synced = sync_log(path); !synced)
        return synced.error();
    return std::move(*opened);
}

explained<sqlite_connection> open_state_reader(const std::string& directory)
{
    const auto path = state_database_path(directory);
    auto opened = sqlite_connection::open(path, sqlite_access::read_only);
    if (!opened)
        return database_failure(opened.error(), path, "open");
    if (const auto ec = opened->run(reader_settings))
        return database_failure(ec, path, "open");
    return std::move(*opened);
}

} // namespace jobwatch
