// How jobwatchctl ends. The numbers are part of what scripts rely on: never change one.
#pragma once

#include "core/outcome.hpp"

#include <vector>

namespace jobwatch::ctl
{

enum class exit_code : int
{
    ok = 0,
    refused = 1,
    usage = 2,
    not_known = 3,
    failed = 10,
    partial = 11,
    cancelled = 12,
    lost = 13,
    abandoned = 14,
    removed = 15,
    not_reachable = 69,
    not_permitted = 77,
    bad_configuration = 78,
    time_limit = 124,
};

exit_code code_of(outcome ended);

// Of the worst outcome in the set, in this order: failed, lost, partial, cancelled, abandoned, removed, succeeded.
// An empty set is ok.
exit_code worst_code(const std::vector<outcome>& ended);

} // namespace jobwatch::ctl
