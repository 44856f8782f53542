#include "support/foul_answer.hpp"

#include <doctest/doctest.h>

namespace jobwatch::test
{

namespace
{

bool is_told(const scene& on, const std::string& event, const std::string& id)
{
    for (const auto& one : on.daemon.logged(event))
        if (one.at("job") == boost::json::string_view(id))
            return true;
    return false;
}

void check_while_it_lasts(scene& on, const foul_answer& answer, const std::string& id)
{
    CHECK(eventually([&] { return on.control.counted("requests") > 0 && on.watch(id).at("polls") != 0; }));
    if (!answer.watch_says.empty())
        CHECK_MESSAGE(eventually([&] { return on.last_error(id) == answer.watch_says; }), on.last_error(id));
    if (!answer.appliance_says.empty())
        CHECK_MESSAGE(
            on.appliance_error().find(answer.appliance_says) != std::string::npos, on.appliance_error());
    if (!answer.event.empty())
        CHECK_MESSAGE(eventually([&] { return is_told(on, answer.event, id); }), answer.event);
    CHECK(on.watch(id).at("state") == "open");
}

} // namespace

void live_through(scene& on, const foul_answer& answer, int number)
{
    INFO(answer.name);
    const std::string id = job_id(number);
    auto fault = boost::json::parse("{" + answer.fault + "}").as_object();
    fault["name"] = "foul";
    fault["class"] = "read";
    fault["job"] = id;
    on.begin({id});
    on.control.weather(fault);
    on.submit({id});
    check_while_it_lasts(on, answer, id);
    on.control.clear("foul");
    CHECK_MESSAGE(eventually([&] { return on.last_error(id).empty(); }), on.last_error(id));
    on.end({id});
    CHECK(on.all_end({id}));
}

} // namespace jobwatch::test
