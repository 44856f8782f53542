// Why the next poll of a watch comes when it comes, and what it waits for. Both follow from what is known of the watch
// anyway, so that no watch carries its reason about.
#pragma once

#include "core/watch_progress.hpp"

#include <string_view>

namespace jobwatch
{

// What gave the next poll its time. The words are part of the protocol: never rename one.
enum class poll_reason : unsigned char
{
    first_after,  // the first one, first_after after the submit
    taken_up,     // the first one since the start: a random moment within its interval
    age,          // backoff x age
    min_interval, // that would be too soon
    max_interval, // that would be too late
    blocked,      // this one and the next ones: slowly, at max_interval, because the job may not be read
    refused,      // so it was the last time
    missing,      // the job was shown, and now it is 404
    unrecognised, // nobody knows what the status means
    overdue,
    not_stored, // what was read last could not be written to the disk
    asked_for,  // by a person
};
std::string_view to_string(poll_reason value);

// What a poll whose time has come would wait for now, in the order in which it must be had. Part of the protocol, too.
enum class poll_obstacle : unsigned char
{
    none,
    under_way,   // the poll is being made, or what it gave is being stored
    pause,       // the appliance asked to be left alone (Retry-After)
    nodes,       // none answers; they are probed
    token,       // there is none to ask with
    connections, // as many requests as may be are under way
    budget,      // requests_per_second allows no more now, and others are due, too
};
std::string_view to_string(poll_obstacle value);

// Of a watch that is polled at max_interval.
poll_reason slow_reason(const watch_progress& progress);

// Of a watch that is polled by its age, whose next interval is this.
poll_reason pace_reason(const poll_schedule& schedule, milliseconds interval);

} // namespace jobwatch
