#include "io/state/history_import.hpp"

#include "io/state/stored_time.hpp"

#include <sqlite3.h>

#include <algorithm>

namespace jobwatch
{

namespace
{

constexpr const char* add_watch = "INSERT INTO watches(number, appliance, kind, job, submitted_at, "
                                  "overdue_after, give_up_after, labels, uid, pid)"
                                  " SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10 WHERE NOT EXISTS(SELECT 1 "
                                  "FROM watches WHERE number = ?1)";

// What an event does not tell stays as it is.
constexpr const char* note_news =
    "UPDATE watches SET overall_status = iif(?2 = '', overall_status, ?2), operation = iif(?3 = '', "
    "operation, ?3),"
    " key_id = iif(?4 = '', key_id, ?4), versions_done = ifnull(?5, versions_done),"
    " version_count = ifnull(?6, version_count), completed_at = ifnull(?7, completed_at), polls = max(polls, "
    "?8),"
    " seen = max(seen, ?2 <> ''), unrecognised = ifnull(?9, unrecognised), overdue = max(overdue, ?10),"
    " blocked = ifnull(?11, blocked) WHERE number = ?1 AND outcome IS NULL";

constexpr const char* end_watch =
    "UPDATE watches SET outcome = ?2, ended_at = ?3, noticed_after = ?4, reason = ?5"
    " WHERE number = ?1 AND outcome IS NULL";

// A type that sets it, one that clears it; nothing for all others.
std::optional<bool> flag(event_type type, event_type sets, event_type clears)
{
    if (type == sets)
        return true;
    return type == clears ? std::optional(false) : std::nullopt;
}

} // namespace

history_import::history_import(state_writer& writer, const told_limits& limits, event_seq after) :
    writer_(writer),
    limits_(limits),
    after_(after),
    add_(writer.connection(), add_watch),
    label_(writer.connection(), "INSERT OR IGNORE INTO watch_labels(name, value, watch) VALUES(?, ?, ?)"),
    note_(writer.connection(), note_news),
    end_(writer.connection(), end_watch),
    document_(writer.connection(), "INSERT OR IGNORE INTO documents(watch, text) VALUES(?, ?)")
{
}

error_code history_import::take(std::string_view line)
{
    const auto read = read_event_text(line);
    if (!read)
    {
        ++counts_.unreadable;
        return {};
    }
    last_seq_ = std::max(last_seq_, read->seq);
    highest_ = std::max(highest_, read->happened.watch);
    if (read->seq <= after_ || read->happened.watch == 0)
        return {};
    return apply(*read);
}

// Any event of a watch proves that it was acknowledged: its watch.added may lie in a file that rotation removed.
error_code history_import::apply(const read_event& read)
{
    if (const auto ec = add(read))
        return ec;
    if (const auto ec = note(read.happened))
        return ec;
    return read.happened.ended ? end(read.happened) : error_code();
}

error_code history_import::add(const read_event& read)
{
    const auto& happened = read.happened;
    const auto& limits = read.limits ? *read.limits : limits_;
    const auto& by = happened.submitted_by;
    const auto uid = by ? std::optional(by->uid) : std::nullopt;
    const auto pid = by ? std::optional(by->pid) : std::nullopt;
    const auto labels = labels_text(happened.labels);
    const auto ec =
        add_.with({happened.watch, happened.appliance, happened.kind, happened.job, to_stored(happened.time),
                   to_stored(limits.overdue_after), to_stored(limits.give_up_after), labels, uid, pid})
            .finish();
    if (means_constraint(ec)) // of a job that is watched under another number, or long removed
    {
        counts_.refused += happened.type == event_type::watch_added ? 1 : 0;
        return {};
    }
    if (ec || sqlite3_changes(writer_.connection().handle()) == 0)
        return ec;
    ++counts_.added;
    return index_labels(happened);
}

error_code history_import::index_labels(const event& happened)
{
    for (const auto& [name, value] : happened.labels)
        if (const auto ec = label_.with({name, value, happened.watch}).finish())
            return ec;
    return {};
}

error_code history_import::note(const event& happened)
{
    using type = event_type;
    const auto& facts = happened.facts;
    const auto unrecognised = flag(happened.type, type::job_unrecognised, type::job_status);
    const auto blocked = flag(happened.type, type::watch_blocked, type::watch_unblocked);
    return note_
        .with(
            {happened.watch, facts.overall_status, facts.operation, facts.key_id, facts.versions_done,
             facts.version_count, to_stored(facts.completed_at), happened.polls, unrecognised,
             happened.type == type::job_overdue, blocked})
        .finish();
}

error_code history_import::end(const event& happened)
{
    const auto ec = end_.with({happened.watch, to_string(*happened.ended), to_stored(happened.time),
                               to_stored(happened.noticed_after), happened.reason})
                        .finish();
    if (ec || sqlite3_changes(writer_.connection().handle()) == 0)
        return ec;
    ++counts_.ended;
    return happened.document.empty() ? error_code()
                                     : document_.with({happened.watch, happened.document}).finish();
}

} // namespace jobwatch
