// The files that a configuration names, looked at when it is read: what cannot serve is a mistake of the configuration.
#pragma once

#include "core/settings.hpp"
#include "wire/settings_file.hpp"

#include <optional>
#include <string>
#include <vector>

namespace jobwatch
{

// The file_look of the real world: reads the file as it will be read in use.
std::optional<std::string> look_at_configured_file(const file_question& asked);

// What serves, but not for everything: certificates that have expired, each a sentence. Never a mistake, since our own
// clock may be the one that is wrong, and a bundle of authorities often holds an old one.
std::vector<std::string> expiry_warnings(const appliance_settings& appliance);

} // namespace jobwatch
