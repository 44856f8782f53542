// Reads a history from the folder of a run:
//     state/state.db, logs/events.jsonl and its archives   as the daemon left them
//     fates.txt                                            JOB OUTCOME, a line each
//     trace/NAME.trace                                     what a client sent and received, a record a line
//     trace/NAME.backups                                   backup FILE WATCH: a copy, and what was acknowledged before
//     trace/NAME.follow/N                                  what the N-th run of `jobwatchctl follow --json` printed
#pragma once

#include "checker/history.hpp"

#include <string_view>

namespace jobwatch::crash
{

// Throws std::runtime_error, which names the file, when something cannot be read at all.
history read_history(const std::string& folder);

// The parts, for who has only some of them.
void read_database(const std::string& path, history& to);
void read_event_files(const std::string& logs_folder, history& to);

// A line of events.jsonl (newline not included); throws when it is no event.
event_fact read_event(std::string_view line);
std::string hash_of(std::string_view bytes); // FNV-1a, 64 bits, in hexadecimal digits

} // namespace jobwatch::crash
