// cm-simulator: starts, says where it is, serves until it is told to stop, and prints what it was asked.
#include "stage.hpp"

#include <boost/asio/signal_set.hpp>

#include <cstdio>
#include <memory>

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
        write_file(wanted.fates_file, made.jobs.fates_text(), readable_by::everyone);
}

void announce(const options& wanted, const std::string& lines)
{
    std::fputs(lines.c_str(), stdout);
    std::fflush(stdout);
    if (!wanted.ready_file.empty())
        write_file(wanted.ready_file, lines, readable_by::owner);
}

std::unique_ptr<server> open_server(
    asio::io_context& context, asio::ssl::context& tls, appliance& made, const server_settings& settings)
{
    try
    {
        return std::make_unique<server>(context, tls, made, settings);
    }
    catch (const boost::system::system_error& error)
    {
        throw std::runtime_error(
            "cannot listen on " + settings.listen.address().to_string() + " port "
            + std::to_string(settings.listen.port()) + ": " + error.code().message());
    }
}

void run(const options& wanted)
{
    asio::io_context context(1);
    asio::signal_set signals(context, SIGTERM, SIGINT);
    const stage_directory directory(wanted.directory);
    asio::ssl::context tls = wanted.identity_file.empty()
        ? make_tls(wanted.certificate_hosts, wanted.expired_certificate, directory.path() / "ca.pem")
        : tls_from(wanted.identity_file);
    appliance made = make_appliance(wanted, wall_clock());
    write_file(directory.path() / "password", made.who.password + "\n", readable_by::owner);
    write_job_files(wanted, made);
    const asio::ip::tcp::endpoint where(asio::ip::make_address(wanted.address), wanted.port);
    const chatter log = wanted.verbose ? chatter::each_request : chatter::silent;
    const auto opened = open_server(context, tls, made, {where, wanted.idle_timeout, wanted.writer, log});
    server& front = *opened;
    signals.async_wait([&front](const boost::system::error_code&, int) { front.stop(); });
    front.start();
    announce(wanted, ready_lines(wanted, made, front.endpoint(), directory.path()));
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
