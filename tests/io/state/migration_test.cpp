// Databases that earlier versions left, and the ladder that brings them up.
#include "io/state/schema.hpp"
#include "state_fixture.hpp"

#include <array>
#include <filesystem>

using namespace jobwatch;
using test::content;
using test::state_fixture;

namespace
{

struct earlier_version : state_fixture
{
    earlier_version() { close(); }

    // state.db as the SQL in that file makes it.
    void put(const std::string& fixture)
    {
        std::filesystem::remove(state_database_path(state()));
        test::write_file(state_database_path(state()), "");
        REQUIRE_FALSE(sql(content(fixture)));
    }

    std::string tables() const
    {
        auto connection = sqlite_connection::open(state_database_path(state()), sqlite_access::read_write);
        sqlite_statement statement(*connection, "SELECT ifnull(sql, name) FROM sqlite_schema ORDER BY 1");
        auto rows = statement.with({});
        std::string all;
        while (rows.next().value())
            all.append(rows.text(0)).append("\n");
        return all;
    }
};

} // namespace

TEST_CASE_FIXTURE(
    earlier_version,
    "a database of version 1 is opened with all that it holds, and has the tables of a new one")
{
    const auto fresh = tables();
    put(VERSION_1_SQL);
    REQUIRE(tables() != fresh);
    open();
    CHECK(tables() == fresh);
    CHECK(ask("PRAGMA user_version") == schema_version);
    CHECK(store->log_id() == "5e1c7a52-6a7e-4d3c-9a53-0d2f6d1f3b11");
    CHECK(store->head() == 4);
    CHECK(events().size() == 4);
    const auto ended = run(store->get(test::job("job-1"))).value().value();
    CHECK(ended.ended == outcome::succeeded);
    CHECK(ended.document == R"({"id":"job-1"})");
    CHECK(ended.labels == watch_labels{{"change", "CHG-1"}});
    const auto open_ones = run(store->open_watches(0, 10)).value();
    REQUIRE(open_ones.size() == 2);
    CHECK(open_ones[0].give_up_after == milliseconds(90'000));
    CHECK(open_ones[1].job == "job-3");
    CHECK(open_ones[1].overdue);
    CHECK(open_ones[1].blocked);
    CHECK(submit(test::a_watch("job-4")).number == 4);
    end(3);
    REQUIRE(run(store->remember("prod", {{}, {2, wall_time{}, "stamp"}}, std::nullopt)).has_value());
    CHECK(run(store->appliance_states()).value().at("prod").refusals.count == 2);
    reopen(); // and is of this version from then on
    CHECK(store->head() == 6);
}

TEST_CASE_FIXTURE(
    earlier_version, "the ladder takes the steps above the version, each as a whole or not at all")
{
    const std::array<migration, 3> steps{{
        {2, "this step was taken long ago"},
        {3, "CREATE TABLE third(a); INSERT INTO third VALUES(1);"},
        {4, "CREATE TABLE fourth(a); INSERT INTO nowhere VALUES(1);"},
    }};
    {
        auto connection = sqlite_connection::open(state_database_path(state()), sqlite_access::read_write);
        REQUIRE(connection.has_value());
        CHECK(migrate(*connection, 2, steps));
        CHECK_FALSE(connection->in_transaction());
    }
    CHECK(ask("PRAGMA user_version") == 3);
    CHECK(ask("SELECT count(*) FROM third") == 1);
    CHECK(ask("SELECT count(*) FROM sqlite_schema WHERE name = 'fourth'") == 0);

    const std::array<migration, 3> mended{{steps[0], steps[1], {4, "CREATE TABLE fourth(a);"}}};
    {
        auto connection = sqlite_connection::open(state_database_path(state()), sqlite_access::read_write);
        REQUIRE(connection.has_value());
        CHECK_FALSE(migrate(*connection, 3, mended)); // the third would fail: the table is there
    }
    CHECK(ask("PRAGMA user_version") == 4);
    CHECK(ask("SELECT count(*) FROM sqlite_schema WHERE name = 'fourth'") == 1);
}
