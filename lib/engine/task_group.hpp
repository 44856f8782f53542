// Owns the coroutines that a part of the engine has started, so that stopping can wait for them. An exception
// that leaves a task is a surprise: it is told once, with the task's name, and ends that task only.
#pragma once

#include "engine/ports/clock.hpp"
#include "engine/ports/diagnostics.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <cstddef>
#include <string>

namespace jobwatch
{

class task_group
{
public:
    task_group(asio::any_io_executor executor, diagnostics& log) : executor_(std::move(executor)), log_(log)
    {
    }
    task_group(const task_group&) = delete;
    task_group& operator=(const task_group&) = delete;

    // Whatever `work` refers to must live until the group is empty.
    void spawn(std::string name, asio::awaitable<void> work);

    std::size_t running() const { return running_; }

    // Waits until no task runs or `limit` has come; `timer` is only for this. One waiter at a time.
    asio::awaitable<void> join(wake_timer& timer, const clock& time, boot_time limit);

private:
    void ended(const std::string& name, const std::exception_ptr& surprise);

    asio::any_io_executor executor_;
    diagnostics& log_;
    wake_timer* joiner_ = nullptr;
    std::size_t running_ = 0;
};

} // namespace jobwatch
