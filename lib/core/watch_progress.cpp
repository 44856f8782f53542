#include "core/watch_progress.hpp"

#include "core/verdict.hpp"

#include <algorithm>
#include <limits>

namespace jobwatch
{

namespace
{

// So many readings in a row without a status are as strange as a word that nobody knows.
constexpr std::uint8_t most_wordless_readings = 3;

// One answer being weighed: what is given, and the decision that grows from it.
struct weighing
{
    watch_progress& progress;
    std::string_view shown_status;
    const kind& family;
    const watch_limits& limits;
    milliseconds age;
    boot_time now;
    answer_decision decision;

    void say(event_type type, std::string_view why = {})
    {
        decision.say.push_back(type);
        explain(why);
    }
    void end(outcome how, std::string_view why)
    {
        decision.ended = how;
        explain(why);
    }
    void explain(std::string_view why)
    {
        if (!why.empty() && !decision.reason.empty())
            decision.reason += "; ";
        decision.reason += why;
    }
};

std::string quoted(std::string_view word)
{
    return '"' + std::string(word) + '"';
}

void note_updated_at(watch_progress& progress, const reading& given)
{
    if (!given.updated_at)
        return;
    const auto updated_at = given.updated_at->time_since_epoch().count();
    if (progress.newest_updated_at == 0 || updated_at > progress.newest_updated_at)
        progress.newest_updated_at = updated_at;
}

// Any reading shows that the job is there and that we may see it.
void note_seen(weighing& on)
{
    on.progress.seen = true;
    on.progress.not_found = false;
    if (on.progress.blocked)
        on.say(event_type::watch_unblocked);
    on.progress.blocked = false;
}

// The ending that a reading gives by itself; true when there is one.
bool end_by_reading(weighing& on, const reading& given, verdict found)
{
    const auto says = "the appliance says " + quoted(given.status);
    switch (found)
    {
    case verdict::succeeded:
        on.end(outcome::succeeded, {});
        return true;
    case verdict::partial:
        on.end(outcome::partial, says + ", but not all of it was done");
        return true;
    case verdict::failed:
        on.end(outcome::failed, says);
        return true;
    case verdict::cancelled:
        on.end(outcome::cancelled, given.abort ? says + " and that cancelling was asked for" : says);
        return true;
    case verdict::pending:
    case verdict::unrecognised:
    case verdict::wordless:
        break;
    }
    return false;
}

void note_unrecognised(weighing& on, std::string_view why)
{
    if (!on.progress.unrecognised)
        on.say(event_type::job_unrecognised, why);
    on.progress.unrecognised = true;
}

void weigh_wordless(weighing& on)
{
    auto& readings = on.progress.wordless_readings;
    readings = std::min<std::uint8_t>(readings, most_wordless_readings - 1);
    if (++readings == most_wordless_readings)
        note_unrecognised(on, "no status at " + on.family.status_pointer + " three times in a row");
}

void weigh_word(weighing& on, const reading& given, verdict found)
{
    on.progress.wordless_readings = 0;
    if (given.status != on.shown_status)
        on.say(event_type::job_status);
    if (found == verdict::pending)
        on.progress.unrecognised = false; // another strange word later is said anew
    else
        note_unrecognised(
            on,
            "the word " + quoted(given.status) + " is none of " + on.family.name
                + "; it is polled on, slowly");
}

void weigh_overdue(weighing& on)
{
    const auto& limit = on.limits.overdue_after;
    if (!limit || on.age < *limit || on.progress.overdue)
        return;
    on.progress.overdue = true;
    on.say(event_type::job_overdue, "not finished " + describe_duration(on.age) + " after its submit");
}

void weigh_reading(weighing& on, const reading& given)
{
    const bool stale = is_stale(on.progress, given);
    note_updated_at(on.progress, given);
    note_seen(on);
    const auto found = judge(given, on.family);
    if (end_by_reading(on, given, found) || stale)
        return;
    if (found == verdict::wordless)
        weigh_wordless(on);
    else
        weigh_word(on, given, found);
    weigh_overdue(on);
}

// A row of 404 is only continued by 404. Other trouble tells nothing about the job, so it neither continues
// nor breaks the row; a reading breaks it.
void weigh_not_found(weighing& on)
{
    if (!on.progress.not_found)
        on.progress.not_found_since = on.now;
    on.progress.not_found = true;
    // A job that was seen once is not lost by 404 here: whether such a row is the job's end or the
    // appliance's trouble shows only beside the other watches of the appliance (design, section 5:
    // lost_after_seen), and that rule is not built yet.
    if (on.progress.seen)
        return;
    const auto limit = on.limits.lost_after_unseen;
    const auto lasted = span_between(on.progress.not_found_since, on.now);
    if (lasted >= limit && on.age >= limit)
        on.end(
            outcome::lost,
            "the appliance never showed the job and answered 404 for " + describe_duration(lasted));
}

void weigh_error(weighing& on, const asking_error& error)
{
    if (error.what == trouble::not_found)
        weigh_not_found(on);
    if (error.what != trouble::forbidden || on.progress.blocked)
        return;
    on.progress.blocked = true;
    on.say(event_type::watch_blocked, error.text);
}

// The person's own limit: not the answer, whatever it was, but the time that passed ends the watch.
void weigh_giving_up(weighing& on)
{
    const auto& limit = on.limits.give_up_after;
    if (on.decision.ended || !limit || on.age < *limit)
        return;
    on.end(
        outcome::abandoned,
        "not finished " + describe_duration(on.age) + " after its submit, and give_up_after is "
            + format_duration(*limit));
}

} // namespace

bool is_stale(const watch_progress& progress, const reading& given)
{
    return given.updated_at && progress.newest_updated_at != 0
        && given.updated_at->time_since_epoch().count() < progress.newest_updated_at;
}

answer_decision after_answer(
    watch_progress& progress, std::string_view shown_status, const poll_answer& answer, const kind& family,
    const watch_limits& limits, milliseconds age, boot_time now)
{
    if (progress.polls < std::numeric_limits<std::uint32_t>::max())
        ++progress.polls;
    weighing on{progress, shown_status, family, limits, age, now, {}};
    if (answer)
        weigh_reading(on, *answer);
    else
        weigh_error(on, answer.error());
    weigh_giving_up(on);
    // From the flags and not from this answer, so that an error in between does not quicken the polling.
    on.decision.slow = !on.decision.ended && (progress.blocked || progress.unrecognised || progress.overdue);
    return std::move(on.decision);
}

} // namespace jobwatch
