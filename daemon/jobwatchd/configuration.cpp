#include "configuration.hpp"

#include "io/appliance/tls_context.hpp"
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

std::vector<std::string> warnings_of(const settings& values)
{
    std::vector<std::string> warnings;
    for (const auto& [name, appliance] : values.appliances)
    {
        if (appliance.verify == certificate_check::none)
            warnings.push_back(
                name
                + ": TLS certificates are NOT verified (verify = \"none\"): anybody on the way can read "
                  "the password and invent answers");
        if (is_readable_by_everyone(appliance.password_file))
            warnings.push_back(
                name + ": " + appliance.password_file
                + " can be read by every user of this machine; chmod o-r it, and change the password");
    }
    return warnings;
}

} // namespace

std::vector<std::string> trust_mistakes_of(const settings& values)
{
    std::vector<std::string> mistakes;
    for (const auto& [name, appliance] : values.appliances)
    {
        const auto trusted = make_tls_context(appliance);
        if (!trusted)
            mistakes.push_back("appliance " + name + ": " + trusted.error().text);
    }
    return mistakes;
}

boost::system::result<configuration, std::vector<std::string>> read_configuration(const std::string& path)
{
    const auto text = read_text_file(path, max_settings_file);
    if (!text)
        return std::vector<std::string>{text.error().text};
    auto values = parse_settings(*text, folders_of(path), &is_existing_file);
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
