#include "jobwatchctl/exit_code.hpp"

#include <algorithm>
#include <array>

namespace jobwatch::ctl
{

namespace
{

constexpr std::array worst_first{
    outcome::failed,    outcome::lost,    outcome::partial,   outcome::cancelled,
    outcome::abandoned, outcome::removed, outcome::succeeded,
};

} // namespace

exit_code code_of(outcome ended)
{
    switch (ended)
    {
    case outcome::succeeded:
        return exit_code::ok;
    case outcome::partial:
        return exit_code::partial;
    case outcome::failed:
        return exit_code::failed;
    case outcome::cancelled:
        return exit_code::cancelled;
    case outcome::lost:
        return exit_code::lost;
    case outcome::abandoned:
        return exit_code::abandoned;
    case outcome::removed:
        return exit_code::removed;
    }
    return exit_code::failed;
}

exit_code worst_code(const std::vector<outcome>& ended)
{
    for (const outcome bad : worst_first)
        if (std::find(ended.begin(), ended.end(), bad) != ended.end())
            return code_of(bad);
    return exit_code::ok;
}

} // namespace jobwatch::ctl
