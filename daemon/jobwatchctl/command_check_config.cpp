#include "core/counted.hpp"
#include "core/duration_text.hpp"
#include "jobwatchctl/commands.hpp"
#include "jobwatchctl/connection_trial.hpp"
#include "jobwatchd/configuration.hpp"
#include "wire/json_text.hpp"

#include <fmt/format.h>

#include <ostream>

namespace jobwatch::ctl
{

namespace
{

struct check_result
{
    std::vector<std::string> mistakes;
    std::vector<std::string> warnings;
    bool connected = false;
    std::vector<connection_report> reports;
};

// With its port always, since that is what one may have forgotten.
std::string address_text(const std::string& host, std::uint16_t port)
{
    const bool is_ipv6 = host.find(':') != std::string::npos;
    return is_ipv6 ? fmt::format("[{}]:{}", host, port) : fmt::format("{}:{}", host, port);
}

std::string credential_text(const appliance_settings& one)
{
    switch (one.credential)
    {
    case credential_form::password:
        return fmt::format("user {}, password file {}", one.username, one.password_file);
    case credential_form::token_file:
        return fmt::format("token file {}", one.token_file);
    case credential_form::refresh_token_file:
        return fmt::format("refresh token file {}", one.refresh_token_file);
    case credential_form::client_certificate:
        return fmt::format("client certificate {}, key {}", one.client_certificate_file, one.client_key_file);
    }
    return {};
}

std::string trust_text(const appliance_settings& one)
{
    std::string text = one.verify == certificate_check::none ? "TLS NOT verified"
        : one.ca_file.empty()                                ? "trusts the system's authorities"
                                                             : "trusts " + one.ca_file;
    if (!one.server_name.empty())
        text += " for " + one.server_name;
    return text;
}

std::string appliance_line(const appliance_settings& one)
{
    std::string nodes;
    for (const node_address& node : one.nodes)
        nodes += fmt::format(
            "{}https://{}{}", nodes.empty() ? "" : ", ", address_text(node.host, node.port), node.base_path);
    if (one.proxy)
        nodes += fmt::format(" through the proxy {}", address_text(one.proxy->host, one.proxy->port));
    return fmt::format(
        "appliance {}: {}; {}; {}; at most {} request{} a second, {}\n", one.name, nodes,
        credential_text(one), trust_text(one), one.requests_per_second,
        one.requests_per_second == 1 ? "" : "s", counted(one.connections, "connection"));
}

std::string summary(const std::string& file, const configuration& read)
{
    const settings& values = read.values;
    std::string text = fmt::format("{}: ok\n", file);
    for (const auto& [name, one] : values.appliances)
        text += appliance_line(one);
    text += fmt::format(
        "submits without an appliance go to: {}\n",
        !values.submit.appliance.empty()    ? values.submit.appliance
            : values.appliances.size() == 1 ? values.appliances.begin()->first
                                            : "none, they are refused");
    text += fmt::format(
        "state {}, logs {}, sockets {}\n", values.paths.state, values.paths.logs, values.paths.runtime);
    return text;
}

std::string json_list(const std::vector<std::string>& texts)
{
    std::string list;
    append_json_array(list, texts, append_json_string);
    return list;
}

// There is no daemon here whose objects could be given; this one has the same place.
std::string json_verdict(const std::string& file, const check_result& found)
{
    std::string text;
    object_writer to(text);
    to.text("file", file);
    to.flag("ok", found.mistakes.empty() && all_well(found.reports));
    to.raw("mistakes", json_list(found.mistakes));
    to.raw("warnings", json_list(found.warnings));
    if (found.connected)
        to.raw("appliances", json_of(found.reports));
    to.end();
    return text;
}

std::string count_text(std::size_t mistakes)
{
    return fmt::format("{} mistake{}", mistakes, mistakes == 1 ? "" : "s");
}

exit_code code_of(const check_result& found)
{
    if (!found.mistakes.empty())
        return exit_code::bad_configuration;
    return all_well(found.reports) ? exit_code::ok : exit_code::refused;
}

void tell_file(const std::string& file, const check_result& found, const surroundings& around)
{
    for (const std::string& warning : found.warnings)
        around.io.complain("warning: " + warning);
    for (const std::string& mistake : found.mistakes)
        around.io.err << mistake << '\n';
    if (!found.mistakes.empty())
        around.io.complain(fmt::format("{}: {}", file, count_text(found.mistakes.size())));
}

// It may take long: what is known by then must have been read.
void try_appliances(const connection_plan& plan, check_result& found, const surroundings& around)
{
    around.io.out.flush();
    if (around.io.err_is_terminal)
        around.io.complain("trying the way to the appliances; where nothing answers this takes a while");
    found.connected = true;
    found.reports = try_connections(plan);
    if (around.form == output_form::json)
        return;
    for (const connection_report& report : found.reports)
        around.io.out << '\n' << describe(report);
}

} // namespace

exit_code run_check_config(
    const std::string& file, const surroundings& around, const std::optional<connect_wish>& connect)
{
    const auto read = read_configuration(file);
    check_result found;
    if (read)
        found.warnings = read->warnings;
    else
        found.mistakes = read.error();
    std::optional<connection_plan> plan;
    if (read && connect)
    {
        auto planned = plan_connections(read->values, *connect);
        if (!planned)
            return complain(around, planned.error());
        plan = std::move(*planned);
    }
    const bool readable = around.form == output_form::readable;
    if (readable && read)
        around.io.out << summary(file, *read);
    tell_file(file, found, around);
    if (plan)
        try_appliances(*plan, found, around);
    if (!readable)
        print_json(around, json_verdict(file, found));
    return code_of(found);
}

} // namespace jobwatch::ctl
