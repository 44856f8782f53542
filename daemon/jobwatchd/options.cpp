#include "options.hpp"

#include "exit_codes.hpp"

#include <CLI/CLI.hpp>

namespace jobwatch
{

std::optional<daemon_options> parse_command_line(int argc, char** argv, int& exit_code)
{
    daemon_options chosen;
    CLI::App app("jobwatchd: watches jobs of a CipherTrust Manager and tells when they end");
    app.set_version_flag("--version", std::string("jobwatchd ") + JOBWATCHD_VERSION);
    app.add_option("--config", chosen.config, "the configuration file")->capture_default_str();
    const auto* const check = app.add_option(
                                     "--check-state", chosen.checked_state,
                                     "read all of the state (or of a copy in FILE), say whether it is sound, "
                                     "and end; changes nothing, and "
                                     "the daemon may run meanwhile")
                                  ->type_name("[FILE]")
                                  ->expected(0, 1);
    app.footer(
        "It stays in the foreground; SIGTERM or SIGINT ends it in order. Talk to it with jobwatchctl.");
    try
    {
        app.parse(argc, argv);
    }
    catch (const CLI::ParseError& error)
    {
        exit_code = app.exit(error) == 0 ? exit_ok : exit_usage;
        return std::nullopt;
    }
    chosen.check_state = check->count() != 0;
    return chosen;
}

} // namespace jobwatch
