// SIGINT and SIGTERM as something to be read, so that a command can end in order.
#pragma once

namespace jobwatch::ctl
{

class stop_signals
{
public:
    stop_signals();
    ~stop_signals();
    stop_signals(const stop_signals&) = delete;
    stop_signals& operator=(const stop_signals&) = delete;

    // Readable from the first of them on; -1 when it cannot be had (the signals then end the program at once).
    int descriptor() const { return descriptor_; }

private:
    int descriptor_ = -1;
};

} // namespace jobwatch::ctl
