#include "io/state/retention.hpp"

#include "io/state/stored_time.hpp"

#include <sqlite3.h>

#include <utility>
#include <vector>

namespace jobwatch
{

namespace
{

// Of the oldest ?2 events those before the first that is young enough: what is left has no hole, whatever the clock did.
constexpr const char* remove_old_events =
    "DELETE FROM events WHERE seq <= (SELECT value FROM meta WHERE key = 'log_mark')"
    " AND seq < (SELECT ifnull(min(iif(time >= ?1, seq, NULL)), max(seq) + 1)"
    " FROM (SELECT seq, time FROM events ORDER BY seq LIMIT ?2))";

// The next ?2 watches, and whether each may go: ended before, and its ending is no longer among the events.
constexpr const char* next_watches =
    "SELECT number, labels, outcome IS NOT NULL AND ended_at < ?3 AND NOT EXISTS(SELECT 1 FROM events AS e"
    " WHERE e.watch = watches.number AND e.type IN ('job.finished', 'watch.removed'))"
    " FROM watches WHERE number > ?1 ORDER BY number LIMIT ?2";

} // namespace

retention::retention(state_writer& writer, milliseconds keep) :
    writer_(writer),
    keep_(keep),
    remove_events_(writer.connection(), remove_old_events),
    oldest_event_(writer.connection(), "SELECT min(seq) FROM events"),
    ended_watches_(writer.connection(), next_watches),
    remove_label_(writer.connection(), "DELETE FROM watch_labels WHERE name = ? AND value = ? AND watch = ?"),
    remove_watch_(writer.connection(), "DELETE FROM watches WHERE number = ?")
{
}

result<bool> retention::step(wall_time now)
{
    const auto before = to_stored(now - keep_);
    if (const auto ec = writer_.begin())
        return {boost::system::in_place_error, ec};
    const auto removed = remove_events(before);
    error_code ec = removed ? error_code() : removed.error();
    if (!ec && *removed == 0)
        ec = remove_watches(before);
    if (!ec)
        ec = look_at_oldest();
    if (ec)
    {
        writer_.undo();
        looked_at_ = 0;
        return {boost::system::in_place_error, ec};
    }
    if (const auto failed = writer_.commit())
        return {boost::system::in_place_error, failed};
    return *removed != 0 || looked_at_ != 0;
}

result<int> retention::remove_events(std::int64_t before)
{
    const auto ec = remove_events_.with({before, rows_per_retention_step}).finish();
    if (ec)
        return ec;
    return sqlite3_changes(writer_.connection().handle());
}

error_code retention::remove_watches(std::int64_t before)
{
    std::vector<std::pair<watch_number, watch_labels>> leaving;
    watch_number last = looked_at_;
    int seen = 0;
    {
        auto rows = ended_watches_.with({looked_at_, rows_per_retention_step, before});
        while (true)
        {
            const auto row = rows.next();
            if (!row)
                return row.error();
            if (!*row)
                break;
            ++seen;
            last = static_cast<watch_number>(rows.integer(0));
            if (rows.integer(2) != 0)
                leaving.emplace_back(last, parse_labels(rows.text(1)));
        }
    }
    for (const auto& one : leaving)
        if (const auto ec = remove_watch(one.first, one.second))
            return ec;
    looked_at_ = seen == rows_per_retention_step ? last : 0;
    return {};
}

// Its document goes with it (ON DELETE CASCADE).
error_code retention::remove_watch(watch_number number, const watch_labels& labels)
{
    for (const auto& [name, value] : labels)
        if (const auto ec = remove_label_.with({name, value, number}).finish())
            return ec;
    if (const auto ec = remove_watch_.with({number}).finish())
        return ec;
    writer_.count_removed();
    return {};
}

error_code retention::look_at_oldest()
{
    auto rows = oldest_event_.with({});
    const auto row = rows.next();
    if (!row)
        return row.error();
    oldest_ = !*row || rows.is_null(0) ? writer_.last_seq() + 1 : static_cast<event_seq>(rows.integer(0));
    return {};
}

} // namespace jobwatch
