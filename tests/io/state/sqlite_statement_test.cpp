#include "io/state/sqlite_statement.hpp"

#include <doctest/doctest.h>

using namespace jobwatch;

namespace
{

sqlite_connection in_memory()
{
    return sqlite_connection::open(":memory:", sqlite_access::read_write).value();
}

} // namespace

TEST_CASE("every kind of value comes back as it was bound")
{
    auto connection = in_memory();
    sqlite_statement echo(connection, "SELECT ?, ?, ?, ?, typeof(?)");
    auto rows =
        echo.with({-5, std::string("a\0b", 3), std::nullopt, std::optional<int>(7), std::string_view()});
    REQUIRE(rows.next().value());
    CHECK(rows.integer(0) == -5);
    CHECK(rows.text(1) == std::string_view("a\0b", 3));
    CHECK(rows.is_null(2));
    CHECK(rows.integer(3) == 7);
    CHECK(rows.text(4) == "text"); // an empty view is an empty text, not NULL
    CHECK_FALSE(rows.next().value());
}

TEST_CASE("a number beyond SQLite's range is its largest, not a negative one")
{
    auto connection = in_memory();
    sqlite_statement echo(connection, "SELECT ?");
    auto rows = echo.with({~std::uint64_t{0}});
    REQUIRE(rows.next().value());
    CHECK(rows.integer(0) == std::numeric_limits<std::int64_t>::max());
}

TEST_CASE("a statement can be used again after its cursor has gone, and forgets earlier values")
{
    auto connection = in_memory();
    sqlite_statement echo(connection, "SELECT ?1");
    CHECK(echo.with({1}).next().value());
    auto rows = echo.with({});
    REQUIRE(rows.next().value());
    CHECK(rows.is_null(0));
}

TEST_CASE("a statement that is no SQL fails with SQLite's code at its first use")
{
    auto connection = in_memory();
    sqlite_statement broken(connection, "SELEKT 1");
    auto rows = broken.with({1});
    const auto row = rows.next();
    REQUIRE(row.has_error());
    CHECK(std::string(row.error().category().name()) == "sqlite");
    CHECK(rows.finish() == row.error());
}

TEST_CASE("constraints and damage are told apart")
{
    auto connection = in_memory();
    REQUIRE_FALSE(connection.run("CREATE TABLE t(a UNIQUE)"));
    REQUIRE_FALSE(connection.run("INSERT INTO t VALUES(1)"));
    const auto refused = connection.run("INSERT INTO t VALUES(1)");
    CHECK(means_constraint(refused));
    CHECK_FALSE(means_corrupt(refused));
    CHECK(means_corrupt(sqlite_error(26))); // SQLITE_NOTADB
    CHECK_FALSE(means_corrupt(error_code()));
}
