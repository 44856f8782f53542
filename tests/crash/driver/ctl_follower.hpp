// `jobwatchctl follow --json --cursor-file`, run again and again: it is killed as well, or told to end.
#pragma once

#include "driver/stage.hpp"

#include <thread>

namespace jobwatch::crash
{

class ctl_follower
{
public:
    // `folder`: what each run prints goes into a file of its own there.
    ctl_follower(stage& shared, std::string folder, std::uint64_t seed);

    void begin();
    void end();
    std::uint64_t place() const; // by its cursor file

private:
    void run();
    void follow(int number);

    stage& stage_;
    std::string folder_;
    test::random_source chance_;
    std::thread thread_;
};

} // namespace jobwatch::crash
