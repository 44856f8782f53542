// The control protocol: newline-delimited JSON-RPC 2.0, one line <-> one command or answer.
#pragma once

#include "core/command.hpp"
#include "core/control_answer.hpp"

#include <string>
#include <string_view>

namespace jobwatch
{

// What one line asked. `id` is the request's id as JSON text ("17", "\"a\"", "null"), echoed in the answer;
// "" for a notification, which gets no answer. A line whose first byte is neither '{' nor '[' is a bare job id.
struct control_request
{
    std::string id;
    bool bare = false; // a bare id: answered with the submit's element alone
    command asked;
};

struct control_refusal
{
    std::string id; // "null" when the line did not tell
    refusal why;
};

[[noreturn]] void throw_exception_from_error(const control_refusal& error, const boost::source_location&);

// `line` without its newline. Total: any bytes give a request or a refusal that names the parameter, what it was and
// what is allowed.
boost::system::result<control_request, control_refusal> parse_control_line(std::string_view line);

// Answers and notifications as lines, newline included.
std::string answer_line(const control_request& asked, const control_answer& given);
std::string refusal_line(std::string_view id, const refusal& why);

// The params are the event's own line without its newline.
std::string event_line(std::string_view event_text);
std::string heartbeat_line(event_seq cursor, event_seq head);
std::string gap_line(event_seq from, event_seq to, std::string_view why);

// Does the event's text carry all of these labels?
bool carries_labels(std::string_view event_text, const watch_labels& labels);

} // namespace jobwatch
