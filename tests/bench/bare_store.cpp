// What SQLite alone would do: inserts the watches and `watch.added` events of a daemon's state.db into an empty database
// with the same tables, indexes, rules and settings; in transactions of so many watches. Prints watches a second.
#include "control_client.hpp"

#include <CLI/CLI.hpp>
#include <sqlite3.h>

#include <cstdio>
#include <iostream>
#include <memory>

using jobwatch::bench::bench_failure;
using jobwatch::bench::seconds_now;

namespace
{

struct closing
{
    void operator()(sqlite3* database) const { sqlite3_close(database); }
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
    void operator()(sqlite3_value* value) const { sqlite3_value_free(value); }
};
using database = std::unique_ptr<sqlite3, closing>;
using statement = std::unique_ptr<sqlite3_stmt, closing>;
using row = std::vector<std::unique_ptr<sqlite3_value, closing>>;

void check(int code, sqlite3* in)
{
    if (code != SQLITE_OK && code != SQLITE_DONE)
        throw bench_failure(std::string("SQLite: ") + sqlite3_errmsg(in));
}

database open(const std::string& path, int how)
{
    sqlite3* opened = nullptr;
    const int code = sqlite3_open_v2(path.c_str(), &opened, how, nullptr);
    database made(opened);
    check(code, opened);
    return made;
}

void run(const database& in, const std::string& sql)
{
    check(sqlite3_exec(in.get(), sql.c_str(), nullptr, nullptr, nullptr), in.get());
}

statement prepare(const database& in, const std::string& sql)
{
    sqlite3_stmt* made = nullptr;
    check(sqlite3_prepare_v2(in.get(), sql.c_str(), -1, &made, nullptr), in.get());
    return statement(made);
}

std::vector<row> rows_of(const database& in, const std::string& sql)
{
    const statement asked = prepare(in, sql);
    std::vector<row> rows;
    while (sqlite3_step(asked.get()) == SQLITE_ROW)
    {
        row one;
        for (int column = 0; column < sqlite3_column_count(asked.get()); ++column)
            one.emplace_back(sqlite3_value_dup(sqlite3_column_value(asked.get(), column)));
        rows.push_back(std::move(one));
    }
    return rows;
}

void insert(const database& into, const statement& by, const row& values)
{
    for (std::size_t at = 0; at < values.size(); ++at)
        check(sqlite3_bind_value(by.get(), static_cast<int>(at) + 1, values[at].get()), into.get());
    check(sqlite3_step(by.get()), into.get());
    check(sqlite3_reset(by.get()), into.get());
}

statement prepare_insert(const database& into, const std::string& table, std::size_t columns)
{
    std::string places = "?";
    for (std::size_t more = 1; more < columns; ++more)
        places += ", ?";
    return prepare(into, "INSERT INTO " + table + " VALUES(" + places + ')');
}

// As the daemon's writer.
constexpr const char* settings =
    "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;"
    "PRAGMA journal_size_limit = 67108864; PRAGMA cache_size = -16384;"
    "PRAGMA temp_store = MEMORY; PRAGMA trusted_schema = OFF;";

void make_tables(const database& like, const database& into)
{
    for (const row& one : rows_of(
             like,
             "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'"
             " ORDER BY type = 'trigger', type = 'index', rowid"))
        run(into, reinterpret_cast<const char*>(sqlite3_value_text(one.front().get())));
    run(into, "INSERT INTO meta VALUES('log', 'bare'), ('log_mark', 0), ('last_seq', 0), ('last_number', 0)");
}

struct wish
{
    std::string from;
    std::string into;
    std::size_t skip = 0;
    std::size_t count = 0;
    std::size_t group = 1;
};

void measure(const wish& how)
{
    const database from = open(how.from, SQLITE_OPEN_READONLY);
    const database into = open(how.into, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
    run(into, settings);
    if (rows_of(into, "SELECT 1 FROM sqlite_schema").empty())
        make_tables(from, into);
    const std::string part = " LIMIT " + std::to_string(how.count) + " OFFSET " + std::to_string(how.skip);
    const auto watches = rows_of(from, "SELECT * FROM watches ORDER BY number" + part);
    const auto events = rows_of(from, "SELECT * FROM events WHERE type = 'watch.added' ORDER BY seq" + part);
    if (watches.size() != how.count || events.size() != how.count)
        throw bench_failure(how.from + " has too few watches");
    const statement insert_watch = prepare_insert(into, "watches", watches.front().size());
    const statement insert_event = prepare_insert(into, "events", events.front().size());
    const double start = seconds_now();
    for (std::size_t at = 0; at < how.count; at += how.group)
    {
        run(into, "BEGIN IMMEDIATE");
        for (std::size_t one = at; one < std::min(at + how.group, how.count); ++one)
        {
            insert(into, insert_watch, watches[one]);
            insert(into, insert_event, events[one]);
        }
        run(into, "COMMIT");
    }
    const double took = seconds_now() - start;
    std::printf("%.0f %.3f\n", static_cast<double>(how.count) / took, took);
}

} // namespace

int main(int argc, char** argv)
{
    CLI::App app("bare_store: what SQLite alone would do");
    wish how;
    app.add_option("from", how.from, "state.db of a daemon that has stopped")->required();
    app.add_option("into", how.into, "a database, made when it is not there; else it goes on in it")
        ->required();
    app.add_option("--from", how.skip, "watches to skip");
    app.add_option("--count", how.count, "watches to insert")->required();
    app.add_option("--group", how.group, "watches in a transaction");
    CLI11_PARSE(app, argc, argv);
    try
    {
        measure(how);
        return 0;
    }
    catch (const std::exception& wrong)
    {
        std::cerr << "bare_store: " << wrong.what() << '\n';
        return 1;
    }
}
