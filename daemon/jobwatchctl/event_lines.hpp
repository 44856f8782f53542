// The daemon's event objects as lines for people. An event of a type that we do not know (a newer daemon) is shown too.
#pragma once

#include "core/event.hpp"
#include "jobwatchctl/requests.hpp"

#include <string>

namespace jobwatch::ctl
{

// "2026-11-23T14:02:11.482Z prod 778a1024-... succeeded: disable, 2 of 2 versions, noticed after 0.8 s".
std::string readable_event(const json::object& told);

// What events and watches have in common.
event event_of(const json::object& told, event_type type);

} // namespace jobwatch::ctl
