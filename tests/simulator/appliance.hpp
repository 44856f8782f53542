// The simulated appliance: all its state, and the one function that decides every answer. No socket and no
// clock in here.
#pragma once

#include "exchange.hpp"
#include "job_shelf.hpp"
#include "ledger.hpp"
#include "tokens.hpp"
#include "weather.hpp"

#include <optional>
#include <string>

namespace jobwatch::simulator
{

struct credentials
{
    std::string user;
    std::string password;
    std::optional<duration> refresh_token_life; // whatever the client asks for
};

struct appliance
{
    credentials who;
    token_office tokens;
    job_shelf jobs;
    ledger witness;
    weather sky;
};

// The answer to a request at a moment. The ledger is the transport's to write: it knows when an answer is out.
answer decide(appliance& of, const request& asked, time_point now);

// The routes behind it.
answer answer_login(appliance& of, const request& asked, time_point now);
answer answer_job(appliance& of, const request& asked, std::string_view id, time_point now);
answer answer_job_start(appliance& of, const request& asked, time_point now);
answer answer_control(appliance& of, const request& asked, time_point now);

// The time line's control paths; nothing when `what` is none of them.
std::optional<answer> answer_ledger(appliance& of, const request& asked, std::string_view what);

// The ledger together with what the jobs and tokens count themselves, as JSON.
std::string ledger_text(appliance& of, time_point now);

} // namespace jobwatch::simulator
