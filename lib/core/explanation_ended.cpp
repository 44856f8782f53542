// Watches that are not polled: those that have ended, how and why, and those whose appliance or kind is not configured.
#include "core/explanation_page.hpp"

namespace jobwatch
{

namespace
{

std::string versions_text(const job_facts& job)
{
    if (!job.versions_done || !job.version_count)
        return {};
    return ": " + std::to_string(*job.versions_done) + " of " + counted(*job.version_count, "version");
}

std::string ending_sentence(const watch_view& watch)
{
    switch (*watch.ended)
    {
    case outcome::succeeded:
        return "The job is done" + versions_text(watch.facts) + '.';
    case outcome::partial:
        return "The job has ended, and only a part of it was done" + versions_text(watch.facts) + '.';
    case outcome::failed:
        return "The job has failed on the appliance" + versions_text(watch.facts) + '.';
    case outcome::cancelled:
        return "The job was cancelled on the appliance" + versions_text(watch.facts) + '.';
    case outcome::lost:
        return "The appliance does not know the job.";
    case outcome::abandoned:
        return "The watch has reached its time limit (give_up_after). The job itself may go on.";
    case outcome::removed:
        break;
    }
    return "A person removed the watch. The job itself may go on.";
}

bool tells_of_the_job(outcome ended)
{
    return ended == outcome::succeeded || ended == outcome::partial || ended == outcome::failed
        || ended == outcome::cancelled;
}

void tell_why(explanation_page& page, const watch_view& watch)
{
    if (!watch.reason.empty())
        page.say("why", as_sentence(watch.reason));
    else if (!watch.facts.overall_status.empty() && tells_of_the_job(*watch.ended))
        page.say("why", "The appliance says " + in_quotes(watch.facts.overall_status) + '.');
}

void tell_notice(explanation_page& page, const watch_view& watch)
{
    if (watch.noticed_after)
        page.say("noticed", span_text(*watch.noticed_after) + " after the job's end.");
    page.say("polls", std::to_string(watch.polls) + " in all.");
}

std::string again_command(const watch_view& watch)
{
    return "jobwatchctl submit --again " + options_of(watch) + ' ' + piece(watch.job);
}

// A job that was never shown is more likely mistyped than gone.
std::string advice_on_lost(const explanation_facts& facts)
{
    const std::string again = " the job exists after all, watch it again: " + again_command(facts.watch);
    if (!facts.watch.facts.overall_status.empty())
        return "If" + again;
    return "Check the id, the kind and " + domain_text(facts) + "; if" + again;
}

void tell_afterwards(explanation_page& page, const explanation_facts& facts)
{
    const watch_view& watch = facts.watch;
    const std::string number = std::to_string(watch.number);
    if (*watch.ended == outcome::succeeded)
        return;
    if (tells_of_the_job(*watch.ended))
        page.say("you can", "Read the appliance's own words: jobwatchctl show --watch " + number);
    else if (*watch.ended == outcome::lost)
        page.say("you can", advice_on_lost(facts));
    else
        page.say("you can", "Watch the job again: " + again_command(watch));
}

} // namespace

void tell_ended(explanation_page& page, const explanation_facts& facts)
{
    const watch_view& watch = facts.watch;
    page.say(
        "state",
        "Ended as " + std::string(to_string(*watch.ended)) + ' '
            + (watch.ended_at ? gone_by(facts.now, *watch.ended_at) + '.' : std::string("some time ago.")));
    page.say("state", ending_sentence(watch));
    tell_why(page, watch);
    tell_notice(page, watch);
    tell_afterwards(page, facts);
}

void tell_unpolled(explanation_page& page, const explanation_facts& facts)
{
    const watch_view& watch = facts.watch;
    page.say("state", "Open, submitted " + gone_by(facts.now, watch.submitted_at) + '.');
    if (facts.appliance_known && facts.kind_known)
    {
        // Between a commit and what follows it.
        page.say("next poll", "Not known at this very moment: an answer is being stored. Ask again.");
        return;
    }
    const std::string section = facts.appliance_known ? "[kind.\"" + piece(watch.kind) + "\"]"
                                                      : "[appliance." + piece(watch.appliance) + ']';
    page.say("polls", std::to_string(watch.polls) + " so far.");
    page.say("next poll", "None. The configuration has no " + section + ", so the watch is not polled.");
    page.say("ends", "It stays open until it is polled again or removed.");
    page.say("you can", "Put " + section + " back into the configuration, and restart jobwatchd.");
    page.say("you can", "Or end the watch: jobwatchctl remove --watch " + std::to_string(watch.number));
}

} // namespace jobwatch
