// Copies of the state, made while it is written to; where they may be put; and that they can be started from.
#include "io/state/backup_writer.hpp"
#include "io/state/state_check.hpp"
#include "state_fixture.hpp"

#include <filesystem>

#include <sys/stat.h>

using namespace jobwatch;
using test::a_watch;
using test::content;

namespace
{

namespace fs = std::filesystem;

struct backup_fixture : test::state_fixture
{
    backup_fixture() { fs::create_directory(directory.file("copies")); }

    std::string copy() const { return directory.file("copies/state.db"); }
    std::vector<std::string> copies() const
    {
        std::vector<std::string> names;
        for (const auto& entry : fs::directory_iterator(directory.file("copies")))
            names.push_back(entry.path().filename().string());
        return names;
    }
    void fill(int from, int jobs)
    {
        std::vector<new_watch> batch;
        for (int index = 0; index < jobs; ++index)
            batch.push_back(a_watch("job-" + std::to_string(from + index)));
        REQUIRE(run(store->submit(std::move(batch))).has_value());
    }
    state_backup::outcome make(const std::string& file) { return run(writer.write(file)); }
    std::string refusal(const std::string& file)
    {
        const auto made = make(file);
        REQUIRE(made.failed.code);
        CHECK(made.failed.text.find(file) != std::string::npos);
        return made.failed.text;
    }

    backup_writer writer{context.get_executor(), state(), {state(), directory.file("logs")}};
};

} // namespace

TEST_CASE_FIXTURE(
    backup_fixture, "a copy is whole, one file, for its owner alone, and a store can start from it")
{
    fill(0, 2'000);
    end(7);
    const auto made = make(copy());
    REQUIRE_MESSAGE(!made.failed.code, made.failed.text);
    CHECK(made.made.head == 2'001);
    CHECK(made.made.log == store->log_id());
    CHECK(made.made.bytes == fs::file_size(copy()));
    CHECK(copies() == std::vector<std::string>{"state.db"});
    struct stat status
    {
    };
    REQUIRE(stat(copy().c_str(), &status) == 0);
    CHECK((status.st_mode & 07777) == 0600);
    CHECK(check_whole(copy())->sound);
    CHECK(copies().size() == 1); // looking at it left nothing beside it

    fill(2'000, 1);
    close();
    for (const auto* name : {"/state.db-wal", "/state.db-shm"})
        fs::remove(state() + name);
    fs::copy_file(copy(), state() + "/state.db", fs::copy_options::overwrite_existing);
    open();
    CHECK(store->head() == 2'001);
    CHECK(run(store->open_watches(0, 5'000)).value().size() == 1'999);
    CHECK_FALSE(store->was_left_in_order()); // so that a restored copy is checked
}

TEST_CASE_FIXTURE(backup_fixture, "commits go on while a copy is made, and it is one moment's state")
{
    fill(0, 20'000); // many steps
    std::optional<state_backup::outcome> made;
    boost::asio::co_spawn(
        context, writer.write(copy()),
        [&](std::exception_ptr, state_backup::outcome given) { made = given; });
    int committed = 0;
    for (; !made && committed < 10'000; ++committed)
        fill(20'000 + committed, 1);
    REQUIRE(made);
    REQUIRE_MESSAGE(!made->failed.code, made->failed.text);
    CHECK(committed > 1);
    CHECK(check_whole(copy())->sound);
    auto connection = sqlite_connection::open(copy(), sqlite_access::read_only);
    sqlite_statement statement(
        *connection,
        "SELECT (SELECT count(*) FROM watches), (SELECT count(*) FROM events), (SELECT max(seq) FROM "
        "events)");
    auto row = statement.with({});
    REQUIRE(row.next().value());
    CHECK(row.integer(0) == row.integer(1));
    CHECK(row.integer(1) == row.integer(2));
    CHECK(static_cast<event_seq>(row.integer(2)) == made->made.head);
}

TEST_CASE_FIXTURE(
    backup_fixture, "nothing is written over another file, nor into the daemon's own directories")
{
    fill(0, 10);
    test::write_file(copy(), "precious");
    CHECK(refusal(copy()).find("File exists") != std::string::npos);
    CHECK(content(copy()) == "precious");

    fs::create_symlink(directory.file("copies/elsewhere"), directory.file("copies/link"));
    CHECK(refusal(directory.file("copies/link")).find("File exists") != std::string::npos);
    CHECK_FALSE(fs::exists(directory.file("copies/elsewhere")));

    test::write_file(directory.file("copies/new.unfinished"), "of another copy");
    CHECK(make(directory.file("copies/new")).failed.text.find("File exists") != std::string::npos);
    CHECK(content(directory.file("copies/new.unfinished")) == "of another copy");

    CHECK(
        refusal(state() + "/state.db.replacement-1").find("the daemon's own directory") != std::string::npos);
    fs::create_directory_symlink(state(), directory.file("copies/way"));
    CHECK(refusal(directory.file("copies/way/new")).find("the daemon's own directory") != std::string::npos);
    CHECK_FALSE(fs::exists(state() + "/new"));
    CHECK(make("/nowhere/at/all").failed.text.find("No such file") != std::string::npos);
    CHECK(make(copy() + "/below").failed.text.find("Not a directory") != std::string::npos);
    CHECK(make(directory.file("copies/..")).failed.text.find("Invalid argument") != std::string::npos);
}

TEST_CASE_FIXTURE(backup_fixture, "one copy at a time; a stop ends it and leaves no file")
{
    fill(0, 20'000);
    std::optional<state_backup::outcome> first;
    std::optional<state_backup::outcome> second;
    boost::asio::co_spawn(
        context, writer.write(copy()),
        [&](std::exception_ptr, state_backup::outcome given) { first = given; });
    boost::asio::co_spawn(
        context, writer.write(copy()),
        [&](std::exception_ptr, state_backup::outcome given) { second = given; });
    writer.stop();
    context.restart();
    context.run_for(test::patience);
    REQUIRE(first);
    REQUIRE(second);
    CHECK(second->failed.text.find("one at a time") != std::string::npos);
    // It may have been done before it was to stop.
    CHECK((first->failed.code == errc::stopping || !first->failed.code));
    CHECK(copies().size() == (first->failed.code ? 0 : 1));
}
