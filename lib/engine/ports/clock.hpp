// Time as a port: the engine runs on the system's clock in the daemon and on a clock set by hand in tests.
#pragma once

#include "core/time.hpp"

#include <boost/asio/awaitable.hpp>

#include <memory>

namespace jobwatch
{

namespace asio = boost::asio;

// A place where one coroutine waits for a moment or for somebody's wake(), whichever comes first. A wake()
// while nobody waits is kept for the next wait, so that no signal is lost. Not shared between coroutines.
class wake_timer
{
public:
    virtual ~wake_timer() = default;

    virtual asio::awaitable<void> wait_until(boot_time moment) = 0;
    virtual void wake() = 0;
};

inline constexpr boot_time never = boot_time::max();

class clock
{
public:
    virtual ~clock() = default;

    virtual boot_time now() const = 0;
    virtual wall_time wall_now() const = 0;
    virtual std::unique_ptr<wake_timer> make_timer() = 0;
};

} // namespace jobwatch
