// The answer of `explain`, as the control socket shows it.
#pragma once

#include "core/explanation.hpp"

#include <string>

namespace jobwatch
{

// One JSON object: the facts for programs, and `text`, an array of lines for a person. What is not known is left out.
// The watch's own fields are those that say which one it is and how; `get` tells them all.
void append_explanation(std::string& to, const explain_answer& given);

} // namespace jobwatch
