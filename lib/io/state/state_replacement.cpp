#include "io/state/state_replacement.hpp"

#include "io/state/directory_lock.hpp"
#include "io/state/event_history.hpp"
#include "io/state/events_appender.hpp"
#include "io/state/history_import.hpp"
#include "io/state/schema.hpp"
#include "io/state/state_database.hpp"
#include "io/state/state_failure.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <filesystem>
#include <optional>

#include <fcntl.h>
#include <unistd.h>

namespace jobwatch
{

namespace
{

constexpr std::string_view replacement_prefix = "state.db.replacement-";
constexpr std::array<const char*, 4> parts{"", "-wal", "-shm", "-journal"}; // of a database

bool there_is(const std::string& path)
{
    return access(path.c_str(), F_OK) == 0;
}

std::string damaged_name(const std::string& directory, const std::string& time)
{
    return state_database_path(directory) + ".damaged-" + time;
}

std::string replacement_name(const std::string& directory, const std::string& time)
{
    return directory + "/" + std::string(replacement_prefix) + time;
}

bool is_taken(const std::string& directory, const std::string& time)
{
    for (const auto* part : parts)
        if (there_is(damaged_name(directory, time) + part))
            return true;
    return there_is(replacement_name(directory, time));
}

// "20261124T193300Z", or "...-2" when there is one of that second.
std::string free_time(const std::string& directory)
{
    const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    const auto wanted = fmt::format("{:%Y%m%dT%H%M%SZ}", fmt::gmtime(now));
    auto time = wanted;
    for (int again = 2; is_taken(directory, time); ++again)
        time = fmt::format("{}-{}", wanted, again);
    return time;
}

explained<void> set_aside(const std::string& from, const std::string& to)
{
    if (!there_is(from))
        return {};
    if (there_is(to)) // never over an earlier one
        return file_failure(EEXIST, to, "move " + from + " to");
    if (rename(from.c_str(), to.c_str()) != 0)
        return file_failure(errno, from, "set aside");
    return {};
}

explained<void> sync_directory(const std::string& directory)
{
    if (const auto ec = sync_folder(directory))
        return file_failure(ec.value(), directory, "sync");
    return {};
}

// Empty: no replacement is under way.
explained<std::optional<std::string>> time_of_replacement(const std::string& directory)
{
    std::error_code failed;
    std::filesystem::directory_iterator entry(directory, failed);
    for (const std::filesystem::directory_iterator end; !failed && entry != end; entry.increment(failed))
        if (const auto name = entry->path().filename().string(); name.starts_with(replacement_prefix))
            return std::optional(name.substr(replacement_prefix.size()));
    if (failed)
        return file_failure(failed.value(), directory, "read");
    return std::optional<std::string>();
}

explained<void> take_its_place(const std::string& directory, const std::string& time)
{
    const auto path = state_database_path(directory);
    for (const auto* part : parts)
        if (const auto moved = set_aside(path + part, damaged_name(directory, time) + part); !moved)
            return moved.error();
    if (const auto synced = sync_directory(directory); !synced)
        return synced.error();
    const auto ready = replacement_name(directory, time);
    if (rename(ready.c_str(), path.c_str()) != 0)
        return file_failure(errno, ready, "move into place");
    return sync_directory(directory);
}

// --- what the new one says ---------------------------------------------------------------------------------------

struct told
{
    history_damage damage;
    history_import::counts counts;
    event_seq last = 0;
};

std::string in_words(const told& what, const std::string& logs)
{
    if (logs.empty())
        return "there are no event files to rebuild watches from";
    auto words = fmt::format(
        "{} watches were rebuilt from {}/events.jsonl and the files rotated from it, {} endings among them",
        what.counts.added, logs, what.counts.ended);
    if (const auto lines = what.counts.unreadable + what.damage.long_lines; lines != 0)
        words += fmt::format("; {} lines of them are no events and were passed over", lines);
    for (const auto& file : what.damage.files)
        words += fmt::format("; {} is damaged and was read as far as it goes", file);
    if (what.counts.refused != 0)
        words +=
            fmt::format("; {} watches of jobs that are watched already were left out", what.counts.refused);
    return words;
}

event replaced(std::string reason)
{
    event happened;
    happened.type = event_type::state_replaced;
    happened.time = std::chrono::system_clock::now();
    happened.reason = std::move(reason);
    return happened;
}

// Held while event files are read: another daemon's must not be taken for ours.
explained<std::optional<directory_lock>> lock_logs(const std::string& logs)
{
    if (logs.empty() || !there_is(logs))
        return std::optional<directory_lock>();
    auto lock = directory_lock::take(logs, "logs.lock", patient_pause());
    if (!lock)
        return lock.error();
    return std::optional(std::move(*lock));
}

// Within a transaction of the caller's.
explained<told> import_history(state_writer& writer, const store_settings& settings, event_seq after)
{
    const auto path = state_database_path(settings.state_directory);
    told what;
    if (settings.logs_directory.empty())
        return what;
    const auto last = last_in_history(settings.logs_directory);
    if (!last)
        return last.error();
    history_import taken(writer, settings.limits, after);
    const auto damage = read_event_history(
        settings.logs_directory, after, [&taken](std::string_view line) { return taken.take(line); });
    if (!damage)
        return damage.error().text.empty() ? database_failure(damage.error().code, path, "write")
                                           : damage.error();
    what.damage = *damage;
    what.counts = taken.counted();
    what.last = std::max(*last, taken.last_seq());
    if (const auto ec = writer.raise_number(taken.highest()))
        return database_failure(ec, path, "write");
    if (const auto ec = writer.set_log_mark(what.last))
        return database_failure(ec, path, "write");
    return what;
}

// --- step 1 ------------------------------------------------------------------------------------------------------

constexpr const char* maker_settings = "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;"
                                       "PRAGMA temp_store = MEMORY; PRAGMA trusted_schema = OFF;";

explained<void> make_empty_file(const std::string& path)
{
    for (const auto* part : parts) // left by a start that was killed
        if (unlink((path + part).c_str()) != 0 && errno != ENOENT)
            return file_failure(errno, path + part, "remove");
    const file_descriptor file(open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!file.is_open())
        return file_failure(errno, path, "make");
    return {};
}

explained<std::string> fill(state_writer& writer, const store_settings& settings, const std::string& before)
{
    const auto path = state_database_path(settings.state_directory);
    auto ec = writer.load();
    if (!ec)
        ec = writer.begin();
    if (ec)
        return database_failure(ec, path, "write the replacement of");
    const auto what = import_history(writer, settings, 0);
    if (!what)
        return what.error();
    auto words = before + "; " + in_words(*what, settings.logs_directory);
    ec = writer.add_event(replaced(words));
    if (!ec)
        ec = writer.commit();
    if (ec)
        return database_failure(ec, path, "write the replacement of");
    return words;
}

explained<void> sync_file(const std::string& path)
{
    const file_descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file.is_open() || fsync(file.number()) != 0)
        return file_failure(errno, path, "sync");
    return {};
}

// Gives what it says of itself.
explained<std::string>
make_replacement(const store_settings& settings, const std::string& path, const std::string& before)
{
    const auto made = make_empty_file(path);
    if (!made)
        return made.error();
    auto connection = sqlite_connection::open(path, sqlite_access::read_write);
    if (!connection)
        return database_failure(connection.error(), path, "open");
    if (const auto ec = connection->run(maker_settings))
        return database_failure(ec, path, "open");
    const auto prepared = prepare_schema(*connection, path);
    if (!prepared)
        return prepared.error();
    state_writer writer(std::move(*connection));
    return fill(writer, settings, before);
}

} // namespace

explained<void> finish_replacement(const std::string& state_directory, diagnostics& out)
{
    const auto time = time_of_replacement(state_directory);
    if (!time)
        return time.error();
    if (!*time)
        return {};
    const auto done = take_its_place(state_directory, **time);
    if (!done)
        return done.error();
    out.say(
        log_level::warning,
        fmt::format(
            "the replacement of {} that an earlier start began is complete; the old one is kept as {}",
            state_database_path(state_directory), damaged_name(state_directory, **time)));
    return {};
}

explained<void> replace_state(const store_settings& settings, const std::string& why, diagnostics& out)
{
    const auto& directory = settings.state_directory;
    const auto lock = lock_logs(settings.logs_directory);
    if (!lock)
        return lock.error();
    const auto time = free_time(directory);
    const auto fresh = state_database_path(directory) + ".new";
    const auto words = make_replacement(
        settings, fresh, why + "; what was there is kept as " + damaged_name(directory, time));
    if (!words)
        return words.error();
    if (const auto synced = sync_file(fresh); !synced)
        return synced.error();
    if (rename(fresh.c_str(), replacement_name(directory, time).c_str()) != 0)
        return file_failure(errno, fresh, "rename");
    if (const auto synced = sync_directory(directory); !synced)
        return synced.error();
    const auto done = take_its_place(directory, time);
    if (!done)
        return done.error();
    out.say(log_level::warning, *words);
    return {};
}

explained<void> catch_up_with_history(state_writer& writer, const store_settings& settings, diagnostics& out)
{
    const auto path = state_database_path(settings.state_directory);
    const auto lock = lock_logs(settings.logs_directory);
    if (!lock)
        return lock.error();
    const auto head = writer.last_seq();
    if (const auto ec = writer.begin())
        return database_failure(ec, path, "write");
    const auto what = import_history(writer, settings, head);
    if (!what)
    {
        writer.undo();
        return what.error();
    }
    const auto words = fmt::format(
        "{} goes to event {}, but the event files to {}: it was restored from a copy; {}", path, head,
        what->last, in_words(*what, settings.logs_directory));
    auto ec = writer.renew_log_id();
    if (!ec)
        ec = writer.add_event(replaced(words));
    if (!ec)
        ec = writer.commit();
    if (!ec)
        ec = writer.load();
    if (ec)
        return database_failure(ec, path, "write");
    writer.take_events(); // nobody listens yet; readers find it in the database
    out.say(log_level::warning, words);
    return {};
}

} // namespace jobwatch
