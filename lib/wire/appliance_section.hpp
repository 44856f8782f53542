// [appliance.NAME] of the configuration.
#pragma once

#include "core/settings.hpp"
#include "wire/settings_reader.hpp"

namespace jobwatch
{

appliance_settings
read_appliance(settings_reader& from, std::string name, const settings_folders& folders, file_look look);

} // namespace jobwatch
