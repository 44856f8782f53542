#include "timeline.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <cstring>

namespace jobwatch::simulator
{

namespace
{

namespace json = boost::json;

constexpr std::string_view uuid_form = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
constexpr std::string_view digits = "0123456789abcdef";

// Nothing unless the text is a UUID in lower case, so that it can be written again as it was.
std::optional<std::array<std::uint8_t, 16>> packed_uuid(std::string_view text)
{
    if (text.size() != uuid_form.size())
        return std::nullopt;
    std::array<std::uint8_t, 16> packed{};
    std::size_t nibble = 0;
    for (std::size_t at = 0; at < text.size(); ++at)
    {
        if (uuid_form[at] == '-' && text[at] == '-')
            continue;
        const std::size_t value = digits.find(text[at]);
        if (uuid_form[at] == '-' || value == std::string_view::npos)
            return std::nullopt;
        packed.at(nibble / 2) = static_cast<std::uint8_t>(packed.at(nibble / 2) * 16U + value);
        ++nibble;
    }
    return packed;
}

std::string unpacked_uuid(const std::array<std::uint8_t, 16>& packed)
{
    std::string text(uuid_form);
    std::size_t nibble = 0;
    for (char& here : text)
    {
        if (here == '-')
            continue;
        here = digits[nibble % 2 == 0 ? packed.at(nibble / 2) >> 4 : packed.at(nibble / 2) & 15];
        ++nibble;
    }
    return text;
}

} // namespace

void timeline::name(record& one, std::string_view job)
{
    if (job.empty())
        return;
    if (const auto packed = packed_uuid(job))
    {
        one.named = record::of_uuid;
        one.job = *packed;
        return;
    }
    one.named = record::of_odd_name;
    const bool full = odd_names_.size() >= odd_name_limit;
    const auto known = odd_places_.find(std::string(job));
    auto place = static_cast<std::uint32_t>(odd_names_.size()); // beyond the last: forgotten
    if (known != odd_places_.end())
        place = known->second;
    else if (!full)
    {
        odd_names_.emplace_back(job);
        odd_places_.emplace(job, place);
    }
    std::memcpy(one.job.data(), &place, sizeof(place));
}

std::string timeline::job_of(const record& one) const
{
    if (one.named == record::of_none)
        return {};
    if (one.named == record::of_uuid)
        return unpacked_uuid(one.job);
    std::uint32_t place = 0;
    std::memcpy(&place, one.job.data(), sizeof(place));
    return place < odd_names_.size() ? odd_names_[place] : "...";
}

void timeline::add(const request_note& note)
{
    record one;
    one.arrived = note.arrived;
    one.connection = static_cast<std::uint32_t>(note.connection);
    one.in_flight = static_cast<std::uint32_t>(note.in_flight);
    one.status = static_cast<std::uint16_t>(note.answered);
    one.node = static_cast<std::uint16_t>(note.node);
    one.kind = note.kind;
    name(one, note.job);
    ring_.push_back(one);
    ++last_;
    if (ring_.size() > limit_)
    {
        ring_.pop_front();
        ++forgotten_;
    }
}

void timeline::clear()
{
    ring_.clear();
    odd_names_.clear();
    odd_places_.clear();
    forgotten_ = 0;
}

bool timeline::is_wanted(const record& one, const record_filter& wanted) const
{
    return (!wanted.kind || *wanted.kind == one.kind) && (!wanted.node || *wanted.node == one.node)
        && (!wanted.job || *wanted.job == job_of(one));
}

json::object timeline::page(std::uint64_t after, std::uint64_t limit, const record_filter& wanted) const
{
    const std::uint64_t first = last_ - ring_.size() + 1;
    std::uint64_t number = std::max(after + 1, first);
    json::array requests;
    for (; number <= last_ && requests.size() < limit; ++number)
    {
        const record& one = ring_[number - first];
        if (!is_wanted(one, wanted))
            continue;
        requests.push_back(
            {{"number", number},
             {"arrived_us", one.arrived.time_since_epoch().count()},
             {"class", name_of(one.kind)},
             {"node", one.node + 1},
             {"job", one.named == record::of_none ? json::value() : json::value(job_of(one))},
             {"status", one.status},
             {"in_flight", one.in_flight},
             {"connection", one.connection}});
    }
    return {
        {"requests", std::move(requests)},
        {"next", std::min(number, last_ + 1) - 1},
        {"last", last_},
        {"forgotten", forgotten_}};
}

std::vector<time_point> timeline::arrivals(const record_filter& wanted) const
{
    std::vector<time_point> times;
    times.reserve(ring_.size());
    for (const record& one : ring_)
        if (is_wanted(one, wanted))
            times.push_back(one.arrived);
    // A long request is written down when it is read, behind shorter ones that arrived later.
    std::sort(times.begin(), times.end());
    return times;
}

std::uint64_t most_in_window(std::span<const time_point> times, duration length)
{
    std::size_t most = 0;
    std::size_t first = 0;
    for (std::size_t last = 0; last < times.size(); ++last)
    {
        while (times[last] - times[first] >= length && first < last)
            ++first;
        most = std::max(most, last - first + 1);
    }
    return most;
}

double burst_needed(std::span<const time_point> times, double rate)
{
    // The window from the i-th to the j-th request has j - i + 1 of them: the worst i so far is the one with
    // the least i - rate x time.
    double most = 0.0;
    double least = 0.0;
    for (std::size_t index = 0; index < times.size(); ++index)
    {
        const auto since = std::chrono::duration<double>(times[index] - times.front()).count();
        const double here = static_cast<double>(index) - rate * since;
        least = index == 0 ? here : std::min(least, here);
        most = std::max(most, here - least + 1.0);
    }
    return most;
}

} // namespace jobwatch::simulator
