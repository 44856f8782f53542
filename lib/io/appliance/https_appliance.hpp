// The appliance_api port over HTTPS. Everything happens on the executor's one thread, but name look-ups.
#pragma once

#include "core/error.hpp"
#include "core/settings.hpp"
#include "engine/ports/appliance_api.hpp"
#include "io/appliance/resolver.hpp"

#include <memory>

namespace jobwatch
{

// Fails, naming the file and what is wrong with it, when the CA file cannot serve. The password file is read
// at the logins only. The executor's context must outlive the appliance and its connections; these may be
// destroyed while a call is under way, which aborts it.
explained<std::unique_ptr<appliance_api>> make_https_appliance(
    asio::any_io_executor executor, const appliance_settings& appliance,
    lookup_function lookup = system_lookup);

} // namespace jobwatch
