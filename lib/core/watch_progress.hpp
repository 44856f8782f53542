// What a watch has lived through so far, and the rules that turn the next answer into a decision. Kept small:
// the scheduler holds one watch_progress for each of up to a million watches.
#pragma once

#include "core/appliance_census.hpp"
#include "core/duration_text.hpp"
#include "core/event.hpp"
#include "core/kind.hpp"
#include "core/poll_schedule.hpp"
#include "core/reading.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace jobwatch
{

struct watch_progress
{
    std::int64_t newest_updated_at = 0; // nanoseconds of the newest updatedAt seen; 0: none
    boot_time not_found_since{};        // start of the present row of 404 answers
    std::uint32_t polls = 0;
    std::uint32_t status = 0;           // the status word last shown, as the engine numbers words; 0: none
    std::uint16_t last_http_status = 0; // of the last answer, if it was an error with one
    std::uint8_t last_trouble = no_trouble; // class of the last answer, if it was an error: a `trouble`
    std::uint8_t wordless_readings : 4 = 0; // in a row, up to enough_in_a_row
    std::uint8_t foreign_answers : 4 = 0;   // asking_error::foreign, likewise
    telling said : 2 = telling::none;
    bool seen : 1 = false;         // there was a reading
    bool not_found : 1 = false;    // a row of 404 goes on
    bool blocked : 1 = false;      // the last answers were 403, and watch.blocked was said
    bool unrecognised : 1 = false; // job.unrecognised was said
    bool overdue : 1 = false;      // job.overdue was said

    static constexpr std::uint8_t no_trouble = 0xFF;
    static constexpr std::uint8_t enough_in_a_row = 3; // to say so, or to advise
};

census_entry census_entry_of(const watch_progress& progress);

// What the last answer was, if it was an error while asking: a class and a status for a person; else "".
std::string last_error_of(const watch_progress& progress);

// The limits of one watch. Ages count from its submit.
struct watch_limits
{
    time_limit overdue_after;
    time_limit give_up_after;
    milliseconds lost_after_unseen{};
    milliseconds lost_after_seen{};
};

// Have the last readings been without a status for so long that this was said?
bool is_wordless(const watch_progress& progress);

// From when on one more 404 ends a watch that was submitted at `born` as lost, if nothing else changes; empty while 404
// counts for nothing, or there was none.
std::optional<boot_time> lost_at(
    const watch_progress& progress, const watch_limits& limits, boot_time born, boot_time now,
    const appliance_census& around);

// Nodes of a cluster can lag: an answer older than one we have seen tells nothing new about a job that goes on.
bool is_stale(const watch_progress& progress, const reading& given);

// What an answer means for a watch; carried out by the engine.
struct answer_decision
{
    std::optional<outcome> ended;
    std::vector<event_type> say; // events beside the ending, in order; each at most once
    bool slow = false;           // poll at max_interval from now on
    bool remember = false;       // something that must outlive a restart has changed, said or not
    std::string reason;          // for a person: why it ended or why an event is said; may be ""
};

// Updates `progress` and its place in the appliance's census, and decides. `shown_status` is the word that
// progress.status stands for. Total: any answer in any state gives a decision, and no error while asking ends a
// watch, but 404 by the two rules for it.
answer_decision after_answer(
    watch_progress& progress, std::string_view shown_status, const poll_answer& answer, const kind& family,
    const watch_limits& limits, milliseconds age, boot_time now, appliance_census& around);

} // namespace jobwatch
