// The client side of the benchmarks; tests/bench/run.sh calls it. `bench_client --help` says how.
#include "commands.hpp"
#include "control_client.hpp"

#include <CLI/CLI.hpp>

#include <iostream>

using namespace jobwatch::bench;

namespace
{

void add_submit_options(CLI::App& app, submit_options& into)
{
    app.add_option("--ids", into.ids_file, "file of job ids, one a line")->required();
    app.add_option("--appliance", into.appliance, "the appliance, when there are several");
    app.add_option("--from", into.from, "ids to skip");
    app.add_option("--count", into.count, "ids to submit")->required();
    app.add_option("--clients", into.clients, "connections");
    app.add_option("--window", into.window, "requests of a client that are on their way");
    app.add_option("--group", into.group, "ids in a request; 1: bare ids");
}

void run(int argc, char** argv)
{
    CLI::App app("bench_client: loads the daemon's sockets and measures");
    app.require_subcommand(1);
    std::string socket;

    poll_meter_options meter;
    auto* const polls = app.add_subcommand("polls", "figures of polling, run by run");
    polls->add_option("socket", meter.socket, "control.sock")->required();
    polls->add_option("pid", meter.pid, "of the daemon")->required();
    polls->add_option("--runs", meter.runs, "how many");
    polls->add_option("--seconds", meter.seconds, "of each run");
    polls->callback([&] { meter_polls(meter); });

    submit_options load;
    auto* const submits = app.add_subcommand("submit", "prints submits a second, and the seconds");
    submits->add_option("socket", load.socket, "control.sock")->required();
    add_submit_options(*submits, load);
    submits->callback([&] { submit_jobs(load); });

    read_options reading;
    auto* const reads = app.add_subcommand("read", "prints events a second, the seconds, bytes an event");
    reads->add_option("control", reading.control, "control.sock")->required();
    reads->add_option("events", reading.events, "events.sock")->required();
    reads->add_option("--readers", reading.readers, "connections");
    reads->add_option("--last", reading.last, "kept events that each reads (default: all)");
    reads->callback([&] { read_events(reading); });

    read_options watching;
    auto* const lives = app.add_subcommand("live", "the same, while jobs are submitted");
    lives->add_option("control", watching.control, "control.sock")->required();
    lives->add_option("events", watching.events, "events.sock")->required();
    lives->add_option("--readers", watching.readers, "connections");
    add_submit_options(*lives, watching.submits);
    lives->callback(
        [&]
        {
            watching.submits.socket = watching.control;
            read_events(watching);
        });

    audience_options told;
    auto* const audience =
        app.add_subcommand("readers", "how late readers are told of ends, beside silent ones");
    audience->add_option("control", told.control, "control.sock")->required();
    audience->add_option("events", told.events, "events.sock")->required();
    audience->add_option("--readers", told.readers, "that read");
    audience->add_option("--silent", told.silent, "that do not");
    audience->add_option("--endings", told.endings, "of jobs, each once")->required();
    audience->callback([&] { watch_endings(told); });

    auto* const status = app.add_subcommand("status", "prints the daemon's status as it answers it");
    status->add_option("socket", socket, "control.sock")->required();
    status->callback([&] { std::cout << ask_status(socket); });

    std::string name;
    auto* const field =
        app.add_subcommand("field", "prints one number of the status, summed over appliances");
    field->add_option("socket", socket, "control.sock")->required();
    field->add_option("name", name, "such as readings or memory_bytes")->required();
    field->callback(
        [&] { std::cout << std::fixed << std::setprecision(0) << sum_of(ask_status(socket), name) << '\n'; });

    try
    {
        app.parse(argc, argv);
    }
    catch (const CLI::ParseError& wrong)
    {
        std::exit(app.exit(wrong) == 0 ? 0 : 2);
    }
}

} // namespace

int main(int argc, char** argv)
{
    try
    {
        run(argc, argv);
        return 0;
    }
    catch (const std::exception& wrong)
    {
        std::cerr << "bench_client: " << wrong.what() << '\n';
        return 1;
    }
}
