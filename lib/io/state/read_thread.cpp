#include "io/state/read_thread.hpp"

#include <boost/asio/post.hpp>

namespace jobwatch
{

read_thread::read_thread(std::unique_ptr<state_reads> reads, boost::asio::any_io_executor executor) :
    reads_(std::move(reads)), executor_(std::move(executor)), thread_([this] { run(); })
{
}

read_thread::~read_thread()
{
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    reads_->connection().interrupt(); // a long search must not delay the stop
    news_.notify_one();
    thread_.join();
}

void read_thread::take(std::unique_ptr<read_request> request)
{
    {
        const std::lock_guard lock(mutex_);
        waiting_.push_back(std::move(request));
    }
    news_.notify_one();
}

void read_thread::run()
{
    std::unique_lock lock(mutex_);
    while (true)
    {
        news_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
        if (waiting_.empty())
            return;
        auto request = std::move(waiting_.front());
        waiting_.pop_front();
        const bool stop = stopping_;
        lock.unlock();
        if (stop)
            request->stop();
        else
            request->ask(*reads_);
        boost::asio::post(executor_, [answered = std::move(request)] { answered->complete(); });
        lock.lock();
    }
}

} // namespace jobwatch
