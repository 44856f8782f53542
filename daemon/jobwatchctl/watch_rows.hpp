// The daemon's watch objects (of list, get, wait) as rows, lines and fields for people.
#pragma once

#include "core/event.hpp"
#include "jobwatchctl/requests.hpp"
#include "jobwatchctl/table.hpp"

#include <string>

namespace jobwatch::ctl
{

// watch, appliance, kind, job, state, outcome, overall_status, submitted_at, ended_at: programs rely on the order.
table watch_table();
table_row watch_row(const json::object& watch);

std::optional<outcome> outcome_of(const json::object& watch);
std::optional<watch_number> number_of(const json::object& watch);

// "prod 778a1024-... succeeded: disable, 2 of 2 versions, noticed after 0.8 s", as the daemon's own log says it.
std::string ending_line(const json::object& watch);

// "NAME: VALUE" lines of all that is known, the document last, pretty printed.
std::string watch_page(const json::object& watch, std::string_view raw);

} // namespace jobwatch::ctl
