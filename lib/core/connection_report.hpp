// What a try at an appliance has shown, step by step, as facts; and the report of it that a person reads. The trying is
// done by io/appliance/connection_check.
#pragma once

#include "core/connection_fault.hpp"
#include "core/settings.hpp"

#include <optional>
#include <string>
#include <vector>

namespace jobwatch
{

struct request_facts
{
    bool sent = false;
    connection_fault fault = connection_fault::none;
    std::string text; // why it failed
};

// The way to one node, up to TLS; and what it was asked in vain, before another one was asked in its place.
struct node_facts
{
    node_address node;
    connection_step step = connection_step::tls; // the one that failed, if one did
    connection_fault fault = connection_fault::none;
    std::string text;      // why, in words
    std::string addresses; // of the node, or of the proxy: "192.0.2.10, 192.0.2.11"; "" = none found
    std::string peer;      // the address that was connected to; "" = none
    std::string tls;       // "TLSv1.3"
    request_facts login;
    request_facts read;
};

struct connection_facts
{
    appliance_settings appliance;
    std::vector<node_facts> nodes;      // in the order of `urls`
    std::optional<std::size_t> asked;   // the node of the login; empty: none could be reached
    std::optional<std::size_t> read_at; // of the read, if that went on to another
    request_facts login;                // not sent with a token file
    std::optional<milliseconds> token_life;
    std::optional<milliseconds> clock_ahead; // the appliance's clock against ours
    request_facts read;
    std::string kind;
    std::string job;
    bool made_up = true; // nobody asked for this job: the appliance should not know it
    std::string status;  // of the job, if it was shown
};

enum class step_result : unsigned char
{
    ok,
    failed,
    not_tried,
};

std::string_view to_string(step_result value);

struct step_report
{
    connection_step step = connection_step::resolve;
    step_result result = step_result::ok;
    connection_fault fault = connection_fault::none;
    std::string text;   // what was found; one line, and harmless
    std::string advice; // what to do; "" = nothing
};

struct node_trial_report
{
    std::string node;
    std::vector<step_report> steps; // up to the first that failed; login or read only then
    bool ok = true;
};

struct connection_report
{
    std::string appliance;
    bool ok = true;
    std::string verdict; // "all well", "FAILED at login"
    std::vector<node_trial_report> nodes;
    std::string asked;   // node of the login; "" = none
    std::string read_at; // of the read, when it is another
    step_report login;
    step_report read;
    std::string note; // worth knowing, and no failure; "" = nothing
};

// Clocks that are further apart than this are worth a note.
inline constexpr milliseconds tolerated_clock_difference{60'000};

connection_report report_of(const connection_facts& facts);

// The report as lines, each with its line break.
std::string describe(const connection_report& report);

} // namespace jobwatch
