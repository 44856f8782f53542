#include "io/state/events_file.hpp"
#include "io/state/state_database.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>

#include <sys/stat.h>

namespace jobwatch
{

namespace
{

failure file_failure(const std::string& what, error_code ec)
{
    return {ec, fmt::format("{}: {}", what, ec.message())};
}

struct numbers
{
    event_seq mark = 0;
    event_seq head = 0;
};

result<numbers> read_numbers(state_reads& reads)
{
    const auto mark = reads.log_mark();
    if (!mark)
        return mark.error();
    const auto head = reads.newest_seq();
    if (!head)
        return head.error();
    return numbers{*mark, *head};
}

// The end of the file against the database, in words; said, then gone on from.
void compare(const std::string& path, const events_tail& tail, const numbers& known, diagnostics& out)
{
    if (tail.torn != 0)
        out.say(log_level::warning, fmt::format("{} ended in {} torn bytes; cut off", path, tail.torn));
    if (tail.last > known.head)
        out.say(
            log_level::error,
            fmt::format(
                "{} goes on to event {}, but the database only to {}: was it restored from a copy? New "
                "events "
                "are numbered from {} on",
                path, tail.last, known.head, tail.last + 1));
    if (tail.last != 0 && tail.last < known.mark)
        out.say(
            log_level::warning,
            fmt::format(
                "{} ends with event {}, but events up to {} had been written to it: somebody shortened it",
                path, tail.last, known.mark));
}

} // namespace

explained<std::unique_ptr<events_file>> open_events_file(
    const boost::asio::any_io_executor& executor, const events_file_settings& settings, log_mark_writer mark,
    diagnostics& out)
{
    const auto& folder = settings.logs_directory;
    const auto path = folder + "/events.jsonl";
    if (mkdir(folder.c_str(), 0750) != 0 && errno != EEXIST)
        return file_failure("cannot make " + folder, {errno, boost::system::system_category()});
    // Two daemons with a state directory each would mix their events here. Before the file is opened, since that
    // repairs its end.
    auto lock = directory_lock::take(folder, "logs.lock", patient_pause());
    if (!lock && lock.error().code == errc::state_locked)
        return lock.error();
    if (!lock)
        return file_failure("cannot open " + path + " for writing", lock.error().code);
    auto file = events_appender::open(path, folder);
    if (!file)
        return file_failure("cannot open " + path + " for writing", file.error());
    auto connection = open_state_reader(settings.state_directory);
    if (!connection)
        return connection.error();
    auto reads = std::make_unique<state_reads>(std::move(*connection));
    const auto known = read_numbers(*reads);
    if (!known)
        return file_failure("cannot read " + state_database_path(settings.state_directory), known.error());
    const auto tail = file->found();
    compare(path, tail, *known, out);
    if (tail.last > known->head)
        if (const auto ec = mark(tail.last))
            return file_failure("cannot number events above those of " + path, ec);
    const auto logged = std::max(tail.last, known->mark);
    const auto head = std::max(logged, known->head);
    return std::make_unique<events_file>(
        executor, settings, std::move(*lock), std::move(*file), std::move(reads), std::move(mark), logged,
        head, out);
}

} // namespace jobwatch
