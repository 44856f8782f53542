#include "io/socket/client_connection.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>

#include <linux/sockios.h>
#include <sys/ioctl.h>

namespace jobwatch
{

namespace
{

constexpr std::size_t portions_at_once = 64; // gathered into one system call

} // namespace

client_connection::client_connection(local_socket socket, clock& time) :
    socket_(std::move(socket)), clock_(time), writer_(time.make_timer()), progress_at_(time.now())
{
}

void client_connection::put(std::string text)
{
    auto owner = std::make_shared<const std::string>(std::move(text));
    const std::string_view view = *owner;
    put(std::move(owner), view);
}

void client_connection::put(std::shared_ptr<const void> owner, std::string_view text)
{
    if (gone_ || text.empty())
        return;
    if (queue_.empty())
        progress_at_ = clock_.now();
    queue_.push_back({std::move(owner), text});
    queued_bytes_ += text.size();
    writer_->wake();
}

asio::awaitable<void> client_connection::room(wake_timer& waiting, std::size_t limit)
{
    while (!gone_ && queued_bytes_ >= limit)
    {
        waiting_for_room_.push_back(&waiting);
        co_await waiting.wait_until(never);
        std::erase(waiting_for_room_, &waiting);
    }
}

void client_connection::finish()
{
    finishing_ = true;
    writer_->wake();
    if (gone_)
        close_now();
}

void client_connection::close_now()
{
    if (closed_)
        return;
    closed_ = true;
    boost::system::error_code ignored;
    socket_.close(ignored);
    lost();
}

void client_connection::lost()
{
    if (gone_)
        return;
    gone_ = true;
    writer_->wake();
    for (wake_timer* const waiting : waiting_for_room_)
        waiting->wake();
    if (on_gone_)
        on_gone_();
}

// The kernel calls a socket writable only when most of its buffer is free again: a slow reader takes many portions
// before we can write one.
void client_connection::look_for_progress(boot_time now)
{
    int waiting = 0;
    if (ioctl(socket_.native_handle(), SIOCOUTQ, &waiting) != 0)
        return;
    if (waiting < in_kernel_)
        progress_at_ = now;
    in_kernel_ = waiting;
}

void client_connection::close_if_stalled(boot_time now, milliseconds limit)
{
    if (queue_.empty() || closed_)
        return;
    look_for_progress(now);
    if (now - progress_at_ >= limit)
        close_now();
}

void client_connection::written(std::size_t bytes)
{
    queued_bytes_ -= bytes;
    progress_at_ = clock_.now();
    while (bytes != 0)
    {
        portion& first = queue_.front();
        const std::size_t taken = std::min(bytes, first.text.size());
        first.text.remove_prefix(taken);
        bytes -= taken;
        if (first.text.empty())
            queue_.pop_front();
    }
    if (queued_bytes_ < max_queued_bytes)
        for (wake_timer* const waiting : waiting_for_room_)
            waiting->wake();
}

asio::awaitable<void> client_connection::write_all()
{
    while (!gone_)
    {
        if (queue_.empty() && finishing_)
            break;
        if (queue_.empty())
        {
            co_await writer_->wait_until(never);
            continue;
        }
        std::vector<asio::const_buffer> gathered;
        for (std::size_t at = 0; at < std::min(queue_.size(), portions_at_once); ++at)
            gathered.emplace_back(queue_[at].text.data(), queue_[at].text.size());
        boost::system::error_code failed;
        auto token = asio::redirect_error(asio::use_awaitable, failed);
        const std::size_t bytes = co_await socket_.async_write_some(gathered, token);
        if (failed)
            break;
        if (!gone_)
            written(bytes);
    }
    if (finishing_)
        close_now();
    else
        lost();
    queue_.clear();
    queued_bytes_ = 0;
}

asio::awaitable<void> client_connection::or_close(asio::awaitable<void> work)
{
    try
    {
        co_await std::move(work);
    }
    catch (...)
    {
        close_now();
        throw;
    }
}

asio::awaitable<void> client_connection::watch_hang_up()
{
    boost::system::error_code failed;
    auto token = asio::redirect_error(asio::use_awaitable, failed);
    co_await socket_.async_wait(local_socket::wait_error, token);
    lost();
}

} // namespace jobwatch
