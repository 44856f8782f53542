// How an open watch is, what was answered last, and what will or would end it.
#include "core/explanation_page.hpp"

namespace jobwatch
{

namespace
{

// The appliance answers, and refuses or denies the job: then that is how the watch is, whatever was read before.
std::string missing_sentence(const polling_facts& polling)
{
    const std::string span = span_text(*polling.missing_for);
    return polling.seen
        ? "The appliance showed the job before, but has answered 404 (not found) for the last " + span + '.'
        : "The appliance has never shown the job. It has answered 404 (not found) for " + span + '.';
}

std::string strange_sentence(const watch_view& watch, const polling_facts& polling)
{
    if (polling.wordless || watch.facts.overall_status.empty())
        return "The last answers have no word at " + piece(polling.status_pointer)
            + ". So jobwatchd cannot tell whether the job is finished.";
    return "The appliance says " + in_quotes(watch.facts.overall_status) + ", which is none of the words of "
        + piece(watch.kind) + ". So jobwatchd cannot tell whether the job is finished.";
}

std::string refusal_sentence(const polling_facts& polling)
{
    const std::string status =
        polling.last_http_status == 0 ? std::string() : " (" + std::to_string(polling.last_http_status) + ')';
    if (polling.foreign_answers != 0)
        return "Polls of this job are refused" + status + ", but not in the appliance's own words.";
    if (polling.refused_by_401)
        return polling.appliance.conditions.contains(condition::forbidden)
            ? "The appliance refuses our token for this job (401)."
            : "The appliance refuses our token for this job (401), but takes it for other jobs.";
    return "The appliance does not let our user see this job" + status + '.';
}

std::string job_sentence(const watch_view& watch, const polling_facts& polling)
{
    if (polling.blocked || polling.refused)
        return (polling.blocked ? "Blocked. " : "") + refusal_sentence(polling);
    if (polling.missing_for)
        return missing_sentence(polling);
    if (watch.unrecognised)
        return strange_sentence(watch, polling);
    if (!polling.seen)
        return "The appliance has not shown the job yet.";
    return watch.facts.overall_status.empty()
        ? std::string("The job is not finished.")
        : "The job is not finished: the appliance says " + in_quotes(watch.facts.overall_status) + '.';
}

void tell_overdue(explanation_page& page, const explanation_facts& facts, const polling_facts& polling)
{
    const watch_view& watch = facts.watch;
    if (!watch.overdue_after)
        return;
    const std::string limit = "overdue_after is " + format_duration(*watch.overdue_after);
    const milliseconds left = *watch.overdue_after - polling.age;
    if (left > milliseconds{0})
    {
        page.say(
            "state",
            "If the job is not finished by " + moment(facts.now, left) + " (in " + span_text(left) + "; "
                + limit + "), job.overdue is reported, and the watch goes on.");
        return;
    }
    const std::string since = describe_timestamp(watch.submitted_at + *watch.overdue_after);
    if (watch.overdue)
        page.say("state", "Overdue since " + since + ": " + limit + '.');
    else
        page.say(
            "state",
            "Not finished at " + since + " (" + limit
                + "). job.overdue is reported when the appliance shows the job again.");
}

// Only where this job is one of those that it is about. Other conditions are told by the lines of nodes and token.
void tell_conditions(explanation_page& page, const explanation_facts& facts, const polling_facts& polling)
{
    for (const auto& [which, standing] : polling.appliance.conditions)
    {
        const bool concerned = (which == condition::degraded && polling.missing_for)
            || (which == condition::forbidden && polling.refused);
        if (!concerned)
            continue;
        page.say(
            "trouble",
            "Not only this job: appliance." + std::string(to_string(which)) + " was reported "
                + gone_by(facts.now, standing.since) + ": " + as_sentence(standing.reason));
    }
}

// Of these an administrator knows more than that the answer was none.
bool is_about_the_job(trouble what)
{
    return what == trouble::not_found || what == trouble::forbidden || what == trouble::unauthorized;
}

void tell_error(explanation_page& page, const polling_facts& polling)
{
    constexpr std::string_view heading = "last answer";
    if (polling.foreign_answers != 0)
        page.say(
            heading,
            "Perhaps it was not the appliance that answered, but something in front of it: a proxy, a load "
            "balancer, or another server at this address.");
    else if (is_useless(*polling.last_trouble))
        page.say(heading, "jobwatchd.log says of the first of such answers what was wrong with it.");
    if (!is_about_the_job(*polling.last_trouble))
        page.say(heading, "This error tells nothing about the job, and does not end the watch.");
}

void tell_last_answer(explanation_page& page, const explanation_facts& facts, const polling_facts& polling)
{
    const watch_view& watch = facts.watch;
    constexpr std::string_view heading = "last answer";
    if (!polling.answered_ago)
    {
        page.say(
            heading,
            watch.polls == 0
                ? "None yet: no poll has been answered."
                : "None since jobwatchd was started. " + counted(watch.polls, "poll") + " before that.");
        return;
    }
    const std::string polls = counted(watch.polls, "poll") + " so far.";
    const std::string ago = gone_by(facts.now, facts.now - *polling.answered_ago);
    if (!polling.last_trouble)
    {
        page.say(heading, ago + ": the job's document. " + polls);
        return;
    }
    page.say(heading, ago + ", an error: " + piece(watch.last_error) + ". " + polls);
    tell_error(page, polling);
}

// --- what ends it ---------------------------------------------------------------------------------------------------

void tell_lost(explanation_page& page, const explanation_facts& facts, const polling_facts& polling)
{
    if (!polling.missing_for)
        return;
    if (!polling.lost_in)
    {
        page.say(
            "ends",
            "404 ends nothing now. It counts again once the appliance shows other jobs or accepts a login, "
            "and answers 404 for at most half of the jobs it has shown.");
        return;
    }
    const std::string limit = polling.seen
        ? "lost_after_seen is " + format_duration(polling.poll.lost_after_seen)
        : "lost_after_unseen is " + format_duration(polling.poll.lost_after_unseen);
    page.say(
        "ends",
        "It ends as lost if the answer is still 404 " + coming(facts.now, *polling.lost_in) + ": " + limit
            + '.');
    page.say(
        "ends",
        polling.seen
            ? "But not while the appliance answers 404 for more than half of the jobs that it has shown."
            : "A node of the cluster may not know a new job for a while; therefore it waits.");
}

void tell_giving_up(explanation_page& page, const explanation_facts& facts, const polling_facts& polling)
{
    const time_limit& limit = facts.watch.give_up_after;
    if (!limit)
    {
        page.say("ends", "Apart from that it is watched as long as it takes (give_up_after is never).");
        return;
    }
    const std::string key = "give_up_after is " + format_duration(*limit) + '.';
    if (polling.age >= *limit)
        page.say("ends", "It ends as abandoned with the next answer: its time is over, " + key);
    else
        page.say(
            "ends",
            "It ends as abandoned if the job is not finished " + coming(facts.now, *limit - polling.age)
                + ": " + key);
}

} // namespace

void tell_state(explanation_page& page, const explanation_facts& facts, const polling_facts& polling)
{
    const watch_view& watch = facts.watch;
    page.say(
        "state",
        "Open. Submitted " + span_text(polling.age) + " ago (" + describe_timestamp(watch.submitted_at)
            + ").");
    if (watch.polls != 0)
        page.say("state", job_sentence(watch, polling));
    tell_overdue(page, facts, polling);
    tell_conditions(page, facts, polling);
    tell_last_answer(page, facts, polling);
}

void tell_endings(explanation_page& page, const explanation_facts& facts, const polling_facts& polling)
{
    page.say("ends", "The watch ends when a poll shows that the job is finished.");
    if (polling.blocked || polling.refused)
        page.say("ends", "A refusal does not end it: it goes on as soon as a poll shows the job.");
    tell_lost(page, facts, polling);
    tell_giving_up(page, facts, polling);
}

} // namespace jobwatch
