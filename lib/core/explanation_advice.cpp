// What a person can do about an open watch that does not get on.
#include "core/explanation_page.hpp"

namespace jobwatch
{

namespace
{

constexpr std::string_view heading = "you can";

void advise_on_missing(explanation_page& page, const watch_view& watch, const polling_facts& polling)
{
    const std::string removal = "jobwatchctl remove --watch " + std::to_string(watch.number);
    if (!polling.seen)
        page.say(
            heading,
            "Check the id, the appliance and its domain. A mistyped job is forgotten with: " + removal);
    else if (polling.lost_in)
        page.say(heading, "End the watch now, if you know that the job is gone: " + removal);
    else
        page.say(
            heading,
            "Look whether the appliance was restored or its domain changed. Or end the watch: " + removal);
}

void advise_on_refusal(explanation_page& page, const polling_facts& polling)
{
    const std::string who = polling.username.empty() ? "our user" : "the user " + piece(polling.username);
    page.say(
        heading,
        "Let " + who + " read this job on the appliance: its groups decide, and the domain (`domain`).");
}

void advise_on_words(explanation_page& page, const watch_view& watch, const polling_facts& polling)
{
    const std::string section = "[kind.\"" + piece(watch.kind) + "\"]";
    if (polling.wordless || watch.facts.overall_status.empty())
        page.say(
            heading,
            "Say where the status stands: `status` in " + section
                + " of the configuration. Then restart "
                  "jobwatchd.");
    else
        page.say(
            heading,
            "Say what the word means: in " + section
                + " of the configuration put it in pending, succeeded, failed or cancelled. Then restart "
                  "jobwatchd.");
}

void advise_on_job(explanation_page& page, const watch_view& watch, const polling_facts& polling)
{
    if (polling.blocked || polling.refused)
        advise_on_refusal(page, polling);
    else if (polling.missing_for)
        advise_on_missing(page, watch, polling);
    else if (watch.unrecognised)
        advise_on_words(page, watch, polling);
    else if (watch.overdue)
        page.say(heading, "Look at the job on the appliance: it may hang, or take its time.");
}

bool nobody_serves(const appliance_report& appliance)
{
    for (const node_report& node : appliance.nodes)
        if (node.state != node_state::open)
            return false;
    return !appliance.nodes.empty();
}

void advise_on_token(explanation_page& page, const token_report& token)
{
    if (token.state == token_state::refused)
        page.say(
            heading,
            "Correct " + piece(token.place)
                + ": it is read as soon as it changes, without a restart. See on the appliance whether the "
                  "account is locked.");
    else if (token.state == token_state::no_file)
        page.say(
            heading, "Put a fresh token into " + piece(token.place) + ": it is read as soon as it changes.");
}

} // namespace

void tell_advice(explanation_page& page, const explanation_facts& facts, const polling_facts& polling)
{
    advise_on_job(page, facts.watch, polling);
    if (nobody_serves(polling.appliance))
    {
        page.say(
            heading,
            "See whether the appliance runs, and whether this host reaches it: what each node last said "
            "stands above.");
        page.say(
            heading,
            "Or have the way tried step by step, with one login: jobwatchctl check-config --connect "
            "--appliance "
                + piece(facts.watch.appliance));
    }
    advise_on_token(page, polling.token);
    if (polling.obstacle == poll_obstacle::budget && polling.appliance.stretch > 2)
        page.say(heading, "Raise requests_per_second, if the appliance can bear it.");
}

} // namespace jobwatch
