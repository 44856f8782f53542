// What the control socket may be asked, and the answers: values only. wire/control_message turns a line into a
// command and an answer into a line; engine/control_service carries commands out.
#pragma once

#include "core/duration_text.hpp"
#include "core/event.hpp"
#include "core/job_id.hpp"
#include "core/outcome.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace jobwatch
{

inline constexpr std::size_t max_control_line = 1 << 20;    // bytes, the newline included
inline constexpr std::size_t max_jobs_per_request = 10'000; // of submit, wait, remove, poll
inline constexpr std::uint32_t max_list_limit = 1'000;      // watches in one answer of `list`
inline constexpr std::uint32_t default_list_limit = 100;
inline constexpr std::size_t max_file_path = 4'096; // bytes of a path in a request
inline constexpr milliseconds max_wait_timeout{7LL * 24 * 3'600'000};

// --- refusals ---------------------------------------------------------------------------------------------

// JSON-RPC's own codes, and ours (part of the protocol).
enum class refusal_code : int
{
    parse_error = -32700,
    invalid_request = -32600,
    method_not_found = -32601,
    invalid_params = -32602,
    internal_error = -32603,
    not_permitted = -32001,
    unknown_appliance = -32002,
    unknown_kind = -32003,
    no_such_watch = -32004,
    state_not_writable = -32005,
    too_many = -32006,
    stopping = -32007,
};

// Why something was not done: `message` for a person, `facts` for a program.
struct refusal
{
    using fact = std::pair<std::string, std::variant<std::string, std::int64_t>>;

    refusal_code code{};
    std::string message;
    std::vector<fact> facts;
};

[[noreturn]] void throw_exception_from_error(const refusal& error, const boost::source_location&);

template <class T>
using answer_or_refusal = boost::system::result<T, refusal>;

// --- commands ---------------------------------------------------------------------------------------------

// Jobs come as the client wrote them: a bad id spoils its own element, never the request.
struct submit_command
{
    std::vector<std::string> jobs;
    std::optional<std::string> appliance;
    std::optional<std::string> kind;
    std::optional<time_limit> overdue_after; // absent: the configuration's
    std::optional<time_limit> give_up_after;
    watch_labels labels;
    bool again = false; // open a new watch for a job whose watch has ended
};

enum class watch_state : unsigned char
{
    open,
    ended,
    all,
};

struct list_command
{
    watch_state state = watch_state::all;
    std::vector<outcome> outcomes; // empty: any
    std::optional<std::string> appliance;
    std::optional<std::string> kind;
    watch_labels labels; // all of them must match
    std::uint32_t limit = default_list_limit;
    watch_number after = 0; // only watches with a higher number
};

// The newest watch of a job, or exactly one watch.
using watch_reference = std::variant<job_id, watch_number>;

struct get_command
{
    watch_reference which;
};

// Why a watch is where it is.
struct explain_command
{
    watch_reference which;
};

// Several watches, by job (the newest watch of each) and by number.
struct watch_selection
{
    std::vector<std::string> jobs;
    std::vector<watch_number> watches;
};

struct wait_command
{
    watch_selection which;
    watch_labels labels; // instead of `which`: all watches that carry these when asked
    bool any = false;    // until "any" instead of "all"
    time_limit timeout;  // never: as long as the client stays
};

struct cursor
{
    std::string log; // "" = whatever the present log is
    event_seq seq = 0;
};

struct from_tail
{
};
struct from_begin
{
};
using subscribe_start = std::variant<from_tail, from_begin, cursor>;

struct event_filter
{
    std::vector<event_type> types; // empty: any
    std::optional<std::string> appliance;
    watch_labels labels;
};

struct subscribe_command
{
    subscribe_start from;
    event_filter filter;
};

struct remove_command
{
    watch_selection which;
};

struct poll_command
{
    watch_selection which;
};

struct status_command
{
};
struct version_command
{
};
struct kinds_command
{
};

// A copy of the state, made by the daemon while it runs.
struct backup_command
{
    std::string file; // absolute; there must be none yet
};

using command = std::variant<
    submit_command, list_command, get_command, wait_command, subscribe_command, remove_command, poll_command,
    explain_command, status_command, version_command, kinds_command, backup_command>;

// Would it change something? Then the peer must be root, the service's user or of group jobwatch.
bool changes_state(const command& asked);

} // namespace jobwatch
