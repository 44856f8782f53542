// appliance_state <-> rows of state.db. Seldom used, so the statements are prepared anew each time.
#pragma once

#include "core/appliance_state.hpp"
#include "io/state/sqlite_connection.hpp"

#include <map>
#include <string>

namespace jobwatch
{

// Replaces what is stored of the appliance; inside the caller's transaction.
[[nodiscard]] error_code store_appliance_state(
    sqlite_connection& connection, const std::string& appliance, const appliance_state& state);

// By the appliances' names; those of which nothing is to be remembered are not there.
result<std::map<std::string, appliance_state>> read_appliance_states(sqlite_connection& connection);

} // namespace jobwatch
