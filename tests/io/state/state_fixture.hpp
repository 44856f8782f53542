// A store in a temporary directory, driven from one io_context, and the values that tests hand it.
#pragma once

#include "engine/ports/diagnostics.hpp"
#include "io/state/sqlite_statement.hpp"
#include "io/state/sqlite_watch_store.hpp"
#include "io/state/state_database.hpp"
#include "support/run_coroutine.hpp"
#include "support/temporary_directory.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace jobwatch::test
{

class recorded_diagnostics final : public diagnostics
{
public:
    struct entry
    {
        log_level level;
        std::string line;
    };

    void say(log_level level, std::string_view line) override
    {
        entries.push_back({level, std::string(line)});
    }

    bool said(log_level level, std::string_view part) const
    {
        for (const auto& one : entries)
            if (one.level == level && one.line.find(part) != std::string::npos)
                return true;
        return false;
    }

    std::vector<entry> entries;
};

inline job_id job(const std::string& text)
{
    return parse_job_id(text).value();
}

inline new_watch a_watch(const std::string& id)
{
    new_watch asked{
        job(id),
        "prod",
        "google/update-all-versions",
        wall_time(std::chrono::seconds(1'700'000'000)),
        milliseconds(7'200'000),
        std::nullopt,
        {},
        submitter{1000, 4711},
        false};
    return asked;
}

inline watch_update an_update(watch_number number)
{
    watch_update news;
    news.number = number;
    news.time = wall_time(std::chrono::seconds(1'700'000'100));
    news.polls = 3;
    news.seen = true;
    return news;
}

inline watch_update an_ending(watch_number number, outcome how = outcome::succeeded)
{
    auto news = an_update(number);
    news.ended = how;
    return news;
}

inline event an_event(event_type type)
{
    event happened;
    happened.type = type;
    happened.time = wall_time(std::chrono::seconds(1'700'000'000));
    return happened;
}

inline std::string content(const std::string& path)
{
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

inline void write_file(const std::string& path, const std::string& text)
{
    std::ofstream(path, std::ios::binary | std::ios::trunc) << text;
}

struct state_fixture
{
    temporary_directory directory;
    boost::asio::io_context context;
    recorded_diagnostics out;
    std::unique_ptr<sqlite_watch_store> store;

    state_fixture() { open(); }
    ~state_fixture() { close(); }

    std::string state() const { return directory.file("state"); }

    // Without event files to rebuild from, unless a test says where they are.
    store_settings settings() const
    {
        return {state(), history, {milliseconds(3'600'000), std::nullopt}, retain};
    }
    std::string history;
    time_limit retain; // never: all is kept

    void open()
    {
        auto opened = open_watch_store(context.get_executor(), settings(), out);
        REQUIRE_MESSAGE(opened.has_value(), (opened ? std::string() : opened.error().text));
        store = std::move(*opened);
    }

    void close()
    {
        store.reset();
        context.restart();
        context.poll();
    }

    void reopen()
    {
        close();
        open();
    }

    template <class T>
    T run(boost::asio::awaitable<T> work)
    {
        return run_coroutine(context, std::move(work));
    }

    stored_watch submit(const new_watch& asked) { return run(store->submit({asked})).value().front(); }
    void end(watch_number number, outcome how = outcome::succeeded)
    {
        REQUIRE(run(store->update(an_ending(number, how))).has_value());
    }
    std::vector<shared_event> events() { return run(store->events_after(0, 1'000'000, 1 << 30)).value(); }

    // On a connection of one's own, as an administrator with sqlite3 would.
    error_code sql(const std::string& text) const
    {
        auto connection = sqlite_connection::open(state_database_path(state()), sqlite_access::read_write);
        return connection->run(text.c_str());
    }
    std::int64_t ask(const std::string& text) const
    {
        auto connection = sqlite_connection::open(state_database_path(state()), sqlite_access::read_write);
        sqlite_statement statement(*connection, text);
        auto rows = statement.with({});
        return rows.next().value() ? rows.integer(0) : -1;
    }
};

// The numbers of the events in lines of events.jsonl; fails the test for what is no event's line.
inline std::vector<event_seq> seqs_in(const std::string& lines)
{
    std::vector<event_seq> found;
    std::istringstream text(lines);
    for (std::string line; std::getline(text, line);)
    {
        REQUIRE(line.starts_with("{\"seq\":"));
        REQUIRE(line.ends_with('}'));
        found.push_back(std::stoull(line.substr(7)));
    }
    CHECK((lines.empty() || lines.ends_with('\n')));
    return found;
}

} // namespace jobwatch::test
