#include "jobwatchctl/trouble.hpp"

namespace jobwatch::ctl
{

exit_code code_of(const trouble& met)
{
    switch (met.kind)
    {
    case trouble_kind::not_reachable:
    case trouble_kind::connection:
    case trouble_kind::stopping:
        return exit_code::not_reachable;
    case trouble_kind::not_permitted:
        return exit_code::not_permitted;
    case trouble_kind::refused:
        return exit_code::refused;
    case trouble_kind::not_known:
        return exit_code::not_known;
    case trouble_kind::timed_out:
        return exit_code::time_limit;
    case trouble_kind::stopped:
        return exit_code::ok;
    }
    return exit_code::refused;
}

bool is_passing(const trouble& met)
{
    return met.kind == trouble_kind::not_reachable || met.kind == trouble_kind::connection
        || met.kind == trouble_kind::stopping;
}

} // namespace jobwatch::ctl
