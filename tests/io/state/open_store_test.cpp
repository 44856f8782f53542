#include "state_fixture.hpp"

#include <filesystem>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace jobwatch;
using test::a_watch;
using test::state_fixture;

namespace
{

failure open_failure(const std::string& directory)
{
    boost::asio::io_context context;
    test::recorded_diagnostics out;
    const auto opened = open_watch_store(context.get_executor(), {directory, {}, {}}, out);
    REQUIRE(opened.has_error());
    INFO(opened.error().text);
    CHECK(opened.error().text.find(directory) != std::string::npos); // whatever it is, it says where
    return opened.error();
}

// Root may everything; what permissions forbid shows only as somebody else.
class as_nobody
{
public:
    as_nobody() : was_(geteuid())
    {
        if (was_ == 0)
            REQUIRE(seteuid(65534) == 0);
    }
    ~as_nobody()
    {
        if (was_ == 0 && seteuid(0) != 0)
            std::abort();
    }

private:
    uid_t was_;
};

unsigned mode_of(const std::string& path)
{
    struct stat status
    {
    };
    REQUIRE(stat(path.c_str(), &status) == 0);
    return status.st_mode & 0777;
}

} // namespace

TEST_CASE_FIXTURE(state_fixture, "a new state is made for its owner alone")
{
    submit(a_watch("job-1"));
    CHECK(mode_of(state()) == 0700);
    CHECK(mode_of(state() + "/state.db") == 0600);
    CHECK(mode_of(state() + "/state.db-wal") == 0600);
    CHECK(mode_of(state() + "/lock") == 0600);
}

TEST_CASE_FIXTURE(state_fixture, "a new state is empty, has an id of its own and keeps it")
{
    CHECK(store->head() == 0);
    CHECK(store->oldest() == 1);
    CHECK(store->watches_ended() == 0);
    CHECK(is_uuid(store->log_id()));
    const auto log = store->log_id();
    reopen();
    CHECK(store->log_id() == log);
    const state_fixture other;
    CHECK(other.store->log_id() != log);
}

TEST_CASE_FIXTURE(state_fixture, "commits are synced: WAL and FULL, not faster and weaker")
{
    auto writer = open_state_writer(state());
    REQUIRE(writer.has_value());
    sqlite_statement journal(*writer, "PRAGMA journal_mode");
    auto mode = journal.with({});
    REQUIRE(mode.next().value());
    CHECK(mode.text(0) == "wal");
    sqlite_statement synchronous(*writer, "PRAGMA synchronous");
    auto level = synchronous.with({});
    REQUIRE(level.next().value());
    CHECK(level.integer(0) == 2);
}

TEST_CASE_FIXTURE(state_fixture, "a second daemon on the same state is refused with the first one's pid")
{
    const auto refused = open_failure(state());
    CHECK(refused.code == errc::state_locked);
    CHECK(refused.text.find("pid " + std::to_string(getpid())) != std::string::npos);
}

TEST_CASE("a state directory that is a file is named so")
{
    const test::temporary_directory directory;
    test::write_file(directory.file("state"), "not a directory");
    CHECK(open_failure(directory.file("state")).text.find("Not a directory") != std::string::npos);
}

TEST_CASE("a state directory whose parent is missing is not made by guesswork")
{
    const test::temporary_directory directory;
    CHECK(open_failure(directory.file("a/b")).text.find("No such file") != std::string::npos);
}

TEST_CASE("a state directory that cannot be written is refused with the system's word for it")
{
    const test::temporary_directory directory;
    std::filesystem::create_directory(directory.file("state"));
    REQUIRE(chmod(directory.path().c_str(), 0755) == 0);
    REQUIRE(chmod(directory.file("state").c_str(), 0555) == 0);
    const as_nobody other;
    CHECK(open_failure(directory.file("state")).text.find("Permission denied") != std::string::npos);
}

TEST_CASE("a database of another user is refused with the system's word for it")
{
    const test::temporary_directory directory;
    std::filesystem::create_directory(directory.file("state"));
    test::write_file(directory.file("state/state.db"), "");
    REQUIRE(chmod(directory.path().c_str(), 0755) == 0);
    REQUIRE(chmod(directory.file("state").c_str(), 0777) == 0);
    REQUIRE(chmod(directory.file("state/state.db").c_str(), 0400) == 0);
    const as_nobody other;
    CHECK(open_failure(directory.file("state")).text.find("Permission denied") != std::string::npos);
}

TEST_CASE_FIXTURE(state_fixture, "a database of a newer version is left alone and named so")
{
    close();
    REQUIRE_FALSE(sql("PRAGMA user_version = 3"));
    const auto refused = open_failure(state());
    CHECK(refused.code == errc::state_newer);
    CHECK(refused.text.find("schema 3") != std::string::npos);
    CHECK(ask("PRAGMA user_version") == 3);
    REQUIRE_FALSE(sql("PRAGMA user_version = 2"));
}

TEST_CASE("a database of another program is left alone and named so")
{
    const test::temporary_directory directory;
    std::filesystem::create_directory(directory.file("state"));
    test::write_file(directory.file("state/state.db"), "");
    {
        auto other = sqlite_connection::open(directory.file("state/state.db"), sqlite_access::read_write);
        REQUIRE_FALSE(other->run("CREATE TABLE theirs(a)"));
    }
    CHECK(open_failure(directory.file("state")).text.find("not one of jobwatchd's") != std::string::npos);
}

TEST_CASE_FIXTURE(state_fixture, "a database that somebody holds locked is refused as busy, not as damaged")
{
    submit(a_watch("job-1"));
    close();
    auto other = sqlite_connection::open(state() + "/state.db", sqlite_access::read_write);
    REQUIRE_FALSE(other->run("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; CREATE TABLE t(a)"));
    const auto refused = open_failure(state());
    CHECK(refused.code != errc::state_corrupt);
    CHECK(refused.text.find("locked") != std::string::npos);
}

TEST_CASE_FIXTURE(state_fixture, "after a refused start the directory is free again")
{
    close();
    REQUIRE_FALSE(sql("PRAGMA user_version = 3"));
    CHECK(open_failure(state()).code == errc::state_newer);
    REQUIRE_FALSE(sql("PRAGMA user_version = 2"));
    open();
    CHECK(submit(a_watch("job-1")).number == 1);
}
