#include "weather.hpp"

#include <boost/json.hpp>

#include <algorithm>

namespace jobwatch::simulator
{

namespace
{

namespace json = boost::json;

answer said_otherwise(const effect& other, answer fair, time_point now)
{
    if (const auto* instead = std::get_if<other_answer>(&other))
        return give(*instead, fair, now);
    fair.body = changed(std::get<document_change>(other), fair.body, fair.job);
    return fair;
}

answer befallen(weather& sky, const request& asked, answer fair, time_point now)
{
    const fault* other = nullptr;
    const fault* delivered = nullptr;
    for (fault& one : sky.faults)
    {
        const bool is_delivery = std::holds_alternative<delivery>(one.what);
        const bool is_taken = (other && is_other_answer(one)) || (delivered && is_delivery);
        if (is_taken || !befalls(one, asked, fair, now))
            continue;
        if (const auto* slow = std::get_if<slow_start>(&one.what))
            fair.delay += slow->by;
        else
            (is_delivery ? delivered : other) = &one;
    }
    answer given = other ? said_otherwise(other->what, std::move(fair), now) : std::move(fair);
    if (delivered)
        given.how = std::get<delivery>(delivered->what);
    return given;
}

} // namespace

answer weathered(weather& sky, const request& asked, answer fair, time_point now)
{
    fair.delay += sky.latency;
    if (fair.kind == request_class::login || fair.kind == request_class::refresh)
        fair.delay += sky.login_time;
    if (sky.faults.empty())
        return fair;
    return befallen(sky, asked, std::move(fair), now);
}

std::optional<complaint> add_fault(weather& sky, fault one, time_point now)
{
    if (one.name.empty())
        one.name = "fault-" + std::to_string(++sky.named);
    one.since = now;
    const auto same = std::find_if(
        sky.faults.begin(), sky.faults.end(), [&one](const fault& old) { return old.name == one.name; });
    if (same != sky.faults.end())
    {
        *same = std::move(one);
        return std::nullopt;
    }
    if (sky.faults.size() >= fault_limit)
        std::erase_if(sky.faults, [now](const fault& old) { return is_over(old, now); });
    if (sky.faults.size() >= fault_limit)
        return complaint{"there are " + std::to_string(fault_limit) + " faults already, none of them over"};
    sky.faults.push_back(std::move(one));
    return std::nullopt;
}

std::size_t clear_faults(weather& sky, std::string_view name)
{
    if (name != "all")
        return std::erase_if(sky.faults, [name](const fault& one) { return one.name == name; });
    const std::size_t count = sky.faults.size();
    sky.faults.clear();
    return count;
}

json::array fault_list(const weather& sky, time_point now)
{
    json::array list;
    for (const fault& one : sky.faults)
        list.push_back(
            {{"name", one.name},
             {"fault", json::parse(one.written)},
             {"fitting", one.fitting},
             {"befallen", one.befallen},
             {"over", is_over(one, now)}});
    return list;
}

} // namespace jobwatch::simulator
