#include "wire/appliance_section.hpp"

#include "wire/json_text.hpp"
#include "wire/node_url.hpp"

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
constexpr milliseconds least_timeout{100};
constexpr milliseconds most_timeout{600'000};
constexpr milliseconds least_pause{1'000};
constexpr milliseconds most_pause{24LL * 3'600'000};

std::vector<std::string> places_of(const std::string& name, const settings_folders& folders)
{
    if (name.starts_with('/'))
        return {name};
    std::vector<std::string> places;
    if (!folders.credentials.empty())
        places.push_back(folders.credentials + '/' + name);
    places.push_back(folders.beside + "/credentials/" + name);
    places.push_back(folders.beside + '/' + name);
    return places;
}

void read_file_name(
    settings_reader& from, std::string_view key, const settings_folders& folders, file_exists exists,
    std::string& to)
{
    std::string name;
    from.text(key, name);
    if (name.empty())
        return;
    std::string looked;
    for (const auto& place : places_of(name, folders))
    {
        if (exists(place))
        {
            to = place;
            return;
        }
        looked += (looked.empty() ? "" : ", ") + printable(place, max_setting_text);
    }
    to = name; // so that it does not count as missing, too
    const auto* value = from.take(key);
    from.note(key, *value, "= " + quoted(name) + ": there is no such file; looked for " + looked);
}

void read_nodes(settings_reader& from, std::vector<node_address>& to)
{
    constexpr std::string_view allowed = "write urls = [\"https://HOST\"]";
    const auto* value = from.take("urls");
    if (value == nullptr)
        return from.missing("urls", allowed);
    const auto* urls = value->as_array();
    if (urls == nullptr || urls->empty())
        return from.wrong("urls", *value, allowed);
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
        if (node)
            to.push_back(std::move(*node));
        else if (text->get().find('@') != std::string::npos)
            from.note("urls", url, ": " + why); // it may hold a password
        else
            from.wrong("urls", url, why);
    }
    if (urls->size() > 1)
        from.note(
            "urls", *value, "names several nodes, which is not supported yet by this version: give one");
}

void read_credential(
    settings_reader& from, const settings_folders& folders, file_exists exists, appliance_settings& to)
{
    from.text("username", to.username);
    read_file_name(from, "password_file", folders, exists, to.password_file);
    if (from.take("username") == nullptr)
        from.missing("username", "write username = \"...\", a user that can only read");
    if (from.take("password_file") == nullptr)
        from.missing("password_file", "write password_file = \"...\", a file that holds the user's password");
    from.text("domain", to.domain);
    from.text("auth_domain", to.auth_domain);
    from.text("auth_domain_path", to.auth_domain_path);
    from.text("connection", to.connection);
    for (const auto* later :
         {"token_file", "refresh_token_file", "client_certificate_file", "client_key_file"})
        from.unsupported(later);
}

void read_trust(
    settings_reader& from, const settings_folders& folders, file_exists exists, appliance_settings& to)
{
    static constexpr std::array<std::string_view, 2> checks{"full", "none"};
    std::size_t check = 0;
    read_file_name(from, "ca_file", folders, exists, to.ca_file);
    from.text("server_name", to.server_name);
    if (const auto* value = from.take("server_name");
        !to.server_name.empty() && !is_host_name(to.server_name))
        from.wrong("server_name", *value, "allowed is a host name, such as \"cm.example.com\"");
    from.word("verify", checks, check);
    to.verify = check == 0 ? certificate_check::full : certificate_check::none;
    from.unsupported("proxy");
}

} // namespace

appliance_settings
read_appliance(settings_reader& from, std::string name, const settings_folders& folders, file_exists exists)
{
    appliance_settings to;
    to.name = std::move(name);
    read_nodes(from, to.nodes);
    read_credential(from, folders, exists, to);
    read_trust(from, folders, exists, to);
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
