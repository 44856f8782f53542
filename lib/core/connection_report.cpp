#include "core/connection_report.hpp"

#include "core/connection_advice.hpp"
#include "core/duration_text.hpp"
#include "core/node_name.hpp"
#include "core/one_line.hpp"

#include <algorithm>

namespace jobwatch
{

namespace
{

step_report good(connection_step step, const std::string& text)
{
    step_report made;
    made.step = step;
    made.text = one_line(text);
    return made;
}

step_report not_tried(connection_step step, const std::string& text)
{
    step_report made = good(step, text);
    made.result = step_result::not_tried;
    return made;
}

step_report bad(connection_fault fault, const std::string& text, const fault_place& at)
{
    step_report made = good(at.step, text);
    made.result = step_result::failed;
    made.fault = fault;
    made.advice = advice_for(fault, at);
    return made;
}

// --- the way ------------------------------------------------------------------------------------------------------

std::string tls_text(const node_facts& of, const appliance_settings& appliance)
{
    if (appliance.verify == certificate_check::none)
        return of.tls + ", but the certificate is NOT verified (verify = \"none\")";
    const std::string& name = appliance.server_name.empty() ? of.node.host : appliance.server_name;
    return of.tls + ", the certificate is good for " + name;
}

// What was found in a step that was taken with success.
std::string found_in(connection_step step, const node_facts& of, const appliance_settings& appliance)
{
    const bool straight = !appliance.proxy;
    switch (step)
    {
    case connection_step::resolve:
        return straight ? of.addresses : "the proxy " + appliance.proxy->host + " is " + of.addresses;
    case connection_step::connect:
        return straight ? of.peer + " port " + std::to_string(of.node.port)
                        : "the proxy at " + of.peer + " port " + std::to_string(appliance.proxy->port);
    case connection_step::proxy:
        return "it connects us to " + of.node.host + " port " + std::to_string(of.node.port);
    default:
        return tls_text(of, appliance);
    }
}

// What the node was asked in vain, if anything.
void add_vain_request(node_trial_report& made, const node_facts& of, const connection_facts& facts)
{
    const appliance_settings& appliance = facts.appliance;
    if (of.login.fault != connection_fault::none)
        made.steps.push_back(
            bad(of.login.fault, of.login.text, {appliance, of.node, connection_step::login}));
    else if (of.read.fault != connection_fault::none)
        made.steps.push_back(
            bad(of.read.fault, facts.kind + ": " + of.read.text,
                {appliance, of.node, connection_step::read, facts.made_up}));
    else
        return;
    made.ok = false;
}

node_trial_report report_of_node(const node_facts& of, const connection_facts& facts)
{
    const appliance_settings& appliance = facts.appliance;
    node_trial_report made;
    made.node = host_and_port(of.node);
    made.ok = of.fault == connection_fault::none;
    for (const auto step :
         {connection_step::resolve, connection_step::connect, connection_step::proxy, connection_step::tls})
    {
        if (step == connection_step::proxy && !appliance.proxy)
            continue;
        if (!made.ok && step == of.step)
        {
            made.steps.push_back(bad(of.fault, of.text, {appliance, of.node, step}));
            return made;
        }
        made.steps.push_back(good(step, found_in(step, of, appliance)));
    }
    add_vain_request(made, of, facts);
    return made;
}

// --- what was asked -----------------------------------------------------------------------------------------------

// Whom login or read were meant for, at least.
node_address node_of(const connection_facts& facts, connection_step step)
{
    if (facts.read_at && step == connection_step::read)
        return facts.nodes[*facts.read_at].node;
    if (facts.asked)
        return facts.nodes[*facts.asked].node;
    return facts.appliance.nodes.empty() ? node_address() : facts.appliance.nodes.front();
}

std::string credential_words(const appliance_settings& appliance)
{
    switch (appliance.credential)
    {
    case credential_form::refresh_token_file:
        return "the refresh token in " + appliance.refresh_token_file + " gave a token";
    case credential_form::client_certificate:
        return "the client certificate in " + appliance.client_certificate_file + " gave a token";
    default:
        return "user " + appliance.username + " has a token";
    }
}

step_report report_of_login(const connection_facts& facts)
{
    constexpr auto step = connection_step::login;
    const appliance_settings& appliance = facts.appliance;
    const node_address node = node_of(facts, step);
    const fault_place at{appliance, node, step};
    if (facts.login.fault != connection_fault::none)
        return bad(facts.login.fault, facts.login.text, at);
    if (!facts.asked)
        return not_tried(step, "not tried, since no node could be reached");
    if (!facts.login.sent)
        return not_tried(step, "not needed: the token in " + appliance.token_file + " is used as it is");
    const std::string life =
        facts.token_life ? ", good for " + describe_duration(*facts.token_life) : std::string();
    return good(step, credential_words(appliance) + life);
}

step_report report_of_read(const connection_facts& facts)
{
    constexpr auto step = connection_step::read;
    if (facts.login.fault != connection_fault::none)
        return not_tried(step, "not tried, since there is no token");
    if (!facts.asked)
        return not_tried(step, "not tried, since no node could be reached");
    const std::string what = facts.kind + ": ";
    const node_address node = node_of(facts, step);
    const fault_place at{facts.appliance, node, step, facts.made_up};
    if (facts.made_up && facts.read.fault == connection_fault::job_unknown)
        return good(
            step,
            what
                + "we asked for a job id that we made up, and the appliance knows no such job. So reading "
                  "works");
    if (facts.read.fault != connection_fault::none)
        return bad(facts.read.fault, what + facts.read.text, at);
    return good(
        step,
        what + "job " + facts.job
            + (facts.status.empty() ? " is shown, without a status"
                                    : " is shown, its status is " + facts.status));
}

std::string clock_note(const connection_facts& facts)
{
    if (!facts.clock_ahead)
        return {};
    const milliseconds apart = std::max(*facts.clock_ahead, -*facts.clock_ahead);
    if (apart <= tolerated_clock_difference)
        return {};
    return "the clock of " + host_and_port(node_of(facts, connection_step::login)) + " is "
        + describe_duration(apart) + (*facts.clock_ahead > milliseconds{0} ? " ahead of" : " behind")
        + " this machine's. jobwatchd works all the same, but the times that it writes do not fit the "
          "appliance's. Set both clocks by NTP";
}

// --- all of it ----------------------------------------------------------------------------------------------------

std::string_view shown_name(connection_step step)
{
    return step == connection_step::tls ? "TLS" : to_string(step);
}

// The step that any node came to at most.
std::string verdict_without_node(const connection_report& report)
{
    auto furthest = connection_step::resolve;
    for (const node_trial_report& node : report.nodes)
        if (!node.steps.empty())
            furthest = std::max(furthest, node.steps.back().step);
    return "FAILED at " + std::string(shown_name(furthest));
}

std::string verdict_of(const connection_report& report)
{
    for (const step_report* const step : {&report.login, &report.read})
        if (step->result == step_result::failed)
            return "FAILED at " + std::string(shown_name(step->step));
    if (report.asked.empty())
        return verdict_without_node(report);
    const auto failed =
        std::count_if(report.nodes.begin(), report.nodes.end(), [](const auto& node) { return !node.ok; });
    if (failed == 0)
        return "all well";
    return "works through " + (report.read_at.empty() ? report.asked : report.read_at) + ", but "
        + std::to_string(failed) + " of its " + std::to_string(report.nodes.size()) + " nodes FAILED";
}

// A node that was only connected to may still answer nothing of use.
std::string nodes_not_asked(const connection_report& report)
{
    const auto is_spared = [&report](const node_trial_report& one)
    { return one.ok && one.node != report.asked && one.node != report.read_at; };
    const auto spared = std::count_if(report.nodes.begin(), report.nodes.end(), is_spared);
    if (spared == 0)
        return {};
    return spared == 1 ? " (the other node was connected to, and not asked)"
                       : " (" + std::to_string(spared) + " other nodes were connected to, and not asked)";
}

std::string headline_of_requests(const connection_report& report)
{
    if (report.asked.empty())
        return "  login and read";
    const std::string at = report.read_at.empty()
        ? "  login and read, at " + report.asked
        : "  login, at " + report.asked + "; read, at " + report.read_at;
    return at + nodes_not_asked(report);
}

void append_step(std::string& to, const step_report& step)
{
    const std::string_view mark = step.result == step_result::ok ? "ok      "
        : step.result == step_result::failed                     ? "FAILED  "
                                                                 : "-       ";
    to.append("    ").append(mark).append(shown_name(step.step)).append(": ").append(step.text) += '\n';
    if (!step.advice.empty())
        to.append("            what to do: ").append(step.advice) += '\n';
}

} // namespace

std::string_view to_string(step_result value)
{
    switch (value)
    {
    case step_result::ok:
        return "ok";
    case step_result::failed:
        return "failed";
    case step_result::not_tried:
        return "not_tried";
    }
    return "unknown";
}

connection_report report_of(const connection_facts& facts)
{
    connection_report made;
    made.appliance = facts.appliance.name;
    made.nodes.reserve(facts.nodes.size());
    for (const node_facts& node : facts.nodes)
        made.nodes.push_back(report_of_node(node, facts));
    if (facts.asked)
        made.asked = host_and_port(facts.nodes[*facts.asked].node);
    if (facts.read_at && facts.read_at != facts.asked)
        made.read_at = host_and_port(facts.nodes[*facts.read_at].node);
    made.login = report_of_login(facts);
    made.read = report_of_read(facts);
    made.note = clock_note(facts);
    made.verdict = verdict_of(made);
    made.ok = made.verdict == "all well";
    return made;
}

std::string describe(const connection_report& report)
{
    std::string text = "appliance " + report.appliance + ": " + report.verdict + '\n';
    for (const node_trial_report& node : report.nodes)
    {
        text += "  node " + node.node + '\n';
        for (const step_report& step : node.steps)
            append_step(text, step);
    }
    text += headline_of_requests(report) + '\n';
    append_step(text, report.login);
    append_step(text, report.read);
    if (!report.note.empty())
        text += "  note: " + report.note + '\n';
    return text;
}

} // namespace jobwatch
