// Damage that no ordinary read has met yet, and whether the last end was in order.
#include "io/state/state_check.hpp"
#include "state_fixture.hpp"

#include <filesystem>

using namespace jobwatch;
using test::a_watch;
using test::content;

namespace
{

struct checked_state : test::state_fixture
{
    std::string path() const { return state_database_path(state()); }

    void fill(int jobs)
    {
        std::vector<new_watch> batch;
        for (int index = 0; index < jobs; ++index)
        {
            batch.push_back(a_watch("job-" + std::to_string(index)));
            batch.back().labels = {{"change", std::string(200, 'x')}};
        }
        REQUIRE(run(store->submit(std::move(batch))).has_value());
        close();
    }

    // Spoils one of the events' leaves, neither the first nor the last: those a start reads.
    void spoil()
    {
        const auto page = ask("SELECT pageno FROM dbstat WHERE name = 'events' AND pagetype = 'leaf' ORDER "
                              "BY pageno LIMIT 1 OFFSET 1");
        std::fstream file(path(), std::ios::binary | std::ios::in | std::ios::out);
        file.seekp((page - 1) * 4096);
        file << std::string(4096, '\xee');
        REQUIRE(file.good());
    }

    // What a check says that runs until it has something to say.
    std::string background_finding()
    {
        auto connection = open_state_reader(state());
        REQUIRE(connection.has_value());
        std::optional<std::string> said;
        background_check check(
            context.get_executor(), std::move(*connection), path(),
            [&](const std::string& damage) { said = damage; });
        const auto limit = std::chrono::steady_clock::now() + test::patience;
        while (!said && std::chrono::steady_clock::now() < limit)
        {
            context.restart();
            context.poll();
        }
        REQUIRE(said);
        return *said;
    }
};

} // namespace

TEST_CASE_FIXTURE(checked_state, "an end in order is remembered, and so is one that was not")
{
    CHECK(store->was_left_in_order()); // a new one
    submit(a_watch("job-1"));
    reopen();
    CHECK(store->was_left_in_order());
    CHECK(ask("SELECT value FROM meta WHERE key = 'in_use'") == 1);
    std::filesystem::copy(state(), directory.file("killed")); // as a kill now would leave it
    close();
    CHECK(ask("SELECT value FROM meta WHERE key = 'in_use'") == 0);
    std::filesystem::remove_all(state());
    std::filesystem::rename(directory.file("killed"), state());
    open();
    CHECK_FALSE(store->was_left_in_order());
    reopen();
    CHECK(store->was_left_in_order());
    close();
    REQUIRE_FALSE(sql("DELETE FROM meta WHERE key = 'in_use'")); // an earlier version left none
    open();
    CHECK_FALSE(store->was_left_in_order());
}

TEST_CASE_FIXTURE(checked_state, "a sound database is found sound, in the background and as a whole")
{
    fill(500);
    CHECK(background_finding().empty());
    const auto whole = check_whole(path());
    REQUIRE(whole.has_value());
    CHECK(whole->sound);
    REQUIRE(whole->lines.size() == 1);
    CHECK(whole->lines[0].find("500 open watches, 0 ended, events 1 to 500") != std::string::npos);
}

TEST_CASE_FIXTURE(checked_state, "a spoiled page that a start does not read is found, and nothing is changed")
{
    fill(500);
    spoil();
    open(); // no first read meets it
    close();
    const auto before = content(path());
    const auto finding = background_finding();
    CHECK(finding.find(path() + " is damaged: ") == 0);
    CHECK(finding.find("jobwatchd --check-state") != std::string::npos);
    const auto whole = check_whole(path());
    REQUIRE(whole.has_value());
    CHECK_FALSE(whole->sound);
    CHECK_FALSE(whole->lines.empty());
    CHECK((content(path()) == before));
}

TEST_CASE_FIXTURE(checked_state, "a watch that the index of open ones has lost is found by the full check")
{
    submit(a_watch("job-1"));
    close();
    REQUIRE_FALSE(
        sql("PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = replace(sql, 'outcome IS NULL', "
            "'number < 0') WHERE name = 'watches_open'; PRAGMA writable_schema = RESET;"));
    REQUIRE_FALSE(sql("REINDEX watches_open"));
    REQUIRE_FALSE(
        sql("PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = replace(sql, 'number < 0', "
            "'outcome IS NULL') WHERE name = 'watches_open'; PRAGMA writable_schema = RESET;"));
    const auto whole = check_whole(path());
    REQUIRE(whole.has_value());
    REQUIRE_FALSE(whole->sound);
    CHECK(whole->lines[0].find("missing from index watches_open") != std::string::npos);
}

TEST_CASE_FIXTURE(checked_state, "what is no database, or none of ours, or not there, is told")
{
    CHECK(check_whole(directory.file("nowhere")).error().text.find("No such file") != std::string::npos);
    test::write_file(directory.file("garbage"), std::string(8192, 'x'));
    const auto garbage = check_whole(directory.file("garbage"));
    CHECK((garbage.has_value() && !garbage->sound));
    test::write_file(directory.file("other"), "");
    {
        auto other = sqlite_connection::open(directory.file("other"), sqlite_access::read_write);
        REQUIRE_FALSE(other->run("CREATE TABLE theirs(a)"));
    }
    const auto other = check_whole(directory.file("other"));
    REQUIRE(other.has_value());
    CHECK_FALSE(other->sound);
}

TEST_CASE_FIXTURE(checked_state, "a check that is no longer wanted ends at once and tells nobody")
{
    fill(5'000);
    auto connection = open_state_reader(state());
    REQUIRE(connection.has_value());
    bool told = false;
    {
        const background_check check(
            context.get_executor(), std::move(*connection), path(), [&](const std::string&) { told = true; });
    }
    context.restart();
    context.poll();
    CHECK_FALSE(told);
}
