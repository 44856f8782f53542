// What the clients of a run share: where the daemon is, which jobs there are, what was acknowledged so far, and how
// fast they may go.
#pragma once

#include "support/seed.hpp"

#include <atomic>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace jobwatch::crash
{

struct acknowledged
{
    std::string job;
    std::uint64_t watch = 0;
};

class stage
{
public:
    stage(std::string control_socket, std::string events_socket, std::vector<std::string> made_jobs) :
        control(std::move(control_socket)), events(std::move(events_socket)), jobs(std::move(made_jobs))
    {
    }

    const std::string control;
    const std::string events;
    const std::vector<std::string> jobs;

    std::atomic<bool> over{false};     // all clients go home
    std::atomic<bool> settling{false}; // nobody submits or removes any more; the readers read on
    std::atomic<std::uint64_t> acknowledged_submits{0};
    std::atomic<std::uint64_t> opened{0};       // new watches among them
    std::atomic<std::uint64_t> ended{0};        // endings that the first reader has seen
    std::atomic<std::uint64_t> newest_watch{0}; // of those that were acknowledged

    // So many watches may yet be opened; a life of the daemon adds some, so that the runs stay of one size.
    std::atomic<std::int64_t> allowance{0};
    bool may_open() const { return !settling && allowance > 0 && opened < ended + most_open; }

    void remember(acknowledged one);
    // An early or a late one.
    std::optional<acknowledged> pick(test::random_source& chance, bool recent) const;
    // A job that nobody has submitted yet, as long as there are some.
    std::optional<std::string> fresh_job();

private:
    static constexpr std::uint64_t most_open = 600;
    static constexpr std::size_t recent_count = 60;

    mutable std::mutex mutex_; // guards what follows
    std::vector<acknowledged> known_;
    std::size_t next_job_ = 0;
};

} // namespace jobwatch::crash
