// check-config --connect: which appliances are tried with what, the trying, and the result as JSON.
#pragma once

#include "core/connection_report.hpp"
#include "io/appliance/connection_check.hpp"
#include "jobwatchctl/commands.hpp"
#include "jobwatchctl/trouble.hpp"

#include <string>
#include <vector>

namespace jobwatch::ctl
{

struct connection_plan
{
    std::vector<const appliance_settings*> appliances; // of the settings, which must outlive the plan
    wished_read read;
};

// Fails with what is not known. Throws wrong_usage for a job without its appliance, and for what is no job id.
or_trouble<connection_plan> plan_connections(const settings& values, const connect_wish& wish);

// Blocks as long as it takes. Logs in to each appliance once.
std::vector<connection_report> try_connections(const connection_plan& plan);

bool all_well(const std::vector<connection_report>& reports);

// [{"appliance":"prod","ok":false,...},...]
std::string json_of(const std::vector<connection_report>& reports);

} // namespace jobwatch::ctl
