// What a run left behind, as values: the database, the event files, and the traces of its clients. The checker's rules
// look at nothing else, so that a test can hand them any history. It is read by code of its own: nothing of lib/.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace jobwatch::crash
{

using number = std::uint64_t;

struct event_fact
{
    number seq = 0;
    std::string type;
    number watch = 0; // 0: not about one
    std::string outcome;
    std::string hash; // of the line's bytes, newline not included
};

struct watch_fact
{
    number watch = 0;
    std::string job;
    std::string outcome; // "": open
};

// A submit's answer. `said` is new, open, or the outcome that the watch already has.
struct submit_answer
{
    std::string job;
    number watch = 0;
    std::string said;
};

struct told_ending
{
    number watch = 0;
    std::string outcome;
    std::string by; // the trace
};

struct reader_step
{
    enum class kind
    {
        start,     // connected, with the cursor `seq` of the log `text`
        event,     // `event`
        heartbeat, // all up to `seq` was delivered or filtered out
        gap        // `seq` to `to`, because of `text`
    };
    kind what = kind::event;
    event_fact event;
    number seq = 0;
    number to = 0;
    std::string text;
};

struct reader_history
{
    std::string name;
    std::string only;        // the type that it asked for; "": all
    bool may_repeat = false; // it keeps its cursor behind what it prints: a start may repeat, never leave out
    std::vector<reader_step> steps;
};

// A copy that `jobwatchctl backup` made while the daemon ran.
struct backup_fact
{
    std::string name;
    std::string integrity;
    number newest = 0;   // watch in it
    number promised = 0; // watch that was acknowledged before it was asked for
};

struct history
{
    std::string log;       // the database's
    std::string integrity; // what PRAGMA integrity_check said
    std::vector<watch_fact> watches;
    std::vector<event_fact> events;
    std::vector<event_fact> file;    // events.jsonl with its archives, oldest first
    std::vector<std::string> litter; // what stands in these and is no event
    std::vector<submit_answer> submits;
    std::set<std::string> asked_again; // jobs that were once submitted with `again`
    std::set<number> asked_to_remove;
    std::set<number> removed; // acknowledged
    std::vector<told_ending> endings;
    std::vector<reader_history> readers;
    std::vector<backup_fact> backups;
    std::map<std::string, std::string> fates; // by job: the outcome that the appliance has for it
    bool settled = true;                      // all had time to end, and to be told
    bool pruned = false;                      // old archives were given up (rotate_keep)
};

} // namespace jobwatch::crash
