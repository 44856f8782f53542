#include "io/appliance/deadline.hpp"

namespace jobwatch
{

void deadline_ticker::start()
{
    if (ticking_)
        return;
    ticking_ = true;
    timer_.expires_after(tick_);
    timer_.async_wait(
        [weak = weak_from_this()](const boost::system::error_code& failed)
        {
            const auto self = weak.lock();
            if (!self || failed)
                return;
            self->ticking_ = false;
            self->look();
        });
}

void deadline_ticker::look()
{
    const auto now = std::chrono::steady_clock::now();
    bool any_left = false;
    for (deadline* const one : deadlines_)
    {
        if (one->at_ == deadline::unset)
            continue;
        if (one->at_ > now)
        {
            any_left = true;
            continue;
        }
        one->at_ = deadline::unset;
        one->passed_();
    }
    if (any_left)
        start();
}

deadline::deadline(std::shared_ptr<deadline_ticker> ticker, std::function<void()> passed) :
    ticker_(std::move(ticker)), passed_(std::move(passed))
{
    ticker_->add(*this);
}

deadline::~deadline()
{
    ticker_->remove(*this);
}

void deadline::set(milliseconds from_now)
{
    at_ = std::chrono::steady_clock::now() + from_now;
    ticker_->start();
}

} // namespace jobwatch
