#include "fates.hpp"

#include <doctest/doctest.h>

#include <map>
#include <set>

using namespace jobwatch::simulator;

TEST_CASE("the same seed gives the same jobs, another seed others")
{
    const plan usual;
    for (std::uint64_t number = 0; number < 200; ++number)
    {
        const job_script one = draw_script(usual, 7, stream::made_jobs, number);
        const job_script again = draw_script(usual, 7, stream::made_jobs, number);
        CHECK(one.id == again.id);
        CHECK(one.becomes == again.becomes);
        CHECK(one.life == again.life);
        CHECK(one.versions_done == again.versions_done);
        CHECK(one.id != draw_script(usual, 8, stream::made_jobs, number).id);
        CHECK(one.id != draw_script(usual, 7, stream::posted_jobs, number).id);
    }
}

TEST_CASE("the scripts of seed 1 never change, because others wrote them down")
{
    const job_script first = draw_script(plan{}, 1, stream::made_jobs, 0);
    CHECK(first.id == "95407555-91dd-4c4e-9000-2484c81c4fcf");
    CHECK(first.becomes == fate::brief);
    CHECK(first.life == duration{1443758});
}

TEST_CASE("ids are distinct version 4 UUIDs in lower case")
{
    std::set<std::string> seen;
    for (std::uint64_t number = 0; number < 10'000; ++number)
    {
        const std::string id = draw_script(plan{}, 3, stream::made_jobs, number).id;
        REQUIRE(id.size() == 36);
        CHECK(id[14] == '4');
        CHECK(std::string("89ab").find(id[19]) != std::string::npos);
        CHECK(id.find_first_not_of("0123456789abcdef-") == std::string::npos);
        seen.insert(id);
    }
    CHECK(seen.size() == 10'000);
}

TEST_CASE("fates come about as often as their weights say, and every job keeps to its fate")
{
    plan wanted;
    REQUIRE_FALSE(read_weights("short=1,partial=2,failed=1", wanted));
    std::map<fate, int> seen;
    for (std::uint64_t number = 0; number < 4000; ++number)
    {
        const job_script script = draw_script(wanted, 11, stream::made_jobs, number);
        ++seen[script.becomes];
        CHECK(script.life > duration{0});
        if (script.becomes == fate::brief)
            CHECK(script.versions_done == script.version_count);
        else
            CHECK(script.versions_done < script.version_count);
        if (script.becomes == fate::partial)
            CHECK(script.versions_done >= 1);
    }
    CHECK(seen.size() == 3);
    CHECK(seen[fate::partial] > 1850);
    CHECK(seen[fate::partial] < 2150);
}

TEST_CASE("weights that make no sense are refused in words, and change nothing")
{
    plan kept;
    const auto before = kept.weights;
    CHECK(read_weights("quick=1", kept)->find("'quick=1'") != std::string::npos);
    CHECK(read_weights("short", kept));
    CHECK(read_weights("short=-1", kept));
    CHECK(read_weights("short=1x", kept));
    CHECK(read_weights("short=1000001", kept));
    CHECK(read_weights("short=0", kept) == "at least one fate needs a weight above 0");
    CHECK(read_weights("", kept));
    CHECK(kept.weights == before);
}

TEST_CASE("speed divides the lives")
{
    plan fast;
    fast.speed = 10;
    const job_script slow = draw_script(plan{}, 1, stream::made_jobs, 0);
    const job_script quick = draw_script(fast, 1, stream::made_jobs, 0);
    CHECK(quick.life == slow.life / 10);
    CHECK(quick.id == slow.id);
}
