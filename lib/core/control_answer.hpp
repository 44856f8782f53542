// Whatever the control socket answers.
#pragma once

#include "core/explanation.hpp"
#include "core/watch_view.hpp"

#include <variant>

namespace jobwatch
{

using control_answer = std::variant<
    submit_answer, list_answer, watch_view, wait_answer, subscribe_answer, selection_answer, explain_answer,
    status_answer, version_answer, kinds_answer, backup_answer>;

} // namespace jobwatch
