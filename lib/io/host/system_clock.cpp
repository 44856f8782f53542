#include "io/host/system_clock.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <ctime>

namespace jobwatch
{

namespace
{

// Asio's timers stand still while the machine is suspended, our clock does not: look again this often.
constexpr milliseconds longest_sleep{30'000};

class system_timer final : public wake_timer
{
public:
    system_timer(const clock& time, const asio::any_io_executor& executor) : clock_(time), timer_(executor) {}

    asio::awaitable<void> wait_until(boot_time moment) override
    {
        while (!woken_ && (moment == never || clock_.now() < moment))
        {
            if (moment == never)
                timer_.expires_at(asio::steady_timer::time_point::max());
            else
                timer_.expires_after(std::min<boot_clock::duration>(moment - clock_.now(), longest_sleep));
            boost::system::error_code ignored;
            co_await timer_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
        }
        woken_ = false;
    }

    void wake() override
    {
        woken_ = true;
        timer_.cancel();
    }

private:
    const clock& clock_;
    asio::steady_timer timer_;
    bool woken_ = false;
};

} // namespace

boot_time system_clock::now() const
{
    timespec value{};
    clock_gettime(CLOCK_BOOTTIME, &value);
    return boot_time(std::chrono::microseconds(value.tv_sec * 1'000'000LL + value.tv_nsec / 1'000));
}

wall_time system_clock::wall_now() const
{
    return std::chrono::time_point_cast<wall_time::duration>(std::chrono::system_clock::now());
}

std::unique_ptr<wake_timer> system_clock::make_timer()
{
    return std::make_unique<system_timer>(*this, executor_);
}

} // namespace jobwatch
