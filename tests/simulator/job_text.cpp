#include "job_text.hpp"

#include "job_details.hpp"

#include <algorithm>

namespace jobwatch::simulator
{

namespace
{

void add_member(std::string& out, std::string_view name, std::string_view value)
{
    out.append(",\"").append(name).append("\":\"").append(value).append("\"");
}

// Nine fraction digits, where the family has them.
std::string time_text(const job_script& script, time_point when)
{
    std::string text = appliance_time(when);
    if (!script.of->nanoseconds)
        return text;
    const std::size_t point = text.find('.');
    const std::size_t digits = point == std::string::npos ? 0 : text.size() - point - 2;
    text.pop_back();
    if (digits == 0)
        text += '.';
    text.append(6 - digits, '0');
    return text + std::to_string(100 + script.flavour % 900) + "Z";
}

void add_head(std::string& out, const job_script& script)
{
    const family& of = *script.of;
    out.append(R"({"id":")").append(script.id).append("\"");
    out.append(R"(,"uri":"kylo:kylo:)").append(of.service).append(":").append(of.type).append(":");
    out.append(script.id).append("\"");
    add_member(out, "account", "kylo:kylo:admin:accounts:kylo");
    if (of.shape == job_shape::targets)
    {
        add_member(out, "application", "ncryptify:gemalto:admin:apps:kylo");
        add_member(out, "devAccount", "ncryptify:gemalto:admin:accounts:gemalto");
    }
}

void add_times(std::string& out, const job_script& script, time_point created, const snapshot& seen)
{
    add_member(out, "createdAt", time_text(script, created));
    add_member(out, "updatedAt", time_text(script, seen.updated));
    // The closing row is written once more just after `completed_at`.
    const duration before{100 + static_cast<duration::rep>(script.flavour % 150)};
    if (seen.over)
        add_member(out, "completed_at", time_text(script, std::max(created, seen.updated - before)));
}

void add_status(std::string& out, const job_script& script, const snapshot& seen)
{
    const family& of = *script.of;
    const std::string_view unfinished = seen.begun ? of.in_progress : of.waiting;
    add_member(out, of.status, seen.over ? final_status(of, seen.becomes) : unfinished);
}

// The members that only update-all-versions jobs have.
void add_versions(std::string& out, const job_script& script)
{
    add_member(out, "job_id", script.id);
    add_member(out, "key_id", script.key_id);
    out += R"(,"version_count":)" + std::to_string(script.version_count);
    add_member(out, "operation", script.operation);
}

void add_targets(std::string& out, const job_script& script)
{
    const family& of = *script.of;
    if (!of.cloud.empty())
        add_member(out, "cloud", of.cloud);
    if (of.one_key)
        add_member(out, "key_id", script.key_id);
    if (!script.operation.empty())
        add_member(out, "operation", script.operation);
    if (of.targets.empty())
        return;
    out.append(",\"").append(of.targets).append("\":[");
    const std::vector<std::string> names = target_names(script);
    for (const std::string& name : names)
        out.append(&name == &names.front() ? "\"" : ",\"").append(name).append("\"");
    out += ']';
}

void add_run(std::string& out, const job_script& script)
{
    add_member(out, "name", "run-" + script.id.substr(0, 8));
    add_member(out, "job_config_id", script.key_id);
    add_member(out, "operation", script.operation);
    add_member(out, "processing_node", "node-1");
}

std::string text_of(const job_script& script, time_point created, const snapshot& seen)
{
    const job_shape shape = script.of->shape;
    std::string out;
    out.reserve(1024);
    add_head(out, script);
    add_times(out, script, created, seen);
    if (shape == job_shape::targets)
        add_targets(out, script);
    else if (shape == job_shape::run)
        add_run(out, script);
    add_status(out, script, seen);
    add_details(out, script, seen);
    if (shape == job_shape::versions)
        add_versions(out, script);
    if (shape != job_shape::run)
        out += seen.abort ? R"(,"abort":true)" : R"(,"abort":false)";
    return out + "}";
}

} // namespace

std::string job_text(const job_script& script, time_point created, time_point now)
{
    return text_of(script, created, look(script, created, now));
}

std::string new_job_text(const job_script& script, time_point created)
{
    snapshot fresh;
    fresh.updated = created;
    return text_of(script, created, fresh);
}

} // namespace jobwatch::simulator
