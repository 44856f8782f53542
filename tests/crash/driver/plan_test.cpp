#include "driver/plan.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>

using namespace jobwatch::crash;

namespace
{

std::vector<std::string> texts(const std::vector<life>& plan)
{
    std::vector<std::string> lines;
    lines.reserve(plan.size());
    for (const auto& one : plan)
        lines.push_back(text_of(one) + ' ' + std::to_string(one.seed));
    return lines;
}

} // namespace

TEST_CASE("the same seed gives the same plan, another one another")
{
    CHECK((texts(make_plan(7, 40, 20)) == texts(make_plan(7, 40, 20))));
    CHECK_FALSE((texts(make_plan(7, 40, 20)) == texts(make_plan(8, 40, 20))));
}

TEST_CASE("a plan has as many kills and power cuts as were asked for, and orderly stops between them")
{
    const auto plan = make_plan(1, 100, 30);
    const auto cuts = std::count_if(plan.begin(), plan.end(), [](const life& one) { return one.cut; });
    const auto stops =
        std::count_if(plan.begin(), plan.end(), [](const life& one) { return one.how == life::end::stop; });
    CHECK(cuts == 30);
    CHECK(stops > 5);
    CHECK(plan.size() == 130 + static_cast<std::size_t>(stops));
}

TEST_CASE("a long plan has every class of calls, every moment, and the first ordinals one by one")
{
    std::set<std::string> points;
    for (const auto& one : make_plan(3, 1'000, 300))
        if (one.point)
            points.insert(text_of(*one.point));
    for (const auto* what : call_class_names)
    {
        CAPTURE(what);
        CHECK(points.lower_bound(std::string(what) + ":1:") != points.end());
    }
    const auto has = [&](const std::string& opening)
    {
        const auto found = points.lower_bound(opening);
        return found != points.end() && found->starts_with(opening);
    };
    for (int ordinal = 1; ordinal <= 60; ++ordinal)
    {
        CAPTURE(ordinal);
        CHECK(has("write:" + std::to_string(ordinal) + ':'));
        CHECK(has("sync:" + std::to_string(ordinal) + ':'));
    }
    for (const auto* rare : {"create:1:", "rename:1:", "unlink:1:", "truncate:1:"})
        CHECK(has(rare));
}
