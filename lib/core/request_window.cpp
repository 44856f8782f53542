#include "core/request_window.hpp"

#include <algorithm>

namespace jobwatch
{

void request_window::throttled(round sent_in)
{
    if (sent_in != round_)
        return;
    ++round_;
    size_ = std::max<std::uint32_t>(1, size_ / 2);
    good_ = 0;
}

// One more place for each window of good answers: from one to eight in 28 answers, to 64 in some 2,000.
void request_window::answered(round sent_in)
{
    if (sent_in != round_ || size_ == most_ || ++good_ < size_)
        return;
    ++size_;
    good_ = 0;
}

} // namespace jobwatch
