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
        ? "The appliance has shown the job before, and has answered 404 (not found) for " + span + '.'
        : "The appliance has never shown the job: it has answered 404 (not found) for " + span + '.';
}

std::string strange_sentence(const watch_view& watch, const polling_facts& polling)
{
    if (polling.wordless || watch.facts.overall_status.empty())
        return "The job's document has no status at " + piece(polling.status_pointer)
            + ", three times in a row. So nobody can tell how the job is.";
    return "The appliance says " + in_quotes(watch.facts.overall_status) + ", and " + piece(watch.kind)
        + " has no such word. So nobody can tell how the job is.";
}

std::string job_sentence(const watch_view& watch, const polling_facts& polling)
{
    if (polling.blocked)
        return "Blocked: the appliance does not let our user see the job.";
    if (polling.refused)
        return "The appliance did not let our user see the job.";
    if (polling.missing_for)
        return missing_sentence(polling);
    if (watch.unrecognised)
        return strange_sentence(watch, polling);
    if (!polling.seen)
        return "The appliance has not shown the job yet.";
    return watch.facts.overall_status.empty()
        ? std::string("The job goes on.")
        : "The job goes on: the appliance says " + in_quotes(watch.facts.overall_status) + '.';
}

void tell_overdue(explanation_page& page, const watch_view& watch, const polling_facts& polling)
{
    if (!watch.overdue_after || polling.age < *watch.overdue_after)
        return;
    const std::string limit = "overdue_after is " + format_duration(*watch.overdue_after);
    const std::string since = describe_timestamp(watch.submitted_at + *watch.overdue_after);
    if (watch.overdue)
        page.say("state", "Overdue since " + since + ": " + limit + '.');
    else
        page.say(
            "state",
            "Its time was over at " + since + " (" + limit
                + "). That is told when the appliance shows the job again.");
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
            "It is not only this job: appliance." + std::string(to_string(which)) + " was told "
                + gone_by(facts.now, standing.since) + ": " + as_sentence(standing.reason));
    }
}

// Of these an administrator knows more than that the answer was none.
bool is_about_the_job(trouble what)
{
    return what == trouble::not_found || what == trouble::forbidden || what == trouble::unauthorized;
}

void tell_last_answer(explanation_page& page, const watch_view& watch, const polling_facts& polling)
{
    constexpr std::string_view heading = "last answer";
    const std::string polls = counted(watch.polls, "poll") + " so far.";
    if (!polling.answered_ago)
    {
        page.say(
            heading,
            watch.polls == 0 ? "None yet: no poll has been answered."
                             : "None since jobwatchd was started. " + polls);
        return;
    }
    const std::string ago = span_text(*polling.answered_ago) + " ago";
    if (!polling.last_trouble)
    {
        page.say(heading, ago + ": the job's document. " + polls);
        return;
    }
    page.say(heading, ago + ", an error: " + piece(watch.last_error) + ". " + polls);
    if (!is_about_the_job(*polling.last_trouble))
        page.say(heading, "Such an error tells nothing about the job, and ends nothing.");
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
            "As things are, 404 does not end it: it counts only while the appliance shows other jobs or "
            "accepts a login, and does not answer 404 for most of the jobs that it has shown.");
        return;
    }
    const std::string limit = polling.seen
        ? "lost_after_seen is " + format_duration(polling.poll.lost_after_seen)
        : "lost_after_unseen is " + format_duration(polling.poll.lost_after_unseen);
    page.say(
        "ends",
        "As lost, if the answer is still 404 " + coming(facts.now, *polling.lost_in) + ": " + limit + '.');
    page.say(
        "ends",
        polling.seen ? "That counts only while the appliance is well otherwise."
                     : "Until then it may be a node of the cluster that does not know the job yet.");
}

void tell_limits(explanation_page& page, const explanation_facts& facts, const polling_facts& polling)
{
    const watch_view& watch = facts.watch;
    if (watch.overdue_after && polling.age < *watch.overdue_after)
        page.say(
            "ends",
            "It is told as overdue " + coming(facts.now, *watch.overdue_after - polling.age)
                + " if the job goes on then. That does not end it.");
    if (!watch.give_up_after)
        page.say("ends", "It is never given up: give_up_after is never.");
    else
        page.say(
            "ends",
            "As abandoned, with the first answer after its give_up_after ("
                + format_duration(*watch.give_up_after)
                + "): " + coming(facts.now, *watch.give_up_after - polling.age) + '.');
}

} // namespace

void tell_state(explanation_page& page, const explanation_facts& facts, const polling_facts& polling)
{
    const watch_view& watch = facts.watch;
    page.say(
        "state",
        "Open for " + span_text(polling.age) + ", since " + describe_timestamp(watch.submitted_at) + '.');
    if (watch.polls != 0)
        page.say("state", job_sentence(watch, polling));
    tell_overdue(page, watch, polling);
    tell_conditions(page, facts, polling);
    tell_last_answer(page, watch, polling);
}

void tell_endings(explanation_page& page, const explanation_facts& facts, const polling_facts& polling)
{
    page.say("ends", "When a poll shows that the job has ended.");
    if (polling.blocked || polling.refused)
        page.say("ends", "A refusal does not end it: it goes on as soon as the job may be seen.");
    tell_lost(page, facts, polling);
    tell_limits(page, facts, polling);
}

} // namespace jobwatch
