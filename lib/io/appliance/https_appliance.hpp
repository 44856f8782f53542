// The appliance_api port over HTTPS. Everything happens on the executor's one thread, but name look-ups.
#pragma once

#include "core/error.hpp"
#include "core/settings.hpp"
#include "engine/ports/appliance_api.hpp"
#include "io/appliance/appliance_link.hpp"
#include "io/appliance/resolver.hpp"

#include <memory>

namespace jobwatch
{

// Fails, naming the file and what is wrong with it, when the CA file, or the client's certificate or key, cannot serve.
// A file that holds a secret is read when it is needed only. `say` is told what befalls the files later, and must
// outlive the appliance. The executor's context must outlive the appliance and its connections; these may be
// destroyed while a call is under way, which aborts it.
explained<std::unique_ptr<appliance_api>> make_https_appliance(
    asio::any_io_executor executor, const appliance_settings& appliance,
    lookup_function lookup = system_lookup, link_news say = {});

} // namespace jobwatch
