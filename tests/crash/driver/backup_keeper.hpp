// Runs `jobwatchctl backup` now and then while all the others work.
#pragma once

#include "driver/stage.hpp"
#include "driver/trace.hpp"

#include <thread>

namespace jobwatch::crash
{

class backup_keeper
{
public:
    backup_keeper(stage& shared, const std::string& trace_folder, std::uint64_t seed);

    void begin(); // nothing, where jobwatchctl knows no such command
    void end();
    void flush() { trace_.flush(); }

private:
    void run();
    void back_up(int number);

    stage& stage_;
    std::string folder_;
    trace trace_;
    test::random_source chance_;
    std::thread thread_;
};

} // namespace jobwatch::crash
