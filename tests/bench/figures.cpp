#include "figures.hpp"

#include <algorithm>
#include <cstdio>

namespace jobwatch::bench
{

double figures::median() const
{
    auto sorted = values_;
    std::sort(sorted.begin(), sorted.end());
    const auto count = sorted.size();
    return count % 2 == 1 ? sorted[count / 2] : (sorted[count / 2 - 1] + sorted[count / 2]) / 2;
}

void figures::print() const
{
    const auto [least, greatest] = std::minmax_element(values_.begin(), values_.end());
    std::printf(
        "  %12.*f %12.*f %12.*f  %s\n", decimals_, *least, decimals_, median(), decimals_, *greatest,
        name_.c_str());
}

} // namespace jobwatch::bench
