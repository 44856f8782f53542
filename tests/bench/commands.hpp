// What bench_client can do; each prints its figures and throws bench_failure when it cannot.
#pragma once

#include <cstddef>
#include <string>

namespace jobwatch::bench
{

struct poll_meter_options
{
    std::string socket;
    int pid = 0;
    int runs = 3;
    double seconds = 2;
};
void meter_polls(const poll_meter_options& how);

struct submit_options
{
    std::string socket;
    std::string ids_file;
    std::string appliance; // "" = the only one; only for requests of several ids
    std::size_t from = 0;  // ids to skip
    std::size_t count = 0; // ids to submit
    std::size_t clients = 1;
    std::size_t window = 1; // submits of a client that are on their way
    std::size_t group = 1;  // ids in a request; 1: bare ids
};
void submit_jobs(const submit_options& how);

struct read_options
{
    std::string control;
    std::string events;
    std::size_t readers = 1;
    std::size_t last = 0;   // how many kept events each reads; 0: all
    submit_options submits; // when its count is not 0 they read live: what these submits make
};
void read_events(const read_options& how);

struct audience_options
{
    std::string control;
    std::string events;
    std::size_t readers = 150;
    std::size_t silent = 0;  // others, that never read
    std::size_t endings = 0; // of jobs, after which it is over
};
// Prints "ready" when all are there; at the end how late job.finished was: median, 99 %, worst, in ms.
void watch_endings(const audience_options& how);

} // namespace jobwatch::bench
