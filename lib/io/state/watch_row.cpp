#include "io/state/watch_row.hpp"

#include "io/state/stored_time.hpp"
#include "wire/event_text.hpp"

namespace jobwatch
{

namespace
{

std::optional<std::uint64_t> count_at(const sqlite_cursor& row, int column)
{
    return row.is_null(column) ? std::nullopt
                               : std::optional(static_cast<std::uint64_t>(row.integer(column)));
}

std::optional<wall_time> time_at(const sqlite_cursor& row, int column)
{
    return row.is_null(column) ? std::nullopt : std::optional(time_from_stored(row.integer(column)));
}

std::optional<milliseconds> span_at(const sqlite_cursor& row, int column)
{
    return row.is_null(column) ? std::nullopt : std::optional(milliseconds(row.integer(column)));
}

std::optional<submitter> submitter_at(const sqlite_cursor& row, int column)
{
    if (row.is_null(column))
        return std::nullopt;
    return submitter{
        static_cast<std::uint32_t>(row.integer(column)), static_cast<std::int32_t>(row.integer(column + 1))};
}

job_facts facts_at(const sqlite_cursor& row, int column)
{
    job_facts facts;
    facts.overall_status = row.text(column);
    facts.operation = row.text(column + 1);
    facts.key_id = row.text(column + 2);
    facts.versions_done = count_at(row, column + 3);
    facts.version_count = count_at(row, column + 4);
    facts.completed_at = time_at(row, column + 5);
    return facts;
}

} // namespace

std::string select_watch(std::string_view rest, document_part wanted)
{
    std::string sql =
        "SELECT number, appliance, kind, job, submitted_at, overdue_after, give_up_after, labels,"
        " uid, pid, overall_status, operation, key_id, versions_done, version_count, completed_at,"
        " updated_at, polls, seen, unrecognised, overdue, blocked, outcome, ended_at, noticed_after,"
        " reason";
    if (wanted == document_part::with)
        sql += ", (SELECT text FROM documents WHERE watch = number)";
    sql += " FROM watches ";
    sql += rest;
    return sql;
}

watch_view read_watch(const sqlite_cursor& row, document_part wanted)
{
    watch_view watch;
    watch.number = static_cast<watch_number>(row.integer(0));
    watch.appliance = row.text(1);
    watch.kind = row.text(2);
    watch.job = row.text(3);
    watch.submitted_at = time_from_stored(row.integer(4));
    watch.overdue_after = span_at(row, 5);
    watch.give_up_after = span_at(row, 6);
    watch.labels = parse_labels(row.text(7));
    watch.submitted_by = submitter_at(row, 8);
    watch.facts = facts_at(row, 10);
    watch.updated_at = time_at(row, 16);
    watch.polls = static_cast<std::uint32_t>(row.integer(17));
    watch.unrecognised = row.integer(19) != 0;
    watch.overdue = row.integer(20) != 0;
    watch.ended = parse_outcome(row.text(22));
    watch.ended_at = time_at(row, 23);
    watch.noticed_after = span_at(row, 24);
    watch.reason = row.text(25);
    if (wanted == document_part::with)
        watch.document = row.text(26);
    return watch;
}

bool was_seen(const sqlite_cursor& row)
{
    return row.integer(18) != 0;
}

bool is_blocked(const sqlite_cursor& row)
{
    return row.integer(21) != 0;
}

} // namespace jobwatch
