// The event_log port: events.jsonl, written by a thread of its own that reads committed events from state.db in `seq`
// order. Where it goes on is told by the file itself and the log mark in the database, so a kill at any moment
// loses nothing and doubles nothing. Destroy it before the store.
#pragma once

#include "engine/ports/diagnostics.hpp"
#include "engine/ports/event_log.hpp"
#include "io/state/directory_lock.hpp"
#include "io/state/event_archive.hpp"
#include "io/state/events_appender.hpp"
#include "io/state/posted_diagnostics.hpp"
#include "io/state/state_reads.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

namespace jobwatch
{

// Events that one append takes.
inline constexpr std::size_t events_per_append = 4'096;
inline constexpr std::uint64_t bytes_per_append = 1 << 20; // about; far below largest_unsynced

// After a failed append the next try waits this long, doubled each time up to the second.
inline constexpr milliseconds first_append_pause{50};
inline constexpr milliseconds longest_append_pause{5'000};

struct events_file_settings
{
    std::string logs_directory;  // made (0750) if there is none
    std::string state_directory; // whose state.db is read
    std::uint64_t rotate_size = 64ULL << 20;
    std::uint32_t rotate_keep = 10;
};

// Commits that every event up to here is in the file, synced (sqlite_watch_store::commit_log_mark).
using log_mark_writer = std::function<error_code(event_seq)>;

class events_file final : public event_log
{
public:
    // The parts that open_events_file has made.
    events_file(
        boost::asio::any_io_executor executor, const events_file_settings& settings, directory_lock lock,
        events_appender file, std::unique_ptr<state_reads> reads, log_mark_writer mark, event_seq logged,
        event_seq head, diagnostics& out);
    ~events_file() override; // writes what is left, if the disk lets it

    void advance(event_seq head) override;
    event_seq logged() const override { return logged_; }

private:
    directory_lock lock_; // first, so that it is let go last

    void run();
    bool wait_for_work();
    event_seq head();
    [[nodiscard]] error_code write_page();
    [[nodiscard]] error_code make_room(std::size_t bytes);
    [[nodiscard]] error_code rotate();
    [[nodiscard]] error_code reopen();
    [[nodiscard]] error_code heed_others();
    void warn_of_hole(event_seq last, event_seq next);
    void compress();
    void report(error_code ec);

    std::string path_;
    std::string folder_;
    std::uint64_t rotate_size_;
    std::optional<events_appender> file_; // empty: to be opened again
    event_archive archive_;
    std::unique_ptr<state_reads> reads_;
    log_mark_writer mark_;
    posted_diagnostics out_;
    milliseconds pause_{}; // after a failure; 0: all is well
    std::atomic<event_seq> logged_;

    std::mutex mutex_; // guards what follows
    std::condition_variable news_;
    event_seq head_;
    bool stopping_ = false;

    std::thread thread_; // last: it uses all of the above
};

// Repairs the file's end, finds where to go on and starts. If the file is ahead of the database (which was restored
// from a copy, or replaced), this is said, and the database's numbers are raised above the file's.
explained<std::unique_ptr<events_file>> open_events_file(
    const boost::asio::any_io_executor& executor, const events_file_settings& settings, log_mark_writer mark,
    diagnostics& out);

} // namespace jobwatch
