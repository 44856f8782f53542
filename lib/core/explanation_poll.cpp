// The next poll, the reason for its time, and what is on the way there: token and nodes.
#include "core/explanation_page.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace jobwatch
{

namespace
{

constexpr std::string_view heading = "next poll";

std::string slowly(const polling_facts& polling, std::string_view why)
{
    return "It is polled slowly, every " + span_text(polling.poll.schedule.max_interval)
        + " (max_interval), because " + std::string(why) + '.';
}

std::string paced(std::string_view whom, milliseconds interval, std::string_view key)
{
    return std::string(whom) + " watches are polled every " + span_text(interval) + " (" + std::string(key)
        + "), give or take a fifth.";
}

std::string reason_sentence(const polling_facts& polling)
{
    const poll_schedule& schedule = polling.poll.schedule;
    switch (polling.reason)
    {
    case poll_reason::first_after:
        return "It is the first poll, " + span_text(schedule.first_after)
            + " after the submit (first_after).";
    case poll_reason::taken_up:
        return "It is the first poll since jobwatchd was started. These come at random moments, so that not "
               "all "
               "watches are polled at once.";
    case poll_reason::age:
        return "The pause between polls is " + plain_number(schedule.backoff)
            + " times the age of the watch (backoff), give or take a fifth.";
    case poll_reason::min_interval:
        return paced("Young", schedule.min_interval, "min_interval");
    case poll_reason::max_interval:
        return paced("Old", schedule.max_interval, "max_interval");
    case poll_reason::blocked:
        return slowly(polling, "it is blocked");
    case poll_reason::refused:
        return slowly(polling, "the appliance refused to show the job");
    case poll_reason::missing:
        return slowly(polling, "the appliance does not know the job any more");
    case poll_reason::unrecognised:
        return slowly(polling, "the job's status is not understood");
    case poll_reason::overdue:
        return slowly(polling, "it is overdue");
    case poll_reason::not_stored:
        return slowly(polling, "what was read could not be stored: jobwatchd.log says why");
    case poll_reason::asked_for:
        break;
    }
    return "A person asked for it (jobwatchctl poll).";
}

// "14:01:08 UTC (in 28 s)"
std::string end_of_pause(const explanation_facts& facts, const polling_facts& polling)
{
    const milliseconds left = polling.appliance.paused_for.value_or(milliseconds{0});
    return moment(facts.now, left) + " (in " + span_text(left) + ')';
}

// Fewer requests may be under way after a 429 or a 503.
bool is_throttled(const appliance_report& appliance)
{
    return appliance.window < appliance.window_most;
}

std::string throttle_sentence(const appliance_report& appliance)
{
    return "The appliance answered 429 or 503 lately, so the limit is " + counted(appliance.window, "request")
        + " at once instead of " + std::to_string(appliance.window_most) + " (connections).";
}

// --- a poll whose time has come -------------------------------------------------------------------------------------

// When the first of the nodes is probed again; empty while one is.
std::optional<milliseconds> next_probe(const appliance_report& appliance)
{
    std::optional<milliseconds> earliest;
    for (const node_report& node : appliance.nodes)
    {
        if (!node.next_probe_in)
            return std::nullopt;
        if (!earliest || *node.next_probe_in < *earliest)
            earliest = node.next_probe_in;
    }
    return earliest;
}

std::string nodes_sentence(const explanation_facts& facts, const polling_facts& polling)
{
    const auto probe = next_probe(polling.appliance);
    return "It waits, because no node of the appliance answers. They are probed with one poll at a time: "
        + (probe ? "the next probe comes " + coming(facts.now, *probe)
                 : std::string("a probe is under way now"))
        + ". When a node answers, all watches go on.";
}

std::string connections_sentence(const appliance_report& appliance)
{
    const std::string told = "It waits for its turn: " + counted(appliance.window, "request")
        + (appliance.window == 1 ? " is" : " are") + " under way, and ";
    if (!is_throttled(appliance))
        return told + "no more are allowed at once (connections).";
    return told + "at present no more are allowed: the appliance answered 429 or 503 lately, so the limit is "
        + std::to_string(appliance.window) + " instead of " + std::to_string(appliance.window_most)
        + " (connections).";
}

std::string budget_sentence(const polling_facts& polling)
{
    const std::string limit =
        plain_number(polling.requests_per_second) + " requests per second (requests_per_second)";
    if (polling.appliance.due <= 1)
        return "It goes out as soon as the limit of " + limit + " allows.";
    return "It waits for its turn: " + std::to_string(polling.appliance.due)
        + " watches are due, and no more than " + limit + " are sent.";
}

// "3.2", "108"
std::string factor_text(double value)
{
    std::array<char, 32> digits{};
    const int decimals = value < 9.95 ? 1 : 0;
    const auto [end, failure] = std::to_chars(
        digits.data(), digits.data() + digits.size(), value, std::chars_format::fixed, decimals);
    return failure == std::errc{} ? std::string(digits.data(), end) : std::string("?");
}

void tell_stretch(explanation_page& page, const appliance_report& appliance)
{
    if (appliance.stretch < 1.1)
        return;
    page.say(
        heading,
        "Of late the pauses between polls have been about " + factor_text(appliance.stretch)
            + " times as long as planned, for all watches of this appliance.");
}

void tell_waiting(explanation_page& page, const explanation_facts& facts, const polling_facts& polling)
{
    switch (polling.obstacle)
    {
    case poll_obstacle::nodes:
        page.say(heading, nodes_sentence(facts, polling));
        return;
    case poll_obstacle::token:
        page.say(heading, "It waits for a token: at present there is none.");
        return;
    case poll_obstacle::connections:
        page.say(heading, connections_sentence(polling.appliance));
        break;
    case poll_obstacle::budget:
        page.say(heading, budget_sentence(polling));
        break;
    case poll_obstacle::none:
    case poll_obstacle::under_way:
    case poll_obstacle::pause:
        return;
    }
    tell_stretch(page, polling.appliance);
}

void tell_due(explanation_page& page, const explanation_facts& facts, const polling_facts& polling)
{
    const milliseconds late = std::max(-polling.due_in, milliseconds{0});
    page.say(
        heading,
        late < milliseconds{1'000} ? std::string("It is due now.")
                                   : "It has been due for " + span_text(late) + '.');
    if (polling.reason == poll_reason::asked_for)
        page.say(heading, reason_sentence(polling));
    tell_waiting(page, facts, polling);
}

void tell_planned(explanation_page& page, const explanation_facts& facts, const polling_facts& polling)
{
    std::string when = coming(facts.now, polling.due_in) + '.';
    when.front() = 'I'; // "In 20 s"
    page.say(heading, when);
    page.say(heading, reason_sentence(polling));
    if (polling.appliance.paused_for)
        page.say(
            heading,
            "The appliance asked for a pause (Retry-After), and nothing is sent to it until "
                + end_of_pause(facts, polling) + '.');
    if (is_throttled(polling.appliance))
        page.say(heading, throttle_sentence(polling.appliance));
    if (polling.obstacle == poll_obstacle::nodes)
        page.say(heading, "But a node must answer by then: at present none does.");
    if (polling.obstacle == poll_obstacle::token)
        page.say(heading, "But there must be a token by then: at present there is none.");
}

// --- token and nodes ------------------------------------------------------------------------------------------------

void tell_next_login(explanation_page& page, const explanation_facts& facts, const polling_facts& polling)
{
    const token_report& token = polling.token;
    if (token.state == token_state::refused)
    {
        const std::string in_time = token.next_try_in
            ? ", or at " + moment(facts.now, *token.next_try_in) + ", in " + span_text(*token.next_try_in)
                + ": login_retry_after is " + format_duration(polling.login_retry_after)
            : std::string();
        page.say(
            "token",
            (facts.credential == credential_form::password
                 ? "So that the account is not locked, the next login is sent only when "
                 : "The next try comes only when ")
                + piece(token.place) + " changes" + in_time + '.');
    }
    else if (token.next_try_in)
    {
        page.say("token", "The next try comes " + coming(facts.now, *token.next_try_in) + '.');
    }
}

std::string coming_token(const explanation_facts& facts, const polling_facts& polling)
{
    const token_report& token = polling.token;
    if (facts.credential == credential_form::token_file)
        return "None at this moment; it is about to be read from " + piece(token.place) + '.';
    const std::string told = "None at this moment; a new one is asked for ";
    if (token.next_try_in && *token.next_try_in >= shortest_told)
        return told + "in " + span_text(*token.next_try_in) + '.';
    if (polling.appliance.paused_for)
        return told + "when the pause is over.";
    return told + (polling.obstacle == poll_obstacle::nodes ? "as soon as a node answers." : "now.");
}

void tell_token(explanation_page& page, const explanation_facts& facts, const polling_facts& polling)
{
    const token_report& token = polling.token;
    if (token.state == token_state::valid)
    {
        page.say(
            "token",
            token.valid_for ? "Valid for " + span_text(*token.valid_for) + '.'
                            : std::string("Valid until the appliance refuses it."));
        if (!token.trouble.empty())
            page.say("token", "Its renewal failed: " + with_stop(token.trouble));
        return;
    }
    if (token.state == token_state::none_yet)
    {
        page.say("token", coming_token(facts, polling));
        return;
    }
    page.say("token", token.trouble.empty() ? std::string("None.") : "None: " + with_stop(token.trouble));
    tell_next_login(page, facts, polling);
}

// Errors begin with the name of the node that they are about; here it stands before them already.
std::string_view without_name(const node_report& node)
{
    const std::string name = node.name + ": ";
    return std::string_view(node.why).substr(node.why.starts_with(name) ? name.size() : 0);
}

void tell_node(explanation_page& page, const explanation_facts& facts, const node_report& node)
{
    const std::string name = piece(node.name);
    if (node.state != node_state::open)
    {
        page.say("nodes", name + (node.state == node_state::serving ? " serves." : " stands by."));
        return;
    }
    const std::string since = node.since ? " since " + describe_timestamp(*node.since) : std::string();
    const std::string next = node.next_probe_in
        ? "the next one comes " + coming(facts.now, *node.next_probe_in)
        : "one is under way";
    page.say(
        "nodes",
        name + " has not served" + since + ": " + with_stop(without_name(node))
            + " Only probes are sent to it; " + next + '.');
}

} // namespace

void tell_next_poll(explanation_page& page, const explanation_facts& facts, const polling_facts& polling)
{
    if (polling.obstacle == poll_obstacle::under_way)
        page.say(heading, "It is under way now.");
    else if (polling.obstacle == poll_obstacle::pause)
        page.say(
            heading,
            "Not before " + end_of_pause(facts, polling)
                + ": the appliance asked for a pause (Retry-After).");
    else if (polling.due_in < shortest_told)
        tell_due(page, facts, polling);
    else
        tell_planned(page, facts, polling);
}

void tell_way_there(explanation_page& page, const explanation_facts& facts, const polling_facts& polling)
{
    tell_token(page, facts, polling);
    for (const node_report& node : polling.appliance.nodes)
        tell_node(page, facts, node);
}

} // namespace jobwatch
