// What the watches of one appliance tell together. One watch's 404 or 403 may be its job's fault; that of most of them
// is the appliance's. Since every open watch is polled again and again, at the latest every max_interval, the watches'
// latest answers are the answers of that time.
//
// Rule of use: every open watch is in it exactly once, under the entry that its progress gives (census_entry_of);
// whoever changes that, or takes the watch away, says so here.
#pragma once

#include "core/recent_count.hpp"
#include "core/time.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace jobwatch
{

// A watch's latest answer that tells something about the job; other trouble (time-outs, 5xx, ...) tells nothing.
enum class telling : unsigned char
{
    none,    // there was no such answer yet
    shown,   // a reading
    missing, // 404 with the appliance's own error body
    refused, // 403, or 401 in spite of a fresh token
};

struct census_entry
{
    telling said = telling::none;
    bool seen = false; // there was a reading at any time

    friend bool operator==(const census_entry&, const census_entry&) = default;
};

class appliance_census
{
public:
    // The two limits of the configuration.
    appliance_census(milliseconds lost_after_unseen, milliseconds lost_after_seen) :
        degraded_after_(lost_after_unseen), shown_and_gone_(lost_after_seen)
    {
    }

    // Told before a restart, and not yet taken back.
    void recall(bool degraded, bool forbidden);

    // What to take for the latest answer of a watch from before a restart, until it gives another: while a trouble
    // of most watches stands, only their answers may end it.
    telling presumed(bool seen, bool blocked) const;

    void enters(census_entry entry);
    void leaves(census_entry entry, boot_time now);
    void turns(census_entry from, census_entry to);

    // There was a reading, or a login was accepted.
    void proved_well(boot_time now) { well_at_ = now; }

    // Begins and ends `degraded`, ends `forbidden`; after any change, and at each answer.
    void weigh(boot_time now);

    // More than half of the seen watches have been missing for lost_after_unseen.
    bool degraded() const { return degraded_; }

    // More than half are refused. Begun by forbid(), when otherwise watch.blocked would be said.
    bool forbidden() const { return forbidden_; }
    bool refuses_most() const;
    void forbid() { forbidden_ = true; }

    // May a row of 404 that began at `since` be the job's own end? Then it counts from the moment given, at which it
    // began or the appliance was last degraded.
    std::optional<boot_time> trusts_row(boot_time since, boot_time now) const;

    std::string describe_missing() const; // "404 for 5 of the 6 jobs that it has shown before"
    std::string describe_refused() const; // "no to 5 of 6 jobs"

private:
    void count(census_entry entry, std::int64_t by);
    bool most_missing(milliseconds within, boot_time now) const;

    milliseconds degraded_after_;
    recent_count shown_and_gone_; // watches that left while they were shown, mostly because their jobs ended
    std::int64_t told_ = 0;       // open watches with a telling answer
    std::int64_t refused_ = 0;
    std::int64_t seen_ = 0;    // of told_
    std::int64_t missing_ = 0; // of seen_
    std::optional<boot_time> well_at_;
    std::optional<boot_time>
        missing_since_; // since then without a break more than half of the seen are missing
    std::optional<boot_time> restored_at_; // when `degraded` last ended
    bool degraded_ = false;
    bool forbidden_ = false;
};

} // namespace jobwatch
