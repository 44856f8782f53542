// A clock set by hand, for whole-engine stories: hours pass in milliseconds, and nothing ever sleeps.
#pragma once

#include "engine/ports/clock.hpp"

#include <boost/asio/io_context.hpp>

#include <vector>

namespace jobwatch::test
{

class manual_clock final : public clock
{
public:
    explicit manual_clock(asio::io_context& context) : context_(context) {}

    boot_time now() const override { return now_; }
    wall_time wall_now() const override { return wall_; }
    std::unique_ptr<wake_timer> make_timer() override;

    // Lets the time pass, waking whoever waits at the very moment that they wait for, in order.
    void advance(milliseconds span);

    // Lets everything run that can run without time passing.
    void settle();

    // The wall clock alone jumps, as when an administrator sets it.
    void set_wall(wall_time time) { wall_ = time; }

private:
    class timer;

    asio::io_context& context_;
    boot_time now_{milliseconds{1'000'000}};
    wall_time wall_{std::chrono::sys_days{std::chrono::year{2026} / 11 / 23}};
    std::vector<timer*> timers_;
};

} // namespace jobwatch::test
