#include "io/host/descriptor_limit.hpp"

#include <sys/resource.h>

namespace jobwatch
{

std::uint64_t raise_descriptor_limit()
{
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return 0;
    rlimit wanted = limit;
    wanted.rlim_cur = wanted.rlim_max;
    return setrlimit(RLIMIT_NOFILE, &wanted) == 0 ? wanted.rlim_cur : limit.rlim_cur;
}

} // namespace jobwatch
