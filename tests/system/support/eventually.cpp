#include "support/eventually.hpp"

#include <algorithm>
#include <thread>

namespace jobwatch::test
{

namespace
{

constexpr std::chrono::milliseconds look_again{5};

} // namespace

int deadline::milliseconds_left() const
{
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(at_ - clock::now());
    return static_cast<int>(std::max<std::chrono::milliseconds::rep>(left.count(), 0));
}

bool eventually(const std::function<bool()>& condition, std::chrono::milliseconds limit)
{
    const deadline until(limit);
    while (!condition())
    {
        if (until.over())
            return false;
        std::this_thread::sleep_for(look_again);
    }
    return true;
}

} // namespace jobwatch::test
