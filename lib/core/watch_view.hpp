// A watch as people and programs see it: what is stored, and, for open ones, what the scheduler knows.
#pragma once

#include "core/appliance_state.hpp"
#include "core/command.hpp"
#include "core/kind.hpp"

#include <optional>
#include <string>
#include <vector>

namespace jobwatch
{

struct watch_view
{
    watch_number number = 0;
    std::string appliance;
    std::string kind;
    std::string job;
    wall_time submitted_at{};
    job_facts facts;
    std::optional<wall_time> updated_at; // newest seen, by the appliance's clock
    std::optional<outcome> ended;        // none: open
    std::optional<wall_time> ended_at;
    std::optional<milliseconds> noticed_after;
    std::uint32_t polls = 0;
    time_limit overdue_after;
    time_limit give_up_after;
    watch_labels labels;
    std::optional<submitter> submitted_by;
    std::string reason;   // for a person: why lost, abandoned, ...
    std::string document; // of the ending; `get` only

    // Open watches only, from the scheduler; absent while `unconfigured`.
    std::optional<milliseconds> next_poll_in;
    std::string last_error;    // the last answer, if it was an error while asking
    bool unconfigured = false; // its appliance or kind is not in the configuration
    bool unrecognised = false;
    bool overdue = false;
};

struct submitted_job
{
    std::string job;
    std::optional<refusal> refused;
    watch_number number = 0;
    bool already = false;
    std::optional<outcome> ended; // already, and ended
};

struct submit_answer
{
    std::vector<submitted_job> jobs; // as many as were asked, in the same order
};

struct list_answer
{
    std::vector<watch_view> watches;
    std::optional<watch_number> next; // `after` of the next page; absent on the last one
};

struct wait_answer
{
    std::vector<watch_view> ended;
    std::vector<watch_view> open;
    std::vector<std::string> unknown; // ids and numbers that have no watch
    bool timed_out = false;
};

// What became of each element of `remove` and `poll`.
struct selected_watch
{
    std::string asked; // the id or number as the client wrote it
    watch_number number = 0;
    std::optional<refusal> refused;
};

struct selection_answer
{
    std::vector<selected_watch> watches;
};

enum class node_state : unsigned char
{
    serving,     // the one that is asked
    standing_by, // well, as far as we know
    open,        // ill: left alone but for probes
};
std::string_view to_string(node_state value);

struct node_report
{
    std::string name; // "cm1.example.com:8443"
    node_state state = node_state::standing_by;
    // While it is open:
    std::optional<wall_time> since;
    std::string why;                           // what it said last, for a person
    std::optional<milliseconds> next_probe_in; // absent while a probe is under way
};

struct appliance_report
{
    std::string name;
    std::uint64_t open = 0;                 // watches
    std::uint64_t due = 0;                  // of them, due now and waiting for the budget
    std::uint64_t in_flight = 0;            // requests
    std::uint32_t window = 0;               // how many may be, now ...
    std::uint32_t window_most = 0;          // ... and as configured
    std::optional<milliseconds> paused_for; // the appliance asked for it (Retry-After); nothing is sent
    std::vector<node_report> nodes;         // in the order of `urls`
    std::map<condition, standing_condition> conditions; // the trouble that stands
    std::uint64_t connections = 0;
    std::uint64_t readings = 0; // since start, as the next three
    std::uint64_t errors = 0;
    std::uint64_t logins = 0;
    std::uint64_t requests = 0;
    milliseconds lag_median{}; // how late the last polls were, against their due times
    milliseconds lag_worst{};
    double stretch = 1;     // by how much all intervals are stretched by the budget
    std::string token;      // for a person: "valid for 2 min 10 s", "none: ..."
    std::string last_error; // "" when the last answer was a reading
    bool tls_verified = true;
};

struct status_answer
{
    std::string version;
    wall_time started_at{};
    std::string log;      // id of the database
    event_seq head = 0;   // newest event
    event_seq logged = 0; // newest event in events.jsonl, synced
    std::uint64_t open = 0;
    std::uint64_t ended = 0; // still kept
    std::uint64_t unconfigured = 0;
    std::uint64_t clients = 0;
    std::uint64_t subscribers = 0;
    std::uint64_t memory = 0;       // resident bytes
    std::uint64_t watch_memory = 0; // bytes held for open watches by the scheduler
    std::vector<appliance_report> appliances;
    std::vector<std::string> warnings; // for a person; empty when all is well
};

struct version_answer
{
    std::string version;
    std::string log;
};

// A copy of the state that is whole and on the disk.
struct backup_answer
{
    std::string file;
    std::uint64_t bytes = 0;
    std::string log;    // id of the database ...
    event_seq head = 0; // ... and its newest event, in the copy
};

struct kinds_answer
{
    std::string usual;       // the kind of a submit that names none
    std::vector<kind> kinds; // in the order of their names
};

// subscribe is answered by its session, which knows where the stream starts.
struct subscribe_answer
{
    std::string log;
    event_seq head = 0;
};

} // namespace jobwatch
