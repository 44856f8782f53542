#include "configuration.hpp"

#include "io/appliance/configured_file.hpp"
#include "io/host/text_file.hpp"
#include "wire/settings_file.hpp"

#include <cstdlib>
#include <filesystem>

namespace jobwatch
{

namespace
{

settings_folders folders_of(const std::string& path)
{
    const char* const credentials = std::getenv("CREDENTIALS_DIRECTORY");
    std::error_code ignored;
    const auto absolute = std::filesystem::absolute(path, ignored);
    return {credentials == nullptr ? "" : credentials, absolute.parent_path().string()};
}

// The files that nobody else may read; a certificate is no secret, its key is.
std::vector<std::string> secret_files_of(const appliance_settings& appliance)
{
    std::vector<std::string> files;
    for (const std::string& file :
         {appliance.password_file, appliance.token_file, appliance.refresh_token_file,
          appliance.client_key_file})
        if (!file.empty())
            files.push_back(file);
    return files;
}

std::vector<std::string> warnings_of(const settings& values)
{
    std::vector<std::string> warnings;
    for (const auto& [name, appliance] : values.appliances)
    {
        if (appliance.verify == certificate_check::none)
            warnings.push_back(
                name
                + ": TLS certificates are NOT verified (verify = \"none\"): anybody on the way can read "
                  "the password or token and invent answers");
        for (const std::string& file : secret_files_of(appliance))
            if (is_readable_by_everyone(file))
                warnings.push_back(
                    name + ": " + file
                    + " can be read by every user of this machine; chmod o-r it, and replace what it holds");
        for (const std::string& warning : expiry_warnings(appliance))
            warnings.push_back(name + ": " + warning);
    }
    return warnings;
}

} // namespace

explained<void> fit_to_descriptors(configuration& read, std::uint64_t limit)
{
    std::uint64_t needed = reserved_descriptors;
    for (const auto& [name, appliance] : read.values.appliances)
        needed += appliance.connections + 1; // and one for a login
    std::uint32_t& clients = read.values.control.clients;
    if (needed + clients <= limit)
        return {};
    const std::string cause = "the process may have " + std::to_string(limit)
        + " files and sockets open (LimitNOFILE= in the unit, ulimit -n)";
    if (needed >= limit)
        return failure{
            make_error_code(errc::too_large),
            cause + ", too few for the connections of the configuration: at least "
                + std::to_string(needed + 1) + " are needed"};
    const auto fewer = static_cast<std::uint32_t>(limit - needed);
    read.warnings.push_back(
        cause + ": at most " + std::to_string(fewer) + " clients are served, not " + std::to_string(clients)
        + " ([control] clients)");
    clients = fewer;
    return {};
}

boost::system::result<configuration, std::vector<std::string>> read_configuration(const std::string& path)
{
    const auto text = read_text_file(path, max_settings_file);
    if (!text)
        return std::vector<std::string>{text.error().text};
    auto values = parse_settings(*text, folders_of(path), &look_at_configured_file);
    if (values)
    {
        auto warnings = warnings_of(*values);
        return configuration{std::move(*values), std::move(warnings)};
    }
    std::vector<std::string> mistakes;
    for (const settings_mistake& one : values.error())
        mistakes.push_back(describe(one, path));
    return mistakes;
}

} // namespace jobwatch
