#include "configuration.hpp"
#include "daemon.hpp"
#include "exit_codes.hpp"
#include "io/host/descriptor_limit.hpp"
#include "io/host/standard_descriptors.hpp"
#include "io/state/state_check.hpp"
#include "io/state/state_database.hpp"
#include "options.hpp"

#include <csignal>
#include <exception>
#include <iostream>

namespace
{

int start(jobwatch::configuration& configured)
{
    const auto fits = jobwatch::fit_to_descriptors(configured, jobwatch::raise_descriptor_limit());
    if (fits)
        return jobwatch::run_daemon(configured);
    std::cerr << "jobwatchd: " << fits.error().text << '\n';
    return jobwatch::exit_failed;
}

// For people: what is wrong goes to standard output, too, since it is what was asked for.
int check_state(const std::string& path)
{
    const auto checked = jobwatch::check_whole(path);
    if (!checked)
    {
        std::cerr << "jobwatchd: " << checked.error().text << '\n';
        return jobwatch::exit_failed;
    }
    std::cout << path << (checked->sound ? ": sound; " : ": DAMAGED\n");
    for (const std::string& line : checked->lines)
        std::cout << line << '\n';
    return checked->sound ? jobwatch::exit_ok : jobwatch::exit_failed;
}

} // namespace

int main(int argc, char** argv)
{
    jobwatch::hold_standard_descriptors();
    std::signal(SIGPIPE, SIG_IGN); // a client that leaves is an error code, not a death
    try
    {
        int exit_code = jobwatch::exit_ok;
        const auto options = jobwatch::parse_command_line(argc, argv, exit_code);
        if (!options)
            return exit_code;
        if (!options->checked_state.empty())
            return check_state(options->checked_state);
        auto configured = jobwatch::read_configuration(options->config);
        if (configured && options->check_state)
            return check_state(jobwatch::state_database_path(configured->values.paths.state));
        if (configured)
            return start(*configured);
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
