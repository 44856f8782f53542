#include "engine/ending_board.hpp"

namespace jobwatch
{

void ending_board::put(ending_wait& waiting)
{
    for (const watch_number number : waiting.open)
        waits_[number].push_back(&waiting);
}

void ending_board::take(ending_wait& waiting)
{
    for (const watch_number number : waiting.open)
        forget(number, waiting);
    waiting.open.clear();
}

void ending_board::forget(watch_number number, ending_wait& waiting)
{
    const auto found = waits_.find(number);
    if (found == waits_.end())
        return;
    std::erase(found->second, &waiting);
    if (found->second.empty())
        waits_.erase(found);
}

void ending_board::ended_for(ending_wait& waiting, watch_number number)
{
    forget(number, waiting);
    waiting.open.erase(number);
    ++waiting.ended;
}

void ending_board::ended(watch_number number)
{
    const auto found = waits_.find(number);
    if (found == waits_.end())
        return;
    for (ending_wait* const waiting : found->second)
    {
        waiting->open.erase(number);
        ++waiting->ended;
        waiting->timer->wake();
    }
    waits_.erase(found);
}

} // namespace jobwatch
