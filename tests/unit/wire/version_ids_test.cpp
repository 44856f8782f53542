#include "wire/version_ids.hpp"

#include <doctest/doctest.h>

using namespace jobwatch;

TEST_CASE("ids that stand twice in a list count once")
{
    version_ids ids;
    for (const auto* id : {"2", "1", "2", "10"})
        ids.add(id);
    CHECK(ids.distinct() == 3);
    CHECK(version_ids().distinct() == 0);
}

TEST_CASE("a list with an element that is no id says nothing")
{
    version_ids spoiled;
    spoiled.add("1");
    spoiled.spoil();
    CHECK_FALSE(spoiled.distinct());
    version_ids empty;
    empty.add("");
    CHECK_FALSE(empty.distinct());
}

TEST_CASE("as many ids are held as the limit says, and one more makes the count unknown")
{
    version_ids ids;
    for (std::size_t i = 0; i < max_version_ids; ++i)
        ids.add(std::to_string(i));
    CHECK(ids.distinct() == max_version_ids);
    ids.add("1");
    CHECK_FALSE(ids.distinct());
}

TEST_CASE("ids take no more memory than the limit says")
{
    version_ids ids;
    ids.add(std::string(max_version_id_bytes, 'a'));
    CHECK(ids.distinct() == 1);
    ids.add("b");
    CHECK_FALSE(ids.distinct());
}
