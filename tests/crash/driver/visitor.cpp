#include "driver/visitor.hpp"

#include <stdexcept>

namespace jobwatch::crash
{

namespace
{

namespace json = boost::json;

constexpr std::chrono::milliseconds rest{10}; // between two visits

} // namespace

void visitor::work()
{
    test::unix_client link(stage_.control);
    while (!stage_.over)
    {
        visit(link);
        std::this_thread::sleep_for(rest); // a pace, not a wait
    }
}

void visitor::visit(test::unix_client& link)
{
    switch (chance_.below(8))
    {
    case 0:
        return look(link);
    case 1:
        return poll(link);
    case 2:
        return stage_.settling ? look(link) : remove(link);
    default:
        return wait(link);
    }
}

json::array visitor::some_watches(std::uint64_t most, bool recent)
{
    json::array numbers;
    for (auto left = 1 + chance_.below(most); left > 0; --left)
        if (const auto one = stage_.pick(chance_, recent))
            numbers.emplace_back(one->watch);
    if (numbers.empty())
        throw std::runtime_error("there are none yet");
    return numbers;
}

void visitor::wait(test::unix_client& link)
{
    const auto* until = chance_.one_in(2) ? "any" : "all";
    const auto told = link.result(
        "wait", json::object{{"watches", some_watches(10, true)}, {"until", until}, {"timeout", "300ms"}});
    for (const auto& one : told.at("ended").as_array())
        hear_watch(one.as_object());
}

void visitor::look(test::unix_client& link)
{
    if (const auto one = stage_.pick(chance_, false))
        hear_watch(link.result("get", json::object{{"watch", one->watch}}));
}

void visitor::poll(test::unix_client& link)
{
    link.result("poll", json::object{{"watches", some_watches(5, true)}});
}

void visitor::remove(test::unix_client& link)
{
    const auto watches = some_watches(3, true);
    for (const auto& one : watches)
        trace_.say("remove", json::value_to<std::uint64_t>(one));
    const auto told = link.result("remove", json::object{{"watches", watches}});
    for (const auto& one : told.at("watches").as_array())
        if (!one.as_object().contains("error"))
            trace_.say("removed", json::value_to<std::uint64_t>(one.at("watch")));
}

void visitor::hear_watch(const json::object& told)
{
    if (const auto* outcome = told.if_contains("outcome"))
        trace_.say(
            "ended", json::value_to<std::uint64_t>(told.at("watch")), std::string(outcome->as_string()));
}

} // namespace jobwatch::crash
