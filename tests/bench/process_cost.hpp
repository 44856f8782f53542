// What a process has cost so far, from /proc: all its threads together.
#pragma once

#include <string>

namespace jobwatch::bench
{

struct process_cost
{
    double cpu_seconds = 0;        // user and system, of all threads
    double loop_cpu_seconds = 0;   // of the first thread alone: the event loop
    double voluntary_switches = 0; // of the first thread: how often it went to sleep
    double resident_bytes = 0;
};

process_cost cost_of(int pid);

} // namespace jobwatch::bench
