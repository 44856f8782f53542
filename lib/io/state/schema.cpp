#include "io/state/schema.hpp"

#include "io/state/sqlite_statement.hpp"
#include "io/state/state_failure.hpp"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <cstdint>

#include <sys/random.h>

namespace jobwatch
{

namespace
{

// meta.last_seq and meta.last_number are floors that the triggers below raise when rows are removed: the next
// number is above the floor and above the rows. Documents have a table of their own to keep watches small;
// watch_labels is the index over what watches.labels says.
constexpr const char* tables = R"sql(
CREATE TABLE meta(key TEXT PRIMARY KEY, value NOT NULL) WITHOUT ROWID;

CREATE TABLE watches(
    number INTEGER PRIMARY KEY,
    appliance TEXT NOT NULL,
    kind TEXT NOT NULL,
    job TEXT NOT NULL,
    submitted_at INTEGER NOT NULL,  -- nanoseconds since 1970, as all times here
    overdue_after INTEGER,          -- milliseconds; NULL: never
    give_up_after INTEGER,
    labels TEXT NOT NULL,           -- a JSON object of strings
    uid INTEGER, pid INTEGER,
    overall_status TEXT NOT NULL DEFAULT '',
    operation TEXT NOT NULL DEFAULT '',
    key_id TEXT NOT NULL DEFAULT '',
    versions_done INTEGER, version_count INTEGER,
    completed_at INTEGER, updated_at INTEGER,
    polls INTEGER NOT NULL DEFAULT 0,
    seen INTEGER NOT NULL DEFAULT 0,
    unrecognised INTEGER NOT NULL DEFAULT 0,
    overdue INTEGER NOT NULL DEFAULT 0,
    blocked INTEGER NOT NULL DEFAULT 0,
    outcome TEXT,                   -- NULL: open
    ended_at INTEGER,
    noticed_after INTEGER,          -- milliseconds
    reason TEXT NOT NULL DEFAULT '',
    CHECK(outcome IN ('succeeded', 'partial', 'failed', 'cancelled', 'lost', 'abandoned', 'removed')),
    CHECK((outcome IS NULL) = (ended_at IS NULL)));
CREATE UNIQUE INDEX watches_one_open ON watches(job, kind, appliance) WHERE outcome IS NULL;
CREATE INDEX watches_open ON watches(number) WHERE outcome IS NULL;
CREATE INDEX watches_by_job ON watches(job);

CREATE TABLE documents(watch INTEGER PRIMARY KEY REFERENCES watches(number) ON DELETE CASCADE, text TEXT NOT NULL);
CREATE TABLE watch_labels(
    name TEXT NOT NULL, value TEXT NOT NULL, watch INTEGER NOT NULL,
    PRIMARY KEY(name, value, watch)) WITHOUT ROWID;

CREATE TABLE events(
    seq INTEGER PRIMARY KEY,
    time INTEGER NOT NULL,
    type TEXT NOT NULL,
    watch INTEGER,                  -- NULL: not about one
    appliance TEXT NOT NULL,
    outcome TEXT,
    text TEXT NOT NULL);            -- the line, newline included
CREATE UNIQUE INDEX events_one_ending ON events(watch) WHERE type IN ('job.finished', 'watch.removed');
)sql";

// Since version 2: what is remembered of the appliances (core/appliance_state).
constexpr const char* appliance_tables = R"sql(
CREATE TABLE conditions(
    appliance TEXT NOT NULL, condition TEXT NOT NULL, since INTEGER NOT NULL, reason TEXT NOT NULL,
    PRIMARY KEY(appliance, condition)) WITHOUT ROWID;
CREATE TABLE login_refusals(
    appliance TEXT PRIMARY KEY, count INTEGER NOT NULL, not_before INTEGER NOT NULL, secret_stamp TEXT NOT NULL) WITHOUT ROWID;
)sql";

// Some of these say again what a key or index says, because INSERT OR REPLACE walks around those.
constexpr const char* rules = R"sql(
CREATE TRIGGER watches_one_way BEFORE UPDATE ON watches WHEN OLD.outcome IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'an ended watch never changes'); END;
CREATE TRIGGER watches_keep_name BEFORE UPDATE OF number, appliance, kind, job, submitted_at ON watches
BEGIN SELECT RAISE(ABORT, 'what a watch follows never changes'); END;
CREATE TRIGGER watches_no_replace BEFORE INSERT ON watches
WHEN EXISTS(SELECT 1 FROM watches WHERE number = NEW.number)
    OR NEW.number <= (SELECT value FROM meta WHERE key = 'last_number')
    OR EXISTS(SELECT 1 FROM watches
        WHERE job = NEW.job AND kind = NEW.kind AND appliance = NEW.appliance AND outcome IS NULL)
BEGIN SELECT RAISE(ABORT, 'a watch is never replaced and its number never used again'); END;
CREATE TRIGGER watches_keep_open BEFORE DELETE ON watches WHEN OLD.outcome IS NULL
BEGIN SELECT RAISE(ABORT, 'an open watch is never deleted'); END;
CREATE TRIGGER watches_floor AFTER DELETE ON watches
BEGIN UPDATE meta SET value = OLD.number WHERE key = 'last_number' AND value < OLD.number; END;

CREATE TRIGGER events_unchanged BEFORE UPDATE ON events
BEGIN SELECT RAISE(ABORT, 'an event never changes'); END;
CREATE TRIGGER events_no_replace BEFORE INSERT ON events
WHEN EXISTS(SELECT 1 FROM events WHERE seq >= NEW.seq)
    OR NEW.seq <= (SELECT value FROM meta WHERE key = 'last_seq')
BEGIN SELECT RAISE(ABORT, 'seq only goes up'); END;
CREATE TRIGGER events_one_ending BEFORE INSERT ON events
WHEN NEW.type IN ('job.finished', 'watch.removed') AND EXISTS(SELECT 1 FROM events
    WHERE watch = NEW.watch AND type IN ('job.finished', 'watch.removed'))
BEGIN SELECT RAISE(ABORT, 'a watch has one ending'); END;
CREATE TRIGGER events_floor AFTER DELETE ON events
BEGIN UPDATE meta SET value = OLD.seq WHERE key = 'last_seq' AND value < OLD.seq; END;
)sql";

result<std::int64_t> ask_number(sqlite_connection& connection, const char* sql)
{
    sqlite_statement statement(connection, sql);
    auto asked = statement.with({});
    const auto row = asked.next();
    if (!row)
        return row.error();
    return *row ? asked.integer(0) : 0;
}

// All of the steps, or nothing.
error_code run_together(sqlite_connection& connection, std::initializer_list<const char*> steps)
{
    auto ec = connection.run("BEGIN IMMEDIATE");
    for (const auto* step : steps)
        if (!ec)
            ec = connection.run(step);
    if (!ec)
        ec = connection.run("COMMIT");
    if (ec) [[maybe_unused]]
        const auto ignored = connection.run("ROLLBACK");
    return ec;
}

error_code create(sqlite_connection& connection)
{
    const auto log = make_log_id();
    if (log.empty())
        return {errno, boost::system::system_category()};
    const auto marks = fmt::format(
        "INSERT INTO meta VALUES('log', '{}'), ('log_mark', 0), ('last_seq', 0), ('last_number', 0), "
        "('in_use', 0);"
        "PRAGMA application_id = {}; PRAGMA user_version = {};",
        log, state_application_id, schema_version);
    return run_together(connection, {tables, appliance_tables, rules, marks.c_str()});
}

// Not damage: whoever put it there wants it kept where it is.
failure foreign_database(const std::string& what)
{
    return {
        {EMEDIUMTYPE, boost::system::system_category()},
        what + ": move it away, or set [paths] state to another directory"};
}

// What each version brought, from the first on.
constexpr std::array<migration, schema_version - 1> migrations{{
    {2, appliance_tables},
}};

} // namespace

error_code migrate(sqlite_connection& connection, int version, std::span<const migration> steps)
{
    for (const auto& step : steps)
    {
        if (step.to <= version)
            continue;
        const auto mark = fmt::format("PRAGMA user_version = {}", step.to);
        if (const auto ec = run_together(connection, {step.sql, mark.c_str()}))
            return ec;
    }
    return {};
}

// A random UUID (version 4).
std::string make_log_id()
{
    std::array<std::uint8_t, 16> bytes{};
    if (getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size()))
        return {};
    bytes[6] = static_cast<std::uint8_t>((bytes[6] & 0x0f) | 0x40);
    bytes[8] = static_cast<std::uint8_t>((bytes[8] & 0x3f) | 0x80);
    std::string text;
    for (std::size_t index = 0; index < bytes.size(); ++index)
    {
        if (index == 4 || index == 6 || index == 8 || index == 10)
            text += '-';
        text += fmt::format("{:02x}", bytes[index]);
    }
    return text;
}

explained<void> prepare_schema(sqlite_connection& connection, const std::string& path)
{
    const auto version = ask_number(connection, "PRAGMA user_version");
    if (!version)
        return database_failure(version.error(), path, "read");
    const auto owner = ask_number(connection, "PRAGMA application_id");
    const auto contents = ask_number(connection, "SELECT count(*) FROM sqlite_schema");
    if (!owner || !contents)
        return database_failure(owner ? contents.error() : owner.error(), path, "read");
    if (*version == 0 && *owner == 0 && *contents == 0)
    {
        if (const auto ec = create(connection))
            return database_failure(ec, path, "create the tables of");
        return {};
    }
    if (*owner != state_application_id)
        return foreign_database(fmt::format("{} is an SQLite database, but not one of jobwatchd's", path));
    if (*version > schema_version)
        return failure{
            make_error_code(errc::state_newer),
            fmt::format(
                "{} was written by a newer jobwatchd (schema {}, this one knows up to {}): install that "
                "version "
                "again, or put a copy from before it in place (jobwatchctl backup)",
                path, *version, schema_version)};
    if (*version < 1)
        return foreign_database(fmt::format("{} has the unknown schema {}", path, *version));
    if (const auto ec = migrate(connection, static_cast<int>(*version), migrations))
        return database_failure(ec, path, "bring to this version's schema");
    return {};
}

} // namespace jobwatch
