// The command line of cm-simulator, read and checked.
#pragma once

#include "appliance.hpp"
#include "fates.hpp"
#include "job_shelf.hpp"
#include "server.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace jobwatch::simulator
{

// Of one node, from 0, or of all but the first.
struct node_lag
{
    std::optional<std::size_t> node;
    span lag{};
};

struct options
{
    std::string address = "127.0.0.1";
    std::uint16_t port = 0; // of the first node; the next ones follow
    std::uint16_t control_port = 0;
    std::size_t nodes = 1;
    std::vector<node_lag> lags;
    std::optional<std::uint16_t> proxy_port; // empty: no proxy
    proxy_mode proxy = proxy_mode::pass;
    unsigned proxy_refusal = 403;
    std::string directory; // empty: a fresh one that is removed at the end
    std::string ready_file;
    std::vector<std::string> certificate_hosts{"localhost", "127.0.0.1", "::1"};
    bool expired_certificate = false;
    std::string identity_file; // empty: an identity of our own
    std::string user = "jobwatch";
    std::string password; // empty: drawn at start
    user_home home;
    std::vector<std::string> domains; // beside the root
    duration token_duration = std::chrono::seconds{300};
    std::optional<duration> refresh_token_life;
    token_style tokens = token_style::jwt;
    std::string token_file;         // empty: none
    std::string refresh_token_file; // empty: none
    lockout_rule lockout;
    duration clock_ahead{};
    std::uint64_t seed = 1;
    plan jobs;
    life_begins clock = life_begins::at_first_read;
    std::vector<std::string> document_files;
    duration appears_after{};
    std::uint64_t make_jobs = 0;
    std::vector<const family*> kinds{&default_family()}; // of those, in turns
    std::string ids_file;
    std::string fates_file;
    weather sky;
    std::vector<std::string> weather_steps; // JSON objects
    std::vector<std::string> scenario_files;
    std::size_t ledger_records = timeline_limit;
    duration idle_timeout = std::chrono::minutes{2};
    writer_settings writer;
    bool verbose = false;
};

// Empty when the program is to end at once, with `exit_code`, because everything is said already.
std::optional<options> read_options(int argc, char** argv, int& exit_code);

} // namespace jobwatch::simulator
