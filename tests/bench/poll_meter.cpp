// `polls`: how much the daemon polls, and what a poll costs, seen from outside.
#include "commands.hpp"
#include "control_client.hpp"
#include "figures.hpp"
#include "process_cost.hpp"

#include <cstdio>
#include <ctime>

namespace jobwatch::bench
{

namespace
{

struct sample
{
    double at = 0;
    double polls = 0;
    double errors = 0;
    process_cost cost;
};

sample take_sample(const std::string& socket, int pid)
{
    const std::string status = ask_status(socket);
    sample taken;
    taken.polls = sum_of(status, "readings");
    taken.errors = sum_of(status, "errors");
    taken.cost = cost_of(pid);
    taken.at = seconds_now();
    return taken;
}

void sleep_for(double seconds)
{
    timespec length{};
    length.tv_sec = static_cast<time_t>(seconds);
    length.tv_nsec = static_cast<long>((seconds - static_cast<double>(length.tv_sec)) * 1e9);
    ::nanosleep(&length, nullptr);
}

} // namespace

void meter_polls(const poll_meter_options& how)
{
    figures rate("polls per second");
    figures cpu("microseconds of CPU per poll, all threads", 1);
    figures loop("microseconds of CPU per poll, the loop's thread", 1);
    figures sleeps("sleeps of the loop (voluntary context switches) per poll", 3);
    double errors = 0;
    sample before = take_sample(how.socket, how.pid);
    for (int run = 0; run < how.runs; ++run)
    {
        sleep_for(how.seconds);
        const sample after = take_sample(how.socket, how.pid);
        const double polls = after.polls - before.polls;
        if (polls <= 0)
            throw bench_failure("the daemon has not polled");
        rate.add(polls / (after.at - before.at));
        cpu.add((after.cost.cpu_seconds - before.cost.cpu_seconds) * 1e6 / polls);
        loop.add((after.cost.loop_cpu_seconds - before.cost.loop_cpu_seconds) * 1e6 / polls);
        sleeps.add((after.cost.voluntary_switches - before.cost.voluntary_switches) / polls);
        errors += after.errors - before.errors;
        before = after;
    }
    rate.print();
    cpu.print();
    loop.print();
    sleeps.print();
    if (errors > 0)
        std::printf("  %.0f polls met an error: the figures are not worth much\n", errors);
}

} // namespace jobwatch::bench
