#include "configuration.hpp"
#include "daemon.hpp"
#include "exit_codes.hpp"
#include "options.hpp"

#include <csignal>
#include <exception>
#include <iostream>

int main(int argc, char** argv)
{
    std::signal(SIGPIPE, SIG_IGN); // a client that leaves is an error code, not a death
    try
    {
        int exit_code = jobwatch::exit_ok;
        const auto options = jobwatch::parse_command_line(argc, argv, exit_code);
        if (!options)
            return exit_code;
        const auto configured = jobwatch::read_configuration(options->config);
        if (configured)
            return jobwatch::run_daemon(*configured);
        for (const std::string& mistake : configured.error())
            std::cerr << mistake << '\n';
        return jobwatch::exit_config;
    }
    catch (const std::exception& surprise)
    {
        std::cerr << "jobwatchd: a surprise ended it: " << surprise.what() << '\n';
        return jobwatch::exit_failed;
    }
}
