#include "core/duration_text.hpp"
#include "jobwatchctl/commands.hpp"
#include "jobwatchd/configuration.hpp"
#include "wire/json_text.hpp"

#include <fmt/format.h>

#include <ostream>

namespace jobwatch::ctl
{

namespace
{

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
        "appliance {}: {}; {}; {}; at most {} requests a second, {} connections\n", one.name, nodes,
        credential_text(one), trust_text(one), one.requests_per_second, one.connections);
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
std::string json_verdict(
    const std::string& file, const std::vector<std::string>& mistakes,
    const std::vector<std::string>& warnings)
{
    std::string text;
    object_writer to(text);
    to.text("file", file);
    to.flag("ok", mistakes.empty());
    to.raw("mistakes", json_list(mistakes));
    to.raw("warnings", json_list(warnings));
    to.end();
    return text;
}

std::string count_text(std::size_t mistakes)
{
    return fmt::format("{} mistake{}", mistakes, mistakes == 1 ? "" : "s");
}

} // namespace

exit_code run_check_config(const std::string& file, const surroundings& around)
{
    const auto read = read_configuration(file);
    const auto mistakes = read ? std::vector<std::string>() : read.error();
    const auto warnings = read ? read->warnings : std::vector<std::string>();
    if (around.form == output_form::json)
        print_json(around, json_verdict(file, mistakes, warnings));
    else if (mistakes.empty())
        around.io.out << summary(file, *read);
    for (const std::string& warning : warnings)
        around.io.complain("warning: " + warning);
    for (const std::string& mistake : mistakes)
        around.io.err << mistake << '\n';
    if (!mistakes.empty())
        around.io.complain(fmt::format("{}: {}", file, count_text(mistakes.size())));
    return mistakes.empty() ? exit_code::ok : exit_code::bad_configuration;
}

} // namespace jobwatch::ctl
