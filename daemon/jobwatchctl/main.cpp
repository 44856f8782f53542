#include "io/host/standard_descriptors.hpp"
#include "jobwatchctl/command_line.hpp"

#include <csignal>
#include <exception>
#include <iostream>

int main(int argc, char** argv)
{
    jobwatch::hold_standard_descriptors();
    std::signal(SIGPIPE, SIG_IGN); // a reader that has gone is an error code, not a death
    std::ios::sync_with_stdio(false);
    std::cin.tie(nullptr);
    try
    {
        auto standard = jobwatch::ctl::standard_console();
        return static_cast<int>(jobwatch::ctl::run_command_line(argc, argv, standard));
    }
    catch (const std::exception& surprise)
    {
        std::cerr << "jobwatchctl: a surprise ended it: " << surprise.what() << '\n';
        return 70; // EX_SOFTWARE: a bug of ours
    }
}
