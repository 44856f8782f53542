// What a person can do about an open watch that does not get on.
#include "core/connection_advice.hpp"
#include "core/explanation_page.hpp"
#include "core/watch_progress.hpp"

namespace jobwatch
{

namespace
{

constexpr std::string_view heading = "you can";

void advise_on_missing(explanation_page& page, const explanation_facts& facts, const polling_facts& polling)
{
    const std::string removal = "jobwatchctl remove --watch " + std::to_string(facts.watch.number);
    if (!polling.seen)
        page.say(
            heading,
            "Check the job's id, the appliance and " + domain_text(facts)
                + ". If the id is wrong, end the watch: " + removal);
    else if (polling.lost_in)
        page.say(heading, "End the watch now, if you know that the job is gone: " + removal);
    else
        page.say(
            heading,
            "See whether the appliance was restored from a backup, and whether " + domain_text(facts)
                + " is still right. Or end the watch: " + removal);
}

void advise_on_refusal(explanation_page& page, const explanation_facts& facts, const polling_facts& polling)
{
    const std::string file = piece(polling.token.place);
    std::string who = polling.username.empty() ? "our user" : "the user " + piece(polling.username);
    if (polling.token_from_file)
        who = "the user whose token is in " + file;
    page.say(
        heading,
        "On the appliance, let " + who + " read this job (the user's groups decide). And check "
            + domain_text(facts) + '.');
    if (polling.refused_by_401 && polling.token_from_file)
        page.say(
            heading,
            "Or the token in " + file
                + " is no longer good: put a fresh one there. It is read as soon as it changes.");
}

void advise_on_way(explanation_page& page, const std::string& first, const std::string& options)
{
    page.say(heading, first);
    page.say(
        heading,
        "Or test the way step by step, with one login: jobwatchctl check-config --connect " + options);
}

// One such answer may be a proxy that was being restarted.
void advise_on_foreign(explanation_page& page, const watch_view& watch, const polling_facts& polling)
{
    if (polling.foreign_answers >= watch_progress::enough_in_a_row)
        advise_on_way(
            page, "Check the address (`urls`), and the proxy or load balancer in front of the appliance.",
            options_of(watch) + " --job " + piece(watch.job));
}

void advise_on_words(explanation_page& page, const watch_view& watch, const polling_facts& polling)
{
    const std::string section =
        "[kind.\"" + piece(watch.kind) + "\"] of the configuration (write this section if there is none)";
    if (!polling.wordless && !watch.facts.overall_status.empty())
    {
        page.say(
            heading,
            "Tell what the word means: in " + section
                + ", add it to pending, succeeded, failed or cancelled. Then restart jobwatchd.");
        return;
    }
    page.say(
        heading,
        "If the status stands elsewhere in the document, tell where: `status` in " + section
            + ". Then restart jobwatchd.");
    page.say(heading, "If it stands there, and is null or a number, only the appliance can say why.");
}

// An answer that came, and that does not mend itself as a 503 or silence does. As no watch counts such answers, the
// advice comes with the first of them.
void advise_on_useless(explanation_page& page, const watch_view& watch, const polling_facts& polling)
{
    if (polling.foreign_answers == 0 && polling.last_trouble && is_useless(*polling.last_trouble))
        page.say(
            heading,
            "If this goes on, see step by step what is answered, with one login: "
            "jobwatchctl check-config --connect "
                + options_of(watch) + " --job " + piece(watch.job));
}

void advise_on_job(explanation_page& page, const explanation_facts& facts, const polling_facts& polling)
{
    const watch_view& watch = facts.watch;
    if (polling.foreign_answers != 0)
        advise_on_foreign(page, watch, polling);
    else if (polling.blocked || polling.refused)
        advise_on_refusal(page, facts, polling);
    else if (polling.missing_for)
        advise_on_missing(page, facts, polling);
    else if (watch.unrecognised)
        advise_on_words(page, watch, polling);
    else if (watch.overdue)
        page.say(heading, "See on the appliance whether the job hangs, or only needs more time.");
}

bool nobody_serves(const appliance_report& appliance)
{
    for (const node_report& node : appliance.nodes)
        if (node.state != node_state::open)
            return false;
    return !appliance.nodes.empty();
}

// Nothing that may be wrong is left out: the appliance's words do not always tell which it is.
void advise_on_refused_login(explanation_page& page, credential_form form, const std::string& file)
{
    page.say(
        heading,
        what_to_check_of_login(form, form == credential_form::client_certificate ? std::string() : file));
    page.say(
        heading,
        "A change of " + file
            + " is seen at once, without a restart; one of the configuration needs a restart of jobwatchd.");
    if (form == credential_form::password)
        page.say(heading, "See on the appliance whether the account is locked.");
}

void advise_on_token(explanation_page& page, const explanation_facts& facts, const token_report& token)
{
    if (token.state == token_state::refused)
        advise_on_refused_login(page, facts.credential, piece(token.place));
    else if (token.state == token_state::no_file)
        page.say(
            heading, "Put a fresh token into " + piece(token.place) + ": it is read as soon as it changes.");
}

} // namespace

void tell_advice(explanation_page& page, const explanation_facts& facts, const polling_facts& polling)
{
    advise_on_job(page, facts, polling);
    advise_on_useless(page, facts.watch, polling);
    if (nobody_serves(polling.appliance))
        advise_on_way(
            page,
            "See whether the appliance runs, and whether this host reaches it: the last error of each node "
            "stands above.",
            "--appliance " + piece(facts.watch.appliance));
    advise_on_token(page, facts, polling.token);
    if (polling.obstacle == poll_obstacle::budget && polling.appliance.stretch > 2)
        page.say(heading, "Raise requests_per_second, if the appliance can take more.");
}

} // namespace jobwatch
