// The write side of state.db: one transaction at a time, `seq` and watch numbers given inside it, and the events of
// the transaction kept until its commit. Whatever is rolled back gives its numbers back, so that there are no holes.
// Used by the writer's thread only.
#pragma once

#include "engine/ports/watch_store.hpp"
#include "io/state/sqlite_statement.hpp"
#include "wire/event_text.hpp"

#include <vector>

namespace jobwatch
{

class state_writer
{
public:
    explicit state_writer(sqlite_connection connection);
    state_writer(const state_writer&) = delete; // the statements belong to this connection

    // Reads the numbers where to go on. Once, before anything else.
    [[nodiscard]] error_code load();

    // From now on the database counts as in use, until end_use(); true: so it did already, because the process that
    // used it was killed, or an earlier version left no mark.
    bool begin_use();
    void end_use();

    const std::string& log_id() const { return log_id_; }
    event_seq last_seq() const { return now_.seq; }
    event_seq oldest_seq() const { return oldest_; } // as loaded
    std::uint64_t watches_ended() const { return now_.ended; }
    event_seq log_mark() const { return log_mark_; }

    [[nodiscard]] error_code begin();
    [[nodiscard]] error_code commit(); // when it fails, everything since begin() is undone
    void undo();                       // everything since begin()

    // Numbers the event, encodes it and stores it; watch.added with the watch's limits.
    [[nodiscard]] error_code add_event(event happened, const told_limits* limits = nullptr);

    // The database's numbers are told anew: readers of the old ones get a gap. For state that was replaced.
    [[nodiscard]] error_code renew_log_id();

    // Numbers of watches to come are above this one.
    [[nodiscard]] error_code raise_number(watch_number number);

    watch_number next_number() { return ++now_.number; }
    void count_ended() { ++now_.ended; }
    void count_removed() { --now_.ended; } // an ended watch that is kept no longer

    // Every event up to `mark` is in events.jsonl, synced. Numbers given from now on are above it, even if this
    // database, restored from a copy, is behind the file.
    [[nodiscard]] error_code set_log_mark(event_seq mark);

    // The committed events, to be shown now.
    std::vector<watch_store::committed> take_events();

    sqlite_connection& connection() { return connection_; }

private:
    struct counters
    {
        event_seq seq = 0;       // last given
        watch_number number = 0; // last given
        std::uint64_t ended = 0;
    };

    void set_in_use(bool in_use);

    sqlite_connection connection_;
    sqlite_statement begin_;
    sqlite_statement commit_;
    sqlite_statement insert_event_;
    sqlite_statement set_meta_;
    std::string log_id_;
    event_seq oldest_ = 1;
    event_seq log_mark_ = 0;
    counters now_;
    counters at_begin_;
    std::vector<watch_store::committed> events_;
};

} // namespace jobwatch
