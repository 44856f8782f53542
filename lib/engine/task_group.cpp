#include "engine/task_group.hpp"

#include <boost/asio/co_spawn.hpp>

#include <exception>

namespace jobwatch
{

namespace
{

std::string what_of(const std::exception_ptr& surprise)
{
    try
    {
        std::rethrow_exception(surprise);
    }
    catch (const std::exception& error)
    {
        return error.what();
    }
    catch (...)
    {
        return "an unknown exception";
    }
}

} // namespace

void task_group::spawn(std::string name, asio::awaitable<void> work)
{
    ++running_;
    asio::co_spawn(
        executor_, std::move(work),
        [this, task = std::move(name)](const std::exception_ptr& surprise) { ended(task, surprise); });
}

void task_group::ended(const std::string& name, const std::exception_ptr& surprise)
{
    --running_;
    if (surprise)
        log_.say(log_level::error, "surprise: " + name + " ended by an exception: " + what_of(surprise));
    if (running_ == 0 && joiner_ != nullptr)
        joiner_->wake();
}

asio::awaitable<void> task_group::join(wake_timer& timer, const clock& time, boot_time limit)
{
    joiner_ = &timer;
    while (running_ != 0 && time.now() < limit)
        co_await timer.wait_until(limit);
    joiner_ = nullptr;
}

} // namespace jobwatch
