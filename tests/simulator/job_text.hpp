// Writes the job object of a scripted job as the appliance would show it at a moment: mixed camelCase and
// snake_case, and each family with members of its own.
#pragma once

#include "fates.hpp"

#include <string>

namespace jobwatch::simulator
{

// What somebody who reads the job at `now` sees. Nothing here ever goes backwards as `now` grows.
std::string job_text(const job_script& script, time_point created, time_point now);

// The job as it is at its very start, whatever its fate: the answer of the POST.
std::string new_job_text(const job_script& script, time_point created);

} // namespace jobwatch::simulator
