// Looks for damage that no ordinary read has met yet: every page of state.db, every index against its table. Reads
// only, on a connection of its own.
#pragma once

#include "engine/ports/diagnostics.hpp"
#include "io/state/sqlite_connection.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace jobwatch
{

// What is told of one table, at most.
inline constexpr int most_findings = 10;

// SQLite's quick_check (all but indexes against their tables), a table at a time, so that no read transaction is long.
// Gives what is damaged, in SQLite's words; empty: nothing is. An error: it could not be found out.
result<std::vector<std::string>> quick_check(sqlite_connection& connection, const std::atomic<bool>& stop);

// All that SQLite and the schema know of: integrity_check and foreign_key_check of the file at `path`.
// Gives lines for a person, and whether it is sound; a failure says why it cannot be looked at.
struct full_check
{
    bool sound = false;
    std::vector<std::string> lines;
};
explained<full_check> check_whole(const std::string& path);

// A quick check on a thread of low priority, after an end that was not in order.
class background_check
{
public:
    // On the executor's thread, once, unless it goes before: "" when the database is sound, else the damage, for a
    // person.
    using listener = std::function<void(const std::string& damage)>;

    background_check(
        boost::asio::any_io_executor executor, sqlite_connection connection, std::string path, listener told);
    ~background_check(); // interrupts what runs; does not wait for its end
    background_check(const background_check&) = delete;

private:
    void run();
    std::string find_damage();

    boost::asio::any_io_executor executor_;
    sqlite_connection connection_;
    std::string path_;
    std::shared_ptr<listener> told_; // an empty function once we are gone
    std::atomic<bool> stopping_{false};

    std::mutex mutex_; // guards what follows
    std::condition_variable news_;
    bool ended_ = false;

    std::thread thread_; // last: it uses all of the above
};

} // namespace jobwatch
