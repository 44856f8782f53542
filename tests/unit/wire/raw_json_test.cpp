#include "wire/random_json.hpp"
#include "wire/raw_json.hpp"

#include <boost/json/parse.hpp>
#include <doctest/doctest.h>

using namespace jobwatch;

TEST_CASE("members come out as they were written, without the space around them")
{
    const auto members =
        raw_members(R"( { "a" : 1.0e5 , "b\u0063":{"x":"}\",{"} ,"d": [ 1, {} ] , "a":"" } )");
    REQUIRE(members.size() == 4);
    CHECK(members[0].name == "\"a\"");
    CHECK(members[0].value == "1.0e5");
    CHECK(members[1].name == R"("b\u0063")");
    CHECK(members[1].value == R"({"x":"}\",{"})");
    CHECK(members[2].value == "[ 1, {} ]");
    CHECK(members[3].value == "\"\"");
    CHECK(raw_members("{}").empty());
    CHECK(raw_members(" { } ").empty());
}

TEST_CASE("elements come out as they were written, without the space around them")
{
    const auto elements = raw_elements(R"( [ {"a":[1,2]} , 1.0e5 ,"],[" , [] ] )");
    REQUIRE(elements.size() == 4);
    CHECK(elements[0] == R"({"a":[1,2]})");
    CHECK(elements[1] == "1.0e5");
    CHECK(elements[2] == R"("],[")");
    CHECK(elements[3] == "[]");
    CHECK(raw_elements("[]").empty());
    CHECK(raw_elements(" [ ] ").empty());
}

TEST_CASE("every member of any object is found, with the value that a parser finds")
{
    for (std::uint32_t seed = 0; seed < 2'000; ++seed)
    {
        INFO("seed " << seed);
        tests::random_json make(seed);
        const auto first = make.value();
        const auto second = make.value();
        const auto text = "{ \"a\":" + first.spaced + ",\"b\" :" + second.spaced + "}";
        const auto members = raw_members(text);
        REQUIRE(members.size() == 2);
        REQUIRE(boost::json::parse(members[0].value) == boost::json::parse(first.compact));
        REQUIRE(boost::json::parse(members[1].value) == boost::json::parse(second.compact));
    }
}
