// The writer's thread. Everything that waits shares one transaction and so one fsync. If one of the group spoils it,
// each is tried again alone. (A savepoint each would cost every group for the sake of the rare one: with
// SQLite 3.40 the statements of a large savepoint take quadratic time.) What was committed goes back to the engine's thread: events to the listener first, then the answers.
#pragma once

#include "io/state/posted_diagnostics.hpp"
#include "io/state/retention.hpp"
#include "io/state/store_front.hpp"
#include "io/state/write_request.hpp"

#include <chrono>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace jobwatch
{

// Jobs that one transaction takes; further submits wait for the next one. Updates and events never wait for room:
// their number is bounded by the appliances' connections.
inline constexpr std::size_t max_jobs_per_commit = 20'000;

// Retention works while nobody waits: a step, a pause for whoever comes, the next step; when nothing is left to remove,
// it looks again after the interval.
inline constexpr milliseconds retention_pause{20};
inline constexpr milliseconds retention_interval{600'000};

class group_writer
{
public:
    group_writer(
        std::unique_ptr<state_writer> writer, boost::asio::any_io_executor executor,
        std::shared_ptr<store_front> front, posted_diagnostics out, time_limit retain);
    ~group_writer(); // carries out what was taken, joins, and marks the end as one in order

    void take(std::unique_ptr<write_request> request); // from any thread

private:
    using group = std::vector<std::unique_ptr<write_request>>;

    void run(time_limit retain);
    std::optional<group> next_group();
    void retire();
    void carry_out(group requests);
    [[nodiscard]] error_code try_together(const group& requests);
    [[nodiscard]] error_code apply_all(const group& requests);
    void carry_out_alone(group requests);
    void report(error_code ec);
    void hand_back(group requests, error_code ec);

    std::unique_ptr<state_writer> writer_;
    watch_writes watches_;
    boost::asio::any_io_executor executor_;
    std::shared_ptr<store_front> front_;
    posted_diagnostics out_;
    std::optional<retention> retention_;              // empty: all is kept
    std::chrono::steady_clock::time_point next_step_; // of it
    std::string cause_;                               // SQLite's words for the last failure
    bool failing_ = false;                            // the last commit failed, and that was said

    std::mutex mutex_; // guards what follows
    std::condition_variable news_;
    std::deque<std::unique_ptr<write_request>> urgent_; // all but submits
    std::deque<std::unique_ptr<write_request>> submits_;
    bool stopping_ = false;

    std::thread thread_; // last: it uses all of the above
};

} // namespace jobwatch
