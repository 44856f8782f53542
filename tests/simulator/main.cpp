// cm-simulator: starts, says where it is, serves until it is told to stop, and prints what it was asked.
#include "files.hpp"
#include "front.hpp"
#include "stage.hpp"

#include <boost/asio/signal_set.hpp>

#include <cstdio>

#include <sys/resource.h>

namespace
{

using namespace jobwatch::simulator;
namespace asio = boost::asio;
namespace fs = std::filesystem;

// Thousands of connections need more descriptors than shells give by default.
void take_all_descriptors()
{
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

void write_job_files(const options& wanted, const appliance& made)
{
    if (!wanted.ids_file.empty())
        write_file(wanted.ids_file, made.jobs.ids_text(), readable_by::everyone);
    if (!wanted.fates_file.empty())
        write_file(wanted.fates_file, made.jobs.fates_text(made.domains), readable_by::everyone);
}

void announce(const options& wanted, const std::string& lines)
{
    std::fputs(lines.c_str(), stdout);
    std::fflush(stdout);
    if (!wanted.ready_file.empty())
        write_file(wanted.ready_file, lines, readable_by::owner);
}

void run(const options& wanted)
{
    asio::io_context context(1);
    asio::signal_set signals(context, SIGTERM, SIGINT);
    const stage_directory directory(wanted.directory);
    appliance made = make_appliance(wanted, wall_clock());
    write_job_files(wanted, made);
    front all(context, wanted, made, directory.path());
    signals.async_wait([&all](const boost::system::error_code&, int) { all.stop(); });
    all.start();
    announce(wanted, all.ready_lines());
    context.run();
    std::printf("ledger=%s\n", ledger_text(made, wall_clock()).c_str());
    if (!wanted.ready_file.empty())
        fs::remove(wanted.ready_file);
}

} // namespace

int main(int argc, char** argv)
{
    int exit_code = 0;
    const auto wanted = read_options(argc, argv, exit_code);
    if (!wanted)
        return exit_code;
    try
    {
        take_all_descriptors();
        run(*wanted);
        return 0;
    }
    catch (const std::exception& error)
    {
        std::fprintf(stderr, "cm-simulator: %s\n", error.what());
        return 1;
    }
}
