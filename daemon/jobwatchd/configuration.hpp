// Reads the configuration file and checks everything that can be checked before the daemon starts.
#pragma once

#include "core/settings.hpp"

#include <string>
#include <vector>

namespace jobwatch
{

struct configuration
{
    settings values;
    std::vector<std::string> warnings; // allowed, but worth a line in the log
};

// CA files that cannot serve, for `check-config`; the daemon meets them when it makes its connections.
std::vector<std::string> trust_mistakes_of(const settings& values);

// Every mistake at once, each a line for a person.
boost::system::result<configuration, std::vector<std::string>> read_configuration(const std::string& path);

} // namespace jobwatch
