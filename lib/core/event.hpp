// An event: a durable, numbered record of something that happened. Its number (`seq`) is given by the store
// inside the commit; nothing is shown before that.
#pragma once

#include "core/outcome.hpp"
#include "core/time.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace jobwatch
{

using watch_number = std::uint64_t; // of a watch, from 1, never re-used
using event_seq = std::uint64_t;    // of an event, from 1, without holes
using watch_labels = std::map<std::string, std::string>;

inline constexpr std::size_t max_labels = 16;
inline constexpr std::size_t max_label_name = 64;   // bytes
inline constexpr std::size_t max_label_value = 256; // bytes

// Who submitted, as the kernel told us.
struct submitter
{
    std::uint32_t uid = 0;
    std::int32_t pid = 0;

    friend bool operator==(const submitter&, const submitter&) = default;
};

enum class event_type : unsigned char
{
    watch_added,
    watch_removed,
    watch_blocked,
    watch_unblocked,
    job_status,
    job_unrecognised,
    job_overdue,
    job_finished,
    appliance_unreachable,
    appliance_reachable,
    appliance_degraded,
    appliance_forbidden,
    appliance_auth_failed,
    appliance_auth_restored,
    appliance_restored,
    daemon_started,
    daemon_stopped,
    daemon_reloaded,
    daemon_degraded,
    daemon_restored,
    state_replaced,
};

// "job.finished" and so on.
std::string_view to_string(event_type value);
std::optional<event_type> parse_event_type(std::string_view word);

// "watch.added, watch.removed, ...": all of them, for a person who named none of them.
std::string event_type_words();

// The facts of a reading that records, events and views carry.
struct job_facts
{
    std::string overall_status; // the word as the appliance wrote it; "" when none was read yet
    std::string operation;
    std::string key_id;
    std::optional<std::uint64_t> versions_done;
    std::optional<std::uint64_t> version_count;
    std::optional<wall_time> completed_at;
};

struct event
{
    event_type type{};
    wall_time time{};
    watch_number watch = 0; // 0: not about a watch
    std::string appliance;  // "" when not about one
    std::string kind;       // these two only when about a watch
    std::string job;
    std::optional<outcome> ended; // job.finished and watch.removed
    job_facts facts;
    std::optional<milliseconds> noticed_after; // job.finished: now - the later of completed_at and the submit
    std::uint32_t polls = 0;
    std::string reason;       // for a person: why unreachable, unrecognised, lost, ...
    bool tls_verified = true; // false is marked in the event
    watch_labels labels;
    std::optional<submitter> submitted_by;
    std::string document; // JSON text, to the letter but for white space
    bool document_truncated = false;
};

// The one line that people read in jobwatchd.log and the journal:
// "prod 778a1024-... succeeded: disable, 2 of 2 versions, noticed after 0.8 s".
std::string describe(const event& happened);

} // namespace jobwatch
