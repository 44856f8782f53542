// The simulated appliance: all its state, and the one function that decides every answer. No socket and no
// clock in here.
#pragma once

#include "domains.hpp"
#include "exchange.hpp"
#include "job_shelf.hpp"
#include "ledger.hpp"
#include "lockout.hpp"
#include "nodes.hpp"
#include "proxy_desk.hpp"
#include "scenario.hpp"
#include "tokens.hpp"
#include "weather.hpp"

#include <functional>
#include <map>
#include <optional>
#include <string>

namespace jobwatch::simulator
{

// Where the user is known. A login that names another place is one of somebody else.
struct user_home
{
    std::string auth_domain = "root";
    std::string
        auth_domain_path; // empty: none; a login that names a path means that, whatever auth_domain says
    std::string connection = "local_account";
};

struct credentials
{
    std::string user;
    std::string password;
    std::optional<duration> refresh_token_life; // whatever the client asks for
    // Who shows this certificate and this id needs no password.
    std::string client_id{};
    std::string client_certificate{}; // its fingerprint
    user_home home{};
};

// A file with a bearer token that somebody else keeps fresh.
struct token_file_desk
{
    bool kept_fresh = true;
    bool due = false; // to be written now
    std::uint64_t written = 0;
};

// Granted and refused, by how a token was asked for.
struct grant_counts
{
    std::uint64_t granted = 0;
    std::uint64_t refused = 0;
};

struct appliance
{
    credentials who;
    token_office tokens;
    job_shelf jobs;
    ledger witness;
    weather sky;
    scenario to_come{};
    lockout guard{};
    std::map<std::string_view, grant_counts> grants{};
    duration clock_ahead{}; // of ours; negative: behind
    node_board nodes{};
    proxy_desk proxy{};
    token_file_desk token_file{};
    domain_list domains{};
    std::string ca_file{};                 // what whoever talks to the nodes must trust by now
    std::function<void()> changed = [] {}; // tells the transport to look at the plans above
};

// The appliance's own clock.
inline time_point clock_of(const appliance& of, time_point now)
{
    return now + of.clock_ahead;
}

// The paths below it are the simulator's own.
constexpr std::string_view control_prefix = "/simulator/";

// The answer to a request at a moment. The ledger is the transport's to write: it knows when an answer is out.
answer decide(appliance& of, const request& asked, time_point now);

// What comes before an answer about jobs: is the node there, is the Accept header good, is the token? Nothing when the
// request may pass.
std::optional<answer> refuse_at_door(appliance& of, const request& asked, request_class kind, time_point now);

// The routes behind it.
answer answer_login(appliance& of, const request& asked, time_point now);
answer answer_jobs(appliance& of, const request& asked, const job_place& place, time_point now);
answer answer_job_start(appliance& of, const request& asked, const family& which, time_point now);
answer answer_job_list(appliance& of, const request& asked, const family& which, time_point now);
// What the node that was asked knows of jobs at this moment, drawn anew each time, and the domain of who asks.
vantage vantage_of(appliance& of, const request& asked, time_point now);
answer answer_control(appliance& of, const request& asked, time_point now);

// The time line's control paths; nothing when `what` is none of them.
std::optional<answer> answer_ledger(appliance& of, const request& asked, std::string_view what);
// The control paths of nodes, proxy and credentials; nothing when `what` is none of them.
std::optional<answer>
answer_node_control(appliance& of, const request& asked, std::string_view what, time_point now);

// Each node's state and what came to it.
boost::json::array nodes_page(const appliance& of);

// The ledger together with what the jobs and tokens count themselves, as JSON.
std::string ledger_text(appliance& of, time_point now);

} // namespace jobwatch::simulator
