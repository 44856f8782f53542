#include "io/state/open_state.hpp"

#include "io/state/event_history.hpp"
#include "io/state/state_database.hpp"
#include "io/state/state_failure.hpp"

#include <fmt/format.h>

#include <cerrno>

#include <sys/stat.h>

namespace jobwatch
{

namespace
{

using opened_state = std::unique_ptr<state_writer>;

// What every start reads anyway, read at once: damage must show before anybody is served.
constexpr const char* first_reads = "SELECT sum(length(labels)) FROM watches WHERE outcome IS NULL";

explained<opened_state> open_and_read(const std::string& directory)
{
    auto connection = open_state_writer(directory);
    if (!connection)
        return connection.error();
    auto writer = std::make_unique<state_writer>(std::move(*connection));
    auto ec = writer->load();
    if (!ec)
    {
        sqlite_statement statement(writer->connection(), first_reads);
        ec = statement.with({}).finish();
    }
    if (ec == errc::state_corrupt) // the tables can be read, but what must be in them is not there
        return failure{ec, fmt::format("{} has no numbers of its own", state_database_path(directory))};
    if (ec)
        return database_failure(ec, state_database_path(directory), "read");
    writer->connection().keep_log(false);
    return writer;
}

// Bytes of a plain file; 0: it is empty or missing.
explained<std::uint64_t> size_of(const std::string& path)
{
    struct stat status
    {
    };
    if (lstat(path.c_str(), &status) != 0)
        return errno == ENOENT ? explained<std::uint64_t>(0) : file_failure(errno, path, "look at");
    if (!S_ISREG(status.st_mode))
        return file_failure(S_ISDIR(status.st_mode) ? EISDIR : ELOOP, path, "open");
    return static_cast<std::uint64_t>(status.st_size);
}

explained<event_seq> last_logged(const store_settings& settings)
{
    return settings.logs_directory.empty() ? explained<event_seq>(0)
                                           : last_in_history(settings.logs_directory);
}

// Why a state.db that is not there, or empty, is no first start; "" when it is one. SQLite would delete a log that
// lies beside an empty database.
explained<std::string> why_missing(const store_settings& settings)
{
    const auto path = state_database_path(settings.state_directory);
    const auto size = size_of(path);
    const auto log = size_of(path + "-wal");
    if (!size || !log)
        return size ? log.error() : size.error();
    const auto last = last_logged(settings);
    if (!last)
        return last.error();
    if (*size != 0 || (*log == 0 && *last == 0))
        return std::string();
    if (*last == 0)
        return fmt::format("{} is missing or empty, but its log {}-wal is not", path, path);
    return fmt::format("{} is missing or empty, but the event files go to event {}", path, *last);
}

explained<opened_state> open_or_replace(const store_settings& settings, diagnostics& out)
{
    const auto missing = why_missing(settings);
    if (!missing)
        return missing.error();
    auto why = *missing;
    if (why.empty())
    {
        auto opened = open_and_read(settings.state_directory);
        if (opened || opened.error().code != errc::state_corrupt)
            return opened;
        why = opened.error().text;
    }
    const auto replaced = replace_state(settings, why, out);
    if (!replaced)
        return replaced.error();
    return open_and_read(settings.state_directory);
}

} // namespace

explained<opened_state> open_state(const store_settings& settings, diagnostics& out)
{
    const auto finished = finish_replacement(settings.state_directory, out);
    if (!finished)
        return finished.error();
    auto opened = open_or_replace(settings, out);
    if (!opened)
        return opened;
    const auto last = last_logged(settings);
    if (!last)
        return last.error();
    if (*last <= (*opened)->last_seq())
        return opened;
    const auto caught_up = catch_up_with_history(**opened, settings, out);
    if (!caught_up)
        return caught_up.error();
    return opened;
}

} // namespace jobwatch
