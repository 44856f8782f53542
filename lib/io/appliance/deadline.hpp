// Deadlines that cost nothing to set: re-arming a timer for each poll costs system calls, so all deadlines of
// an appliance are looked at by one slow ticker, which runs only while one is set. They pass late by up to
// one tick.
#pragma once

#include "core/time.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <functional>
#include <memory>
#include <vector>

namespace jobwatch
{

namespace asio = boost::asio;

class deadline;

class deadline_ticker : public std::enable_shared_from_this<deadline_ticker>
{
public:
    deadline_ticker(const asio::any_io_executor& executor, milliseconds tick) : timer_(executor), tick_(tick)
    {
    }

private:
    friend class deadline;

    void add(deadline& one) { deadlines_.push_back(&one); }
    void remove(deadline& one) { std::erase(deadlines_, &one); }
    void start();
    void look();

    asio::steady_timer timer_;
    milliseconds tick_;
    std::vector<deadline*> deadlines_;
    bool ticking_ = false;
};

class deadline
{
public:
    // `passed` is called from the loop, once for each time set. It must not make or destroy a deadline: it is
    // meant to close a socket, whose operations then end.
    deadline(std::shared_ptr<deadline_ticker> ticker, std::function<void()> passed);
    ~deadline();
    deadline(const deadline&) = delete;
    deadline& operator=(const deadline&) = delete;

    void set(milliseconds from_now);
    void clear() { at_ = unset; }

private:
    friend class deadline_ticker;
    using moment = std::chrono::steady_clock::time_point;
    static constexpr moment unset = moment::max();

    std::shared_ptr<deadline_ticker> ticker_;
    std::function<void()> passed_;
    moment at_ = unset;
};

} // namespace jobwatch
