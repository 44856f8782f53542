// The `detailed_status` of a scripted job: version ids as unsorted strings and a resource name as a key, or a sentence
// for each target.
#pragma once

#include "job_life.hpp"

#include <string>
#include <vector>

namespace jobwatch::simulator
{

// The member with its comma in front; nothing for a job that has just begun, and for shapes without details.
void add_details(std::string& out, const job_script& script, const snapshot& seen);

// What the job goes through, each as it stands between the quotes of a JSON string.
std::vector<std::string> target_names(const job_script& script);

} // namespace jobwatch::simulator
