#include "driver/stage.hpp"

#include <algorithm>

namespace jobwatch::crash
{

void stage::remember(acknowledged one)
{
    const std::lock_guard lock(mutex_);
    newest_watch = std::max(newest_watch.load(), one.watch);
    known_.push_back(std::move(one));
}

std::optional<acknowledged> stage::pick(test::random_source& chance, bool recent) const
{
    const std::lock_guard lock(mutex_);
    if (known_.empty())
        return std::nullopt;
    const auto count = recent ? std::min(recent_count, known_.size()) : known_.size();
    return known_[known_.size() - 1 - chance.below(count)];
}

std::optional<std::string> stage::fresh_job()
{
    const std::lock_guard lock(mutex_);
    if (next_job_ == jobs.size())
        return std::nullopt;
    return jobs[next_job_++];
}

} // namespace jobwatch::crash
