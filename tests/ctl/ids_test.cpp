#include "jobwatchctl/ids.hpp"

#include <doctest/doctest.h>

#include <sstream>

using namespace jobwatch;

TEST_CASE("ids come from arguments and, where it says so, from standard input")
{
    std::istringstream in("# a list\n\n  b \t\r\nc # why\n#\nd");
    const auto ids = ctl::read_ids({"a", "-", "e"}, in);
    REQUIRE(ids.has_value());
    CHECK(*ids == std::vector<std::string>{"a", "b", "c", "d", "e"});
}

TEST_CASE("standard input is left alone when it is not asked for")
{
    std::istringstream in("x\n");
    CHECK(ctl::read_ids({"a"}, in)->size() == 1);
    CHECK(in.peek() == 'x');
}

TEST_CASE("words that can be no ids are refused before they fill the memory")
{
    std::istringstream at_limit(std::string(ctl::max_id_text, 'x') + "\n");
    CHECK(ctl::read_ids({"-"}, at_limit).has_value());
    std::istringstream over("ok\n" + std::string(ctl::max_id_text + 1, 'x'));
    const auto refused = ctl::read_ids({"-"}, over);
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().text.find("line 2") != std::string::npos);
    std::istringstream none;
    CHECK_FALSE(ctl::read_ids({std::string(ctl::max_id_text + 1, 'x')}, none).has_value());
    CHECK_FALSE(ctl::read_ids({"-", "-"}, none).has_value());
}

TEST_CASE("an id that is no UTF-8 comes escaped, so that the daemon can refuse it and take the others")
{
    std::istringstream in("good\n\xff\xfe\n\xc3\xa4\n");
    const auto ids = ctl::read_ids({"-", "a\xff"}, in);
    REQUIRE(ids.has_value());
    CHECK(*ids == std::vector<std::string>{"good", "\\xff\\xfe", "\xc3\xa4", "a\\xff"});
}
