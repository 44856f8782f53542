#include "support/manual_clock.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>

namespace jobwatch::test
{

// An Asio timer that never expires serves as the thing to wait on; its cancellation is the wake-up.
class manual_clock::timer final : public wake_timer
{
public:
    explicit timer(manual_clock& owner) :
        owner_(owner), signal_(owner.context_, asio::steady_timer::time_point::max())
    {
        owner_.timers_.push_back(this);
    }
    ~timer() override { std::erase(owner_.timers_, this); }

    asio::awaitable<void> wait_until(boot_time moment) override
    {
        while (!woken_ && owner_.now_ < moment)
        {
            moment_ = moment;
            boost::system::error_code ignored;
            auto token = asio::redirect_error(asio::use_awaitable, ignored);
            co_await signal_.async_wait(token);
        }
        woken_ = false;
        moment_ = never;
    }

    void wake() override
    {
        woken_ = true;
        signal_.cancel();
    }

    boot_time moment() const { return moment_; }
    void look() { signal_.cancel(); }

private:
    manual_clock& owner_;
    asio::steady_timer signal_;
    boot_time moment_ = never;
    bool woken_ = false;
};

std::unique_ptr<wake_timer> manual_clock::make_timer()
{
    return std::make_unique<timer>(*this);
}

void manual_clock::settle()
{
    context_.restart();
    while (context_.poll() != 0)
        context_.restart();
}

void manual_clock::advance(milliseconds span)
{
    const boot_time end = now_ + span;
    settle();
    for (;;)
    {
        boot_time next = never;
        for (const timer* one : timers_)
            if (one->moment() > now_)
                next = std::min(next, one->moment());
        if (next > end)
            break;
        wall_ += next - now_;
        now_ = next;
        for (timer* const one : std::vector<timer*>(timers_))
            if (one->moment() <= now_)
                one->look();
        settle();
    }
    wall_ += end - now_;
    now_ = end;
    settle();
}

} // namespace jobwatch::test
