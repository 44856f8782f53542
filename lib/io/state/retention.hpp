// Removes what is kept no longer, a small step at a time: events, oldest first and never past the log mark; then ended
// watches whose ending is gone with them. What one step looks at and removes is bounded, so that a commit never waits for
// more than a step. On the writer's thread.
#pragma once

#include "io/state/state_writer.hpp"

namespace jobwatch
{

inline constexpr int rows_per_retention_step = 500;

class retention
{
public:
    retention(state_writer& writer, milliseconds keep);
    retention(const retention&) = delete; // the statements belong to this connection

    // One transaction. True: there may be more to do.
    result<bool> step(wall_time now);

    // The oldest event that is left, after a step; the next number when none is.
    event_seq oldest() const { return oldest_; }

private:
    result<int> remove_events(std::int64_t before);
    [[nodiscard]] error_code remove_watches(std::int64_t before);
    [[nodiscard]] error_code remove_watch(watch_number number, const watch_labels& labels);
    [[nodiscard]] error_code look_at_oldest();

    state_writer& writer_;
    milliseconds keep_;
    event_seq oldest_ = 1;
    watch_number looked_at_ = 0; // watches up to here were looked at in this round; 0: it begins
    sqlite_statement remove_events_;
    sqlite_statement oldest_event_;
    sqlite_statement ended_watches_;
    sqlite_statement remove_label_;
    sqlite_statement remove_watch_;
};

} // namespace jobwatch
