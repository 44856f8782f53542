#include "jobwatchctl/connection_trial.hpp"

#include "core/job_id.hpp"
#include "jobwatchctl/option_checks.hpp"
#include "wire/json_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <random>

namespace jobwatch::ctl
{

namespace
{

template <class Value>
std::string names_of(const std::map<std::string, Value>& known)
{
    std::string names;
    for (const auto& one : known)
        names += (names.empty() ? "" : ", ") + one.first;
    return names;
}

trouble unknown(std::string_view what, const std::string& name, const std::string& known)
{
    return {trouble_kind::not_known, fmt::format("there is no {} {}; known are {}", what, cell(name), known)};
}

// Version 4: random but for the version and the variant.
std::string made_up_uuid()
{
    std::random_device source;
    const auto bits = [&](std::uint32_t mask) { return static_cast<std::uint32_t>(source()) & mask; };
    return fmt::format(
        "{:08x}-{:04x}-4{:03x}-{:04x}-{:08x}{:04x}", bits(0xFFFFFFFF), bits(0xFFFF), bits(0xFFF),
        bits(0x3FFF) | 0x8000U, bits(0xFFFFFFFF), bits(0xFFFF));
}

// A job is on one appliance only: as in a submit.
std::string appliance_of(const settings& values, const connect_wish& wish)
{
    if (!wish.appliance.empty() || wish.job.empty())
        return wish.appliance;
    if (!values.submit.appliance.empty() || values.appliances.size() == 1)
        return values.submit.appliance;
    throw wrong_usage{
        "--job: on which appliance? Name it with --appliance; known are " + names_of(values.appliances)};
}

std::string job_of(const connect_wish& wish)
{
    if (wish.job.empty())
        return made_up_uuid();
    const auto job = parse_job_id(wish.job);
    if (!job)
        throw wrong_usage{"--job " + cell(wish.job) + ": " + job.error().message()};
    return job->text();
}

void write_step(object_writer& to, const step_report& step)
{
    std::string text;
    object_writer one(text);
    one.text("result", to_string(step.result));
    if (step.result == step_result::failed)
        one.text("fault", to_string(step.fault));
    one.text("text", step.text);
    if (!step.advice.empty())
        one.text("advice", step.advice);
    one.end();
    to.raw(to_string(step.step), text);
}

void append_node(std::string& to, const node_trial_report& node)
{
    object_writer one(to);
    one.text("node", node.node);
    one.flag("ok", node.ok);
    for (const step_report& step : node.steps)
        write_step(one, step);
    one.end();
}

void append_report(std::string& to, const connection_report& report)
{
    object_writer one(to);
    one.text("appliance", report.appliance);
    one.flag("ok", report.ok);
    one.text("verdict", report.verdict);
    if (!report.note.empty())
        one.text("note", report.note);
    append_json_array(one.begin("nodes"), report.nodes, append_node);
    if (!report.asked.empty())
        one.text("asked", report.asked);
    if (!report.read_at.empty())
        one.text("read_at", report.read_at);
    write_step(one, report.login);
    write_step(one, report.read);
    one.end();
}

} // namespace

or_trouble<connection_plan> plan_connections(const settings& values, const connect_wish& wish)
{
    connection_plan plan;
    const std::string only = appliance_of(values, wish);
    for (const auto& [name, appliance] : values.appliances)
        if (only.empty() || name == only)
            plan.appliances.push_back(&appliance);
    if (plan.appliances.empty())
        return unknown("appliance", only, names_of(values.appliances));
    const std::string& name = wish.kind.empty() ? values.submit.kind : wish.kind;
    const auto family = values.kinds.find(name);
    if (family == values.kinds.end())
        return unknown("kind", name, names_of(values.kinds));
    plan.read.family = family->second;
    plan.read.job = job_of(wish);
    plan.read.made_up = wish.job.empty();
    return plan;
}

std::vector<connection_report> try_connections(const connection_plan& plan)
{
    std::vector<connection_report> reports;
    reports.reserve(plan.appliances.size());
    for (const connection_facts& facts : check_connections(plan.appliances, plan.read))
        reports.push_back(report_of(facts));
    return reports;
}

bool all_well(const std::vector<connection_report>& reports)
{
    return std::all_of(reports.begin(), reports.end(), [](const auto& report) { return report.ok; });
}

std::string json_of(const std::vector<connection_report>& reports)
{
    std::string text;
    append_json_array(text, reports, append_report);
    return text;
}

} // namespace jobwatch::ctl
