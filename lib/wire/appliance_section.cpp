#include "wire/appliance_section.hpp"

#include "wire/credential_section.hpp"
#include "wire/node_url.hpp"

#include <algorithm>
#include <array>

namespace jobwatch
{

namespace
{

// Sane ranges, wide enough for tests against a simulator and for large clusters.
constexpr double least_rate = 0.1; // requests per second
constexpr double most_rate = 10'000;
constexpr std::uint32_t most_burst = 1'000;
constexpr std::uint32_t most_connections = 64;
constexpr std::size_t most_nodes = 16;
constexpr milliseconds least_timeout{100};
constexpr milliseconds most_timeout{600'000};
constexpr milliseconds least_pause{1'000};
constexpr milliseconds most_pause{24LL * 3'600'000};

void read_nodes(settings_reader& from, std::vector<node_address>& to)
{
    constexpr std::string_view allowed = "write urls = [\"https://HOST\"], one URL for each node";
    const auto* value = from.take("urls");
    if (value == nullptr)
        return from.missing("urls", allowed);
    const auto* urls = value->as_array();
    if (urls == nullptr || urls->empty())
        return from.wrong("urls", *value, allowed);
    if (urls->size() > most_nodes)
        from.note(
            "urls", *value,
            "names " + std::to_string(urls->size()) + " nodes: at most " + std::to_string(most_nodes)
                + " are allowed");
    for (const auto& url : *urls)
    {
        const auto* text = url.as_string();
        if (text == nullptr)
        {
            from.wrong("urls", url, allowed);
            continue;
        }
        std::string why;
        auto node = parse_node_url(text->get(), why);
        if (node && std::ranges::find(to, *node) != to.end())
            from.wrong("urls", url, "this node is named twice");
        else if (node)
            to.push_back(std::move(*node));
        else if (text->get().find('@') != std::string::npos)
            from.note("urls", url, ": " + why); // it may hold a password
        else
            from.wrong("urls", url, why);
    }
}

void read_proxy(settings_reader& from, std::optional<proxy_address>& to)
{
    const auto* value = from.take("proxy");
    if (value == nullptr)
        return;
    std::string url;
    from.text("proxy", url);
    if (url.empty())
        return;
    std::string why;
    to = parse_proxy_url(url, why);
    if (!to && url.find('@') != std::string::npos)
        from.note("proxy", *value, ": " + why); // it may hold a password
    else if (!to)
        from.wrong("proxy", *value, why);
}

void read_trust(settings_reader& from, const file_search& search, appliance_settings& to)
{
    static constexpr std::array<std::string_view, 2> checks{"full", "none"};
    std::size_t check = 0;
    from.text("server_name", to.server_name);
    if (const auto* value = from.take("server_name");
        !to.server_name.empty() && !is_host_name(to.server_name))
        from.wrong("server_name", *value, "allowed is a host name, such as \"cm.example.com\"");
    from.word("verify", checks, check);
    to.verify = check == 0 ? certificate_check::full : certificate_check::none;
    const bool asked = to.verify == certificate_check::full;
    read_file_name(
        from, "ca_file", search, asked ? file_use::authorities : file_use::unread_authorities, to.ca_file);
}

} // namespace

appliance_settings
read_appliance(settings_reader& from, std::string name, const settings_folders& folders, file_look look)
{
    appliance_settings to;
    to.name = std::move(name);
    const file_search search{folders, look};
    read_nodes(from, to.nodes);
    read_credential(from, search, to);
    read_trust(from, search, to);
    read_proxy(from, to.proxy);
    from.real("requests_per_second", least_rate, most_rate, to.requests_per_second);
    from.natural("burst", 1, most_burst, to.burst);
    from.natural("connections", 1, most_connections, to.connections);
    from.duration("connect_timeout", least_timeout, most_timeout, to.connect_timeout);
    from.duration("request_timeout", least_timeout, most_timeout, to.request_timeout);
    from.duration("retry_after_limit", least_pause, most_pause, to.retry_after_limit);
    from.duration("login_retry_after", least_pause, most_pause, to.login_retry_after);
    from.finish();
    return to;
}

} // namespace jobwatch
