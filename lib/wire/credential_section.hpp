// The credential in [appliance.NAME]: exactly one of the four forms, and where its login goes.
#pragma once

#include "core/settings.hpp"
#include "wire/file_setting.hpp"

namespace jobwatch
{

void read_credential(settings_reader& from, const file_search& search, appliance_settings& to);

} // namespace jobwatch
