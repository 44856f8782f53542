#include "core/watch_progress.hpp"

#include "core/verdict.hpp"

#include <algorithm>
#include <limits>

namespace jobwatch
{

namespace
{

// One answer being weighed: what is given, and the decision that grows from it.
struct weighing
{
    watch_progress& progress;
    std::string_view shown_status;
    const kind& family;
    const watch_limits& limits;
    milliseconds age;
    boot_time now;
    appliance_census& around;
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
void break_rows(weighing& on)
{
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
        on.end(
            outcome::cancelled,
            given.abort ? says + ", and that somebody asked to cancel the job (abort)" : says);
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

// So many readings in a row without a status are as strange as a word that nobody knows.
void weigh_wordless(weighing& on)
{
    if (!is_wordless(on.progress))
        ++on.progress.wordless_readings;
    if (is_wordless(on.progress))
        note_unrecognised(on, "no word at " + on.family.status_pointer + " three times in a row");
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
    break_rows(on);
    const auto found = judge(given, on.family);
    if (end_by_reading(on, given, found) || stale)
        return;
    if (found == verdict::wordless)
        weigh_wordless(on);
    else
        weigh_word(on, given, found);
    weigh_overdue(on);
}

// Before the first reading 404 is replication lag for a while, and then a mistyped id.
void weigh_never_seen(weighing& on)
{
    const auto limit = on.limits.lost_after_unseen;
    const auto lasted = span_between(on.progress.not_found_since, on.now);
    if (lasted >= limit && on.age >= limit)
        on.end(
            outcome::lost,
            "the appliance never showed the job and answered 404 for " + describe_duration(lasted));
}

// A job that was shown once is gone only if the appliance is well beside it; else 404 is the appliance's trouble.
void weigh_not_shown_any_more(weighing& on)
{
    const auto since = on.around.trusts_row(on.progress.not_found_since, on.now);
    if (!since)
        return;
    const auto lasted = span_between(*since, on.now);
    if (lasted >= on.limits.lost_after_seen)
        on.end(
            outcome::lost,
            "the appliance has shown the job before, and answered 404 for " + describe_duration(lasted)
                + ", while its other answers were good");
}

// A row of 404 is only continued by 404. Other trouble tells nothing about the job, so it neither continues
// nor breaks the row; a reading breaks it.
void weigh_not_found(weighing& on)
{
    if (!on.progress.not_found)
        on.progress.not_found_since = on.now;
    on.progress.not_found = true;
    if (on.progress.seen)
        weigh_not_shown_any_more(on);
    else
        weigh_never_seen(on);
}

// The first refusal only slows the polling. The second in a row is told: as the watch's, or, when most watches are
// refused, as the appliance's, which says it once for all of them.
void weigh_refused(weighing& on, const asking_error& error, telling said_before)
{
    if (said_before != telling::refused || on.progress.blocked)
        return;
    if (on.around.refuses_most())
    {
        on.around.forbid();
        return;
    }
    on.progress.blocked = true;
    const bool by_token = error.what == trouble::unauthorized;
    on.say(event_type::watch_blocked, (by_token ? "refused in spite of a fresh token: " : "") + error.text);
}

// A 401 comes here only in spite of a fresh token, or of one that other jobs were shown with: then it is no more
// than a 403.
bool is_refusal(const asking_error& error)
{
    return error.what == trouble::forbidden || error.what == trouble::unauthorized;
}

void weigh_error(weighing& on, const asking_error& error, telling said_before)
{
    if (error.what == trouble::not_found)
        weigh_not_found(on);
    else if (is_refusal(error))
        weigh_refused(on, error, said_before);
}

void note_foreign(watch_progress& progress, const poll_answer& answer)
{
    if (answer || !answer.error().foreign)
        progress.foreign_answers = 0;
    else if (progress.foreign_answers < watch_progress::enough_in_a_row)
        ++progress.foreign_answers;
}

// Before anything is decided: the decision needs the census with this answer in it.
void note_answer(watch_progress& progress, const poll_answer& answer, boot_time now, appliance_census& around)
{
    const census_entry before = census_entry_of(progress);
    if (progress.polls < std::numeric_limits<std::uint32_t>::max())
        ++progress.polls;
    progress.last_trouble = watch_progress::no_trouble;
    progress.last_http_status = 0;
    note_foreign(progress, answer);
    if (answer)
    {
        progress.said = telling::shown;
        progress.seen = true;
        around.proved_well(now);
    }
    else
    {
        const asking_error& error = answer.error();
        progress.last_trouble = static_cast<std::uint8_t>(error.what);
        progress.last_http_status = static_cast<std::uint16_t>(error.http_status);
        if (error.what == trouble::not_found)
            progress.said = telling::missing;
        else if (is_refusal(error))
            progress.said = telling::refused;
    }
    around.turns(before, census_entry_of(progress));
    around.weigh(now);
}

// From what was lived through and not from this answer, so that an error in between does not quicken the polling. The
// first 404 of a job that was shown may be a node that lags: only a row of them is slow.
bool polled_slowly(const watch_progress& progress, boot_time now)
{
    const bool gone = progress.seen && progress.not_found && now > progress.not_found_since;
    return progress.blocked || progress.unrecognised || progress.overdue || gone
        || progress.said == telling::refused;
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

census_entry census_entry_of(const watch_progress& progress)
{
    return {progress.said, progress.seen};
}

std::string last_error_of(const watch_progress& progress)
{
    if (progress.last_trouble == watch_progress::no_trouble)
        return {};
    return describe_trouble(
        static_cast<trouble>(progress.last_trouble), progress.last_http_status,
        progress.foreign_answers != 0);
}

bool is_wordless(const watch_progress& progress)
{
    return progress.wordless_readings >= watch_progress::enough_in_a_row;
}

std::optional<boot_time> lost_at(
    const watch_progress& progress, const watch_limits& limits, boot_time born, boot_time now,
    const appliance_census& around)
{
    if (!progress.not_found)
        return std::nullopt;
    if (!progress.seen)
        return std::max(progress.not_found_since, born) + limits.lost_after_unseen;
    const auto since = around.trusts_row(progress.not_found_since, now);
    if (!since)
        return std::nullopt;
    return *since + limits.lost_after_seen;
}

bool is_stale(const watch_progress& progress, const reading& given)
{
    return given.updated_at && progress.newest_updated_at != 0
        && given.updated_at->time_since_epoch().count() < progress.newest_updated_at;
}

answer_decision after_answer(
    watch_progress& progress, std::string_view shown_status, const poll_answer& answer, const kind& family,
    const watch_limits& limits, milliseconds age, boot_time now, appliance_census& around)
{
    const telling said_before = progress.said;
    const bool seen_before = progress.seen;
    note_answer(progress, answer, now, around);
    weighing on{progress, shown_status, family, limits, age, now, around, {}};
    if (answer)
        weigh_reading(on, *answer);
    else
        weigh_error(on, answer.error(), said_before);
    weigh_giving_up(on);
    on.decision.slow = !on.decision.ended && polled_slowly(progress, now);
    on.decision.remember = !on.decision.say.empty() || progress.seen != seen_before;
    return std::move(on.decision);
}

} // namespace jobwatch
