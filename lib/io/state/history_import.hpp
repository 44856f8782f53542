// Applies what event files tell to the tables, line by line and inside the caller's transaction: watches that are not
// there are added, news and endings of open ones stored. No event is made: they are in the files already. Memory does
// not grow with the files.
#pragma once

#include "io/state/state_writer.hpp"
#include "wire/event_reading.hpp"

#include <cstdint>
#include <string_view>

namespace jobwatch
{

class history_import
{
public:
    // `limits` are for watches whose event does not tell theirs (an earlier version wrote it).
    history_import(state_writer& writer, const told_limits& limits, event_seq after);

    // Lines up to event `after` are passed over, those that are no events are counted. Fails as the database fails.
    [[nodiscard]] error_code take(std::string_view line);

    // The numbers to go on above, once all lines are taken.
    event_seq last_seq() const { return last_seq_; }
    watch_number highest() const { return highest_; }

    struct counts
    {
        std::uint64_t added = 0;      // watches
        std::uint64_t ended = 0;      // watches, of those just added, too
        std::uint64_t unreadable = 0; // lines that are no events
        std::uint64_t refused = 0;    // watches that the tables' rules do not let in
    };
    const counts& counted() const { return counts_; }

private:
    [[nodiscard]] error_code apply(const read_event& read);
    [[nodiscard]] error_code add(const read_event& read);
    [[nodiscard]] error_code index_labels(const event& happened);
    [[nodiscard]] error_code note(const event& happened);
    [[nodiscard]] error_code end(const event& happened);

    state_writer& writer_;
    told_limits limits_;
    event_seq after_;
    event_seq last_seq_ = 0;
    watch_number highest_ = 0;
    counts counts_;
    sqlite_statement add_;
    sqlite_statement label_;
    sqlite_statement note_;
    sqlite_statement end_;
    sqlite_statement document_;
};

} // namespace jobwatch
