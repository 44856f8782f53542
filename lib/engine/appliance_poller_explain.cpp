// What a poller knows of one watch and of the way to its next poll: for `explain`.
#include "engine/appliance_poller.hpp"

#include <algorithm>

namespace jobwatch
{

namespace
{

// What gave the record its due time. Nothing of it is kept for this: it follows from the rest of the record.
poll_reason reason_of(const watch_record& record, const poll_schedule& schedule)
{
    if (record.asked_for)
        return poll_reason::asked_for;
    if (record.answered == 0)
        return record.due == record.born + schedule.first_after ? poll_reason::first_after
                                                                : poll_reason::taken_up;
    return record.slow ? slow_reason(record.progress) : pace_reason(schedule, record.interval);
}

} // namespace

// In the order in which a poll needs them.
poll_obstacle appliance_poller::obstacle_of(const watch_record& record) const
{
    const boot_time now = shared_.time.now();
    if (record.in_flight)
        return poll_obstacle::under_way;
    if (gate_.paused_until() > std::max(now, record.due))
        return poll_obstacle::pause;
    if (!gate_.any_serves())
        return poll_obstacle::nodes;
    if (!token_.usable())
        return poll_obstacle::token;
    if (record.due > now)
        return poll_obstacle::none;
    return gate_.in_flight() >= gate_.window().size() ? poll_obstacle::connections : poll_obstacle::budget;
}

void appliance_poller::explain(watch_slot slot, polling_facts& told) const
{
    const watch_record& record = shared_.watches.at(slot);
    const watch_progress& progress = record.progress;
    const boot_time now = shared_.time.now();
    told.age = span_between(record.born, now);
    if (record.answered != 0)
        told.answered_ago = std::max(told.age - age_of_mark(record.answered), milliseconds{0});
    if (progress.last_trouble != watch_progress::no_trouble)
        told.last_trouble = static_cast<trouble>(progress.last_trouble);
    told.last_http_status = progress.last_http_status;
    told.seen = progress.seen;
    told.blocked = progress.blocked;
    told.refused = progress.said == telling::refused;
    told.refused_by_401 =
        record.refused_alone && record.answered != 0; // else it may be from before a restart
    told.foreign_answers = progress.foreign_answers;
    told.wordless = is_wordless(progress);
    if (progress.not_found)
        told.missing_for = span_between(progress.not_found_since, now);
    if (const auto moment = lost_at(progress, limits_of(record), record.born, now, census_))
        told.lost_in = span_between(now, *moment);

    told.due_in = span_between(now, record.due);
    told.interval = record.interval;
    told.reason = reason_of(record, shared_.poll.schedule);
    told.obstacle = obstacle_of(record);

    told.poll = shared_.poll;
    told.status_pointer = shared_.kinds[record.kind].status_pointer;
    if (settings_.credential == credential_form::password)
        told.username = settings_.username;
    told.token_from_file = settings_.credential == credential_form::token_file;
    told.requests_per_second = settings_.requests_per_second;
    told.login_retry_after = settings_.login_retry_after;
    told.token = token_.report();
    told.appliance = report_uncounted();
    if (told.obstacle == poll_obstacle::budget || told.obstacle == poll_obstacle::connections)
        count_due(told.appliance);
}

} // namespace jobwatch
