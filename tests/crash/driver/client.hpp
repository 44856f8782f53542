// A client of the daemon: a thread that connects, works until the connection breaks, and connects again, until the run
// is over. What it does on a connection is its own.
#pragma once

#include "driver/stage.hpp"
#include "driver/trace.hpp"
#include "support/unix_client.hpp"

#include <exception>
#include <thread>

namespace jobwatch::crash
{

class client
{
public:
    client(stage& shared, const std::string& trace_path, std::uint64_t seed) :
        stage_(shared), trace_(trace_path), chance_(seed)
    {
    }
    virtual ~client() = default;
    client(const client&) = delete;

    void begin()
    {
        thread_ = std::thread([this] { run(); });
    }
    void end()
    {
        if (thread_.joinable())
            thread_.join();
        flush();
    }
    void flush() { trace_.flush(); }

protected:
    // Works until there is no more to do on this connection; throws when it breaks.
    virtual void work() = 0;

    stage& stage_;
    trace trace_;
    test::random_source chance_;

private:
    // The pause only spares the processor while the daemon is dead.
    void run()
    {
        while (!stage_.over)
        {
            try
            {
                work();
            }
            catch (const std::exception&)
            {
                std::this_thread::sleep_for(std::chrono::milliseconds{3});
            }
        }
    }

    std::thread thread_;
};

} // namespace jobwatch::crash
