#include "io/state/state_reads.hpp"

#include "io/state/list_query.hpp"
#include "io/state/stored_time.hpp"
#include "io/state/watch_row.hpp"

#include <algorithm>

namespace jobwatch
{

namespace
{

constexpr const char* select_events = "SELECT seq, type, watch, appliance, outcome, text FROM events"
                                      " WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT ?";

// Several statements as one look at the database.
class read_transaction
{
public:
    explicit read_transaction(sqlite_connection& connection) :
        connection_(connection), failed_(connection.run("BEGIN"))
    {
    }
    read_transaction(const read_transaction&) = delete;
    ~read_transaction() { [[maybe_unused]] const auto ignored = connection_.run("COMMIT"); }

    error_code failed() const { return failed_; }

private:
    sqlite_connection& connection_;
    error_code failed_;
};

open_watch to_open_watch(watch_view watch, const sqlite_cursor& row)
{
    open_watch open;
    open.number = watch.number;
    open.job = std::move(watch.job);
    open.appliance = std::move(watch.appliance);
    open.kind = std::move(watch.kind);
    open.submitted_at = watch.submitted_at;
    open.overdue_after = watch.overdue_after;
    open.give_up_after = watch.give_up_after;
    open.overall_status = std::move(watch.facts.overall_status);
    open.updated_at = watch.updated_at;
    open.polls = watch.polls;
    open.seen = was_seen(row);
    open.unrecognised = watch.unrecognised;
    open.overdue = watch.overdue;
    open.blocked = is_blocked(row);
    return open;
}

shared_event read_event(const sqlite_cursor& row)
{
    auto stored = std::make_shared<stored_event>();
    stored->seq = static_cast<event_seq>(row.integer(0));
    stored->type = parse_event_type(row.text(1)).value_or(event_type{});
    stored->watch = static_cast<watch_number>(row.integer(2));
    stored->appliance = row.text(3);
    stored->ended = parse_outcome(row.text(4));
    stored->text = row.text(5);
    return stored;
}

// SQLite counts in signed numbers.
std::int64_t row_limit(std::size_t limit)
{
    return static_cast<std::int64_t>(std::min<std::size_t>(limit, std::size_t{1} << 40));
}

} // namespace

state_reads::state_reads(sqlite_connection connection) :
    connection_(std::move(connection)),
    open_watches_(connection_, select_watch("WHERE number > ? AND outcome IS NULL ORDER BY number LIMIT ?")),
    find_by_job_(
        connection_, "SELECT number, outcome FROM watches WHERE job = ? ORDER BY number DESC LIMIT 1"),
    find_by_number_(connection_, "SELECT number, outcome FROM watches WHERE number = ?"),
    view_(connection_, select_watch("WHERE number = ?")),
    view_with_document_(connection_, select_watch("WHERE number = ?", document_part::with)),
    events_(connection_, select_events),
    newest_seq_(
        connection_,
        "SELECT max((SELECT value FROM meta WHERE key = 'last_seq'),"
        " ifnull((SELECT max(seq) FROM events), 0))"),
    log_mark_(connection_, "SELECT value FROM meta WHERE key = 'log_mark'")
{
}

result<std::vector<open_watch>> state_reads::open_watches(watch_number after, std::size_t limit)
{
    std::vector<open_watch> found;
    auto rows = open_watches_.with({after, row_limit(limit)});
    while (true)
    {
        const auto row = rows.next();
        if (!row)
            return row.error();
        if (!*row)
            return found;
        found.push_back(to_open_watch(read_watch(rows), rows));
    }
}

result<std::vector<watch_view>> state_reads::list(const list_command& asked)
{
    const list_query query(asked);
    sqlite_statement statement(connection_, query.sql());
    std::vector<watch_view> found;
    auto rows = statement.with(query.values());
    while (true)
    {
        const auto row = rows.next();
        if (!row)
            return row.error();
        if (!*row)
            return found;
        found.push_back(read_watch(rows));
    }
}

result<std::optional<watch_view>> state_reads::get(const watch_reference& which)
{
    const auto found = find_one(which);
    if (!found)
        return found.error();
    auto rows = view_with_document_.with({found->number});
    const auto row = rows.next();
    if (!row)
        return row.error();
    return *row ? std::optional(read_watch(rows, document_part::with)) : std::nullopt;
}

result<found_watch> state_reads::find_one(const watch_reference& which)
{
    const auto* job = std::get_if<job_id>(&which);
    auto rows = job != nullptr ? find_by_job_.with({job->text()})
                               : find_by_number_.with({std::get<watch_number>(which)});
    const auto row = rows.next();
    if (!row)
        return row.error();
    found_watch found;
    if (!*row)
        return found;
    found.number = static_cast<watch_number>(rows.integer(0));
    found.ended = parse_outcome(rows.text(1));
    return found;
}

result<std::vector<found_watch>> state_reads::find(const std::vector<watch_reference>& which)
{
    const read_transaction look(connection_);
    if (look.failed())
        return look.failed();
    std::vector<found_watch> all;
    all.reserve(which.size());
    for (const auto& one : which)
    {
        const auto found = find_one(one);
        if (!found)
            return found.error();
        all.push_back(*found);
    }
    return all;
}

result<std::vector<watch_view>> state_reads::views(std::vector<watch_number> numbers)
{
    std::sort(numbers.begin(), numbers.end());
    numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
    const read_transaction look(connection_);
    if (look.failed())
        return look.failed();
    std::vector<watch_view> found;
    for (const auto number : numbers)
    {
        auto rows = view_.with({number});
        const auto row = rows.next();
        if (!row)
            return row.error();
        if (*row)
            found.push_back(read_watch(rows));
    }
    return found;
}

result<std::vector<watch_number>> state_reads::labelled(const watch_labels& labels, std::size_t limit)
{
    const labels_query query(labels, row_limit(limit));
    sqlite_statement statement(connection_, query.sql());
    std::vector<watch_number> found;
    auto rows = statement.with(query.values());
    while (true)
    {
        const auto row = rows.next();
        if (!row)
            return row.error();
        if (!*row)
            return found;
        found.push_back(static_cast<watch_number>(rows.integer(0)));
    }
}

result<std::vector<shared_event>>
state_reads::events_after(event_seq seq, event_seq head, std::size_t limit, std::size_t bytes)
{
    std::vector<shared_event> found;
    std::size_t together = 0;
    auto rows = events_.with({seq, head, row_limit(std::max<std::size_t>(limit, 1))});
    while (found.empty() || together < bytes)
    {
        const auto row = rows.next();
        if (!row)
            return row.error();
        if (!*row)
            break;
        found.push_back(read_event(rows));
        together += found.back()->text.size();
    }
    return found;
}

result<event_seq> state_reads::newest_seq()
{
    return number(newest_seq_);
}

result<event_seq> state_reads::log_mark()
{
    return number(log_mark_);
}

result<event_seq> state_reads::number(sqlite_statement& statement)
{
    auto rows = statement.with({});
    const auto row = rows.next();
    if (!row)
        return row.error();
    return *row ? static_cast<event_seq>(rows.integer(0)) : 0;
}

} // namespace jobwatch
