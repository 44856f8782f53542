// The machine's clocks, as the engine's clock port.
#pragma once

#include "engine/ports/clock.hpp"

#include <boost/asio/any_io_executor.hpp>

namespace jobwatch
{

class system_clock final : public clock
{
public:
    explicit system_clock(asio::any_io_executor executor) : executor_(std::move(executor)) {}

    boot_time now() const override;
    wall_time wall_now() const override;
    std::unique_ptr<wake_timer> make_timer() override;

private:
    asio::any_io_executor executor_;
};

} // namespace jobwatch
