#include "core/appliance_census.hpp"

#include <algorithm>

namespace jobwatch
{

namespace
{

// One refused watch alone is the watch's trouble, even though it is all of them.
constexpr std::int64_t fewest_for_forbidden = 2;

} // namespace

void appliance_census::recall(bool degraded, bool forbidden)
{
    degraded_ = degraded;
    forbidden_ = forbidden;
}

telling appliance_census::presumed(bool seen, bool blocked) const
{
    if (seen && degraded_)
        return telling::missing;
    return blocked || forbidden_ ? telling::refused : telling::none;
}

void appliance_census::count(census_entry entry, std::int64_t by)
{
    if (entry.said == telling::none)
        return;
    told_ += by;
    refused_ += entry.said == telling::refused ? by : 0;
    seen_ += entry.seen ? by : 0;
    missing_ += entry.seen && entry.said == telling::missing ? by : 0;
}

void appliance_census::enters(census_entry entry)
{
    count(entry, 1);
}

void appliance_census::leaves(census_entry entry, boot_time now)
{
    count(entry, -1);
    if (entry.said == telling::shown)
        shown_and_gone_.add(now);
}

void appliance_census::turns(census_entry from, census_entry to)
{
    if (from == to)
        return;
    count(from, -1);
    count(to, 1);
}

// Watches that were shown and have ended since then speak for the appliance, too: else one job that is gone would be
// "most of them" whenever no other is watched.
bool appliance_census::most_missing(milliseconds within, boot_time now) const
{
    return missing_ > 0 && 2 * missing_ > seen_ + shown_and_gone_.within(within, now);
}

bool appliance_census::refuses_most() const
{
    return 2 * refused_ > told_ && (forbidden_ || refused_ >= fewest_for_forbidden);
}

void appliance_census::weigh(boot_time now)
{
    forbidden_ = forbidden_ && 2 * refused_ > told_;
    if (!most_missing(degraded_after_, now))
    {
        if (degraded_)
            restored_at_ = now;
        degraded_ = false;
        missing_since_.reset();
        return;
    }
    if (!missing_since_)
        missing_since_ = now;
    degraded_ = degraded_ || span_between(*missing_since_, now) >= degraded_after_;
}

std::optional<boot_time> appliance_census::trusts_row(boot_time since, boot_time now) const
{
    // Any reading since then was another watch's: its own would have broken the row.
    const bool well = well_at_ && *well_at_ >= since;
    if (!well || degraded_ || most_missing(shown_and_gone_.window(), now))
        return std::nullopt;
    return restored_at_ ? std::max(since, *restored_at_) : since;
}

std::string appliance_census::describe_missing() const
{
    return "404 for " + std::to_string(missing_) + " of the " + std::to_string(seen_)
        + " jobs that it has shown before";
}

std::string appliance_census::describe_refused() const
{
    return "it refuses to show " + std::to_string(refused_) + " of " + std::to_string(told_) + " jobs";
}

} // namespace jobwatch
