#include "io/state/state_check.hpp"

#include "io/state/schema.hpp"
#include "io/state/sqlite_statement.hpp"
#include "io/state/state_failure.hpp"

#include <boost/asio/post.hpp>
#include <fmt/format.h>

#include <chrono>

#include <sys/resource.h>
#include <sys/stat.h>

namespace jobwatch
{

namespace
{

using texts = std::vector<std::string>;

constexpr int background_niceness = 10;
constexpr std::chrono::milliseconds interrupt_pause{5};

// The first columns of the rows, with " in table N" where there are more (as foreign_key_check gives).
result<texts> ask_texts(sqlite_connection& connection, const std::string& sql)
{
    sqlite_statement statement(connection, sql);
    auto rows = statement.with({});
    texts found;
    while (true)
    {
        const auto row = rows.next();
        if (!row)
            return row.error();
        if (!*row)
            return found;
        found.emplace_back(rows.text(0));
    }
}

// SQLite's names are ours (schema.cpp) unless somebody added some: quoted all the same.
std::string quoted_name(const std::string& name)
{
    std::string quoted = "\"";
    for (const char c : name)
        quoted.append(c == '"' ? 2 : 1, c);
    return quoted + '"';
}

void keep_findings(const texts& answers, texts& to)
{
    for (const auto& one : answers)
        if (one != "ok")
            to.push_back(one);
}

// Damage that stops the looking itself is a finding like others.
error_code look(sqlite_connection& connection, const std::string& sql, texts& findings)
{
    const auto answers = ask_texts(connection, sql);
    if (answers)
        keep_findings(*answers, findings);
    else if (means_corrupt(answers.error()))
        findings.push_back(connection.last_error());
    else
        return answers.error();
    return {};
}

} // namespace

result<texts> quick_check(sqlite_connection& connection, const std::atomic<bool>& stop)
{
    texts findings;
    const auto tables = ask_texts(connection, "SELECT name FROM sqlite_schema WHERE type = 'table'");
    if (!tables && means_corrupt(tables.error()))
        return texts{connection.last_error()};
    if (!tables)
        return tables.error();
    for (const auto& table : *tables)
    {
        if (stop)
            return make_error_code(errc::stopping);
        if (const auto ec = look(connection, "PRAGMA quick_check(" + quoted_name(table) + ")", findings))
            return ec;
        if (findings.size() >= most_findings)
            break;
    }
    return findings;
}

explained<full_check> check_whole(const std::string& path)
{
    struct stat status
    {
    };
    if (stat(path.c_str(), &status) != 0)
        return file_failure(errno, path, "check");
    auto connection = sqlite_connection::open(path, sqlite_access::read_only);
    if (!connection)
        return database_failure(connection.error(), path, "check");
    texts findings;
    for (const auto* sql : {"PRAGMA integrity_check(100)", "PRAGMA foreign_key_check"})
        if (const auto ec = look(*connection, sql, findings))
            return database_failure(ec, path, "check");
    if (!findings.empty())
        return full_check{false, std::move(findings)};
    const auto ours = ask_texts(*connection, "PRAGMA application_id");
    if (!ours || *ours != texts{std::to_string(state_application_id)})
        return full_check{false, {"it is an SQLite database, but not one of jobwatchd's"}};
    const auto about = ask_texts(
        *connection,
        "SELECT 'log ' || (SELECT value FROM meta WHERE key = 'log') || ', '"
        " || (SELECT count(*) FROM watches WHERE outcome IS NULL) || ' open watches, '"
        " || (SELECT count(*) FROM watches WHERE outcome IS NOT NULL) || ' ended, events '"
        " || ifnull((SELECT min(seq) || ' to ' || max(seq) FROM events), 'none')");
    if (!about)
        return database_failure(about.error(), path, "read");
    return full_check{true, *about};
}

background_check::background_check(
    boost::asio::any_io_executor executor, sqlite_connection connection, std::string path, listener told) :
    executor_(std::move(executor)),
    connection_(std::move(connection)),
    path_(std::move(path)),
    told_(std::make_shared<listener>(std::move(told))),
    thread_([this] { run(); })
{
}

// An interruption that comes between two statements is lost: hence again and again.
background_check::~background_check()
{
    *told_ = nullptr;
    stopping_ = true;
    {
        std::unique_lock lock(mutex_);
        while (!ended_)
        {
            connection_.interrupt();
            news_.wait_for(lock, interrupt_pause);
        }
    }
    thread_.join();
}

void background_check::run()
{
    setpriority(PRIO_PROCESS, 0, background_niceness); // of this thread alone, under Linux
    const auto damage = find_damage();
    if (!stopping_)
        boost::asio::post(
            executor_,
            [told = told_, damage]
            {
                if (*told)
                    (*told)(damage);
            });
    const std::lock_guard lock(mutex_);
    ended_ = true;
    news_.notify_one();
}

std::string background_check::find_damage()
{
    const auto findings = quick_check(connection_, stopping_);
    if (!findings)
        return fmt::format("{} cannot be checked: {}", path_, findings.error().message());
    if (findings->empty())
        return {};
    return fmt::format(
        "{} is damaged: {} ({} findings); stop jobwatchd, see them all with jobwatchd --check-state, and "
        "move {}* "
        "to another directory: the next start makes it again from events.jsonl",
        path_, findings->front(), findings->size(), path_);
}

} // namespace jobwatch
