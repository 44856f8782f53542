// The questions that the store answers, on a read-only connection of one thread. Every answer is one short read
// transaction; pages are bounded by their callers' limits.
#pragma once

#include "engine/ports/watch_store.hpp"
#include "io/state/sqlite_statement.hpp"

#include <vector>

namespace jobwatch
{

class state_reads
{
public:
    explicit state_reads(sqlite_connection connection);
    state_reads(const state_reads&) = delete; // the statements belong to this connection

    // As in watch_store.
    result<std::vector<open_watch>> open_watches(watch_number after, std::size_t limit);
    result<std::vector<watch_view>> list(const list_command& asked);
    result<std::optional<watch_view>> get(const watch_reference& which);
    result<std::vector<found_watch>> find(const std::vector<watch_reference>& which);
    result<std::vector<watch_view>> views(std::vector<watch_number> numbers);
    result<std::vector<watch_number>> labelled(const watch_labels& labels, std::size_t limit);

    // Events after `seq` up to `head`.
    result<std::vector<shared_event>>
    events_after(event_seq seq, event_seq head, std::size_t limit, std::size_t bytes);

    // The newest event that is stored, and the log mark.
    result<event_seq> newest_seq();
    result<event_seq> log_mark();

    sqlite_connection& connection() { return connection_; }

private:
    result<found_watch> find_one(const watch_reference& which);
    result<event_seq> number(sqlite_statement& statement);

    sqlite_connection connection_;
    sqlite_statement open_watches_;
    sqlite_statement find_by_job_;
    sqlite_statement find_by_number_;
    sqlite_statement view_;
    sqlite_statement view_with_document_;
    sqlite_statement events_;
    sqlite_statement newest_seq_;
    sqlite_statement log_mark_;
};

} // namespace jobwatch
