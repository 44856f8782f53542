// state.db damaged, gone, restored from a copy, or in the way of a start: what the daemon makes of it, and says.
#include "support/daemon_process.hpp"
#include "support/state_reader.hpp"

#include <doctest/doctest.h>
#include <sqlite3.h>

#include <fstream>

#include <sys/stat.h>
#include <unistd.h>

using namespace jobwatch::test;
using boost::json::array;
using boost::json::object;

namespace
{

namespace fs = std::filesystem;

// Jobs of which some end at once and some much later.
struct state_story
{
    simulator_process simulator{
        {"--make-jobs", "20", "--fates", "short=3,endless=1", "--short", "100ms..300ms"}};
    daemon_process daemon{watching(simulator, "requests_per_second = 500\n")};

    std::size_t endless() const // of the simulator's jobs
    {
        std::size_t count = 0;
        for (const auto& fate : simulator.fates())
            count += fate.at("outcome") == "open" ? 1 : 0;
        return count;
    }
    std::string log_id()
    {
        return std::string(unix_client(daemon.control()).result("version").at("log").as_string());
    }
    object submit(const std::string& id)
    {
        const auto answer = unix_client(daemon.control()).result("submit", {{"jobs", array{id.c_str()}}});
        return answer.at("jobs").at(0).as_object();
    }
    void submit_all()
    {
        for (const auto& id : simulator.ids())
            submit(id);
    }
    std::vector<std::string> set_aside() const
    {
        std::vector<std::string> names;
        for (const auto& entry : fs::directory_iterator(daemon.file("state")))
            if (const auto name = entry.path().filename().string(); name.starts_with("state.db.damaged-"))
                names.push_back(name);
        return names;
    }
    long long open_watches() const
    {
        return state_reader(daemon.state_file()).number("SELECT count(*) FROM watches WHERE outcome IS NULL");
    }

    // jobwatchd --check-state: its exit code and what it says.
    std::pair<int, std::string> check_state() const
    {
        child_process check(child_wish{
            {JOBWATCHD_PROGRAM, "--config", daemon.file("jobwatchd.toml"), "--check-state"},
            daemon.file("check.output"),
            {}});
        const auto ended = check.wait();
        REQUIRE(ended);
        return {ended->exit_code, check.output()};
    }

    // What jobwatchctl says, on either of its outputs.
    std::string ctl(std::vector<std::string> words) const
    {
        words.insert(words.begin(), JOBWATCHCTL_PROGRAM);
        words.insert(words.end(), {"--socket", daemon.control()});
        child_process asked(child_wish{words, daemon.file("ctl.output"), {}});
        REQUIRE(asked.wait());
        return asked.output();
    }

    // In events.jsonl no number is missing or given twice, and no watch has two endings.
    void check_events() const
    {
        std::int64_t seq = 0;
        std::map<std::string, int> endings;
        for (const auto& event : daemon.logged())
        {
            CHECK(event.at("seq") == ++seq);
            if (event.at("event") == "job.finished" || event.at("event") == "watch.removed")
                ++endings[boost::json::serialize(event.at("watch"))];
        }
        for (const auto& one : endings)
            CHECK_MESSAGE(one.second == 1, one.first);
    }
};

// A second process of ours that keeps the file locked while it lives.
class database_lock
{
public:
    explicit database_lock(const std::string& path)
    {
        REQUIRE(sqlite3_open(path.c_str(), &database_) == SQLITE_OK);
        REQUIRE(
            sqlite3_exec(
                database_, "PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; CREATE TABLE t(a)", nullptr,
                nullptr, nullptr)
            == SQLITE_OK);
    }
    ~database_lock() { sqlite3_close(database_); }
    database_lock(const database_lock&) = delete;

private:
    sqlite3* database_ = nullptr;
};

struct refused_state : state_story
{
    refused_state()
    {
        daemon.start();
        submit(simulator.ids().front());
        REQUIRE(daemon.stop().exit_code == 0);
        before_ = file_text(daemon.state_file());
    }

    void check_refused(const std::vector<std::string>& words)
    {
        daemon.begin();
        const auto ended = daemon.ends();
        CAPTURE(daemon.output());
        CHECK(ended.exit_code == 1);
        for (const auto& word : words)
            CHECK_MESSAGE(daemon.output().find(word) != std::string::npos, word);
        CHECK(set_aside().empty());
    }
    void check_untouched() const { CHECK((file_text(daemon.state_file()) == before_)); }

private:
    std::string before_;
};

} // namespace

TEST_CASE_FIXTURE(state_story, "a damaged database is set aside, and every acknowledged job still ends once")
{
    daemon.start();
    submit_all();
    REQUIRE(daemon.comes_to_events("job.finished", 5));
    const auto log = log_id();
    SUBCASE("found damaged after an orderly end")
    {
        REQUIRE(daemon.stop().exit_code == 0);
        write_text(daemon.state_file(), std::string(20'000, 'x'));
    }
    SUBCASE("found cut in half")
    {
        REQUIRE(daemon.stop().exit_code == 0);
        fs::resize_file(daemon.state_file(), fs::file_size(daemon.state_file()) / 2);
    }
    SUBCASE("found empty after a kill")
    {
        daemon.kill();
        fs::resize_file(daemon.state_file(), 0);
    }
    const auto before = daemon.logged().size();
    const auto head = daemon.logged().back().at("seq").as_int64();
    daemon.start();
    REQUIRE(daemon.comes_to_events("state.replaced"));
    CHECK_FALSE(set_aside().empty());
    const auto said = daemon.logged("state.replaced").front();
    CHECK(said.at("seq") == head + 1);
    CHECK(
        said.at("reason").as_string().find("watches were rebuilt from " + daemon.file("logs"))
        != std::string::npos);
    CHECK(daemon.comes_to_log("what was there is kept as " + daemon.state_file() + ".damaged-"));
    CHECK(log_id() != log);
    unix_client reader(daemon.events());
    reader.send("after " + log + " " + std::to_string(head) + "\n");
    CHECK(reader.line()->find("foreign log") != std::string::npos);
    for (const auto& id : simulator.ids()) // acknowledged already: nothing is watched twice
        CHECK(submit(id).at("already") == true);
    CHECK(daemon.comes_to_events("job.finished", 20 - endless())); // all but the endless ones
    CHECK(open_watches() == static_cast<long long>(endless()));
    CHECK(daemon.logged().size() > before);
    CHECK(daemon.stop().exit_code == 0);
    check_events();
}

TEST_CASE_FIXTURE(
    state_story, "a database restored from a copy goes on without losing or telling anything twice")
{
    daemon.start();
    const auto ids = simulator.ids();
    for (std::size_t index = 0; index < 5; ++index)
        submit(ids[index]);
    fs::create_directory(daemon.file("copies"));
    const auto copy = daemon.file("copies/state.db");
    CHECK(ctl({"backup", copy}).find(copy + ": ") == 0);
    CHECK(ctl({"backup", copy}).find("File exists") != std::string::npos);
    CHECK(
        ctl({"backup", daemon.file("state/mine.db")}).find("the daemon's own directory")
        != std::string::npos);
    const auto log = log_id();
    submit_all();
    REQUIRE(daemon.comes_to_events("job.finished", 20 - endless()));
    REQUIRE(daemon.stop().exit_code == 0);
    fs::copy_file(copy, daemon.state_file(), fs::copy_options::overwrite_existing);
    daemon.start();
    REQUIRE(daemon.comes_to_events("state.replaced"));
    CHECK(daemon.comes_to_log("it was restored from a copy"));
    CHECK(log_id() != log);
    CHECK(set_aside().empty());
    for (const auto& id : ids)
        CHECK(submit(id).at("already") == true);
    CHECK(open_watches() == static_cast<long long>(endless()));
    CHECK(daemon.stop().exit_code == 0);
    check_events();
    CHECK(daemon.logged("job.finished").size() == 20 - endless());
}

TEST_CASE_FIXTURE(
    state_story, "damage that only a check finds is told loudly after a kill, and the jobs are watched on")
{
    daemon.start();
    submit_all();
    REQUIRE(daemon.comes_to_events("job.finished", 20 - endless()));
    CHECK(daemon.stop().exit_code == 0);
    CHECK(daemon.log_text().find("left in order") == std::string::npos);
    daemon.start();
    daemon.kill();
    daemon.start();
    CHECK(daemon.comes_to_log("was not left in order: it is checked now"));
    CHECK(daemon.comes_to_log(daemon.state_file() + " is sound"));
    CHECK(daemon.stop().exit_code == 0);
    const auto sound = check_state();
    CHECK(sound.first == 0);
    CHECK(sound.second.find(": sound; log ") != std::string::npos);

    {
        sqlite3* database = nullptr; // as a kill would leave it
        REQUIRE(sqlite3_open(daemon.state_file().c_str(), &database) == SQLITE_OK);
        sqlite3_exec(database, "UPDATE meta SET value = 1 WHERE key = 'in_use'", nullptr, nullptr, nullptr);
        sqlite3_close(database);
    }
    // A page of events that no start reads: it is neither the first nor the last.
    auto bytes = file_text(daemon.state_file());
    const auto middle = "{\"seq\":" + std::to_string(daemon.logged().size() / 2) + ",";
    REQUIRE(bytes.find(middle) != std::string::npos);
    bytes.replace(bytes.find(middle) / 4096 * 4096, 64, std::string(64, '\xee'));
    write_text(daemon.state_file(), bytes);
    const auto damaged = check_state();
    CHECK(damaged.first == 1);
    CHECK(damaged.second.find(": DAMAGED") != std::string::npos);
    daemon.start();
    REQUIRE(daemon.comes_to_events("daemon.degraded"));
    CHECK(daemon.comes_to_log("error   " + daemon.state_file() + " is damaged"));
    CHECK(submit(simulator.ids().front()).at("already") == true);
    CHECK(open_watches() == static_cast<long long>(endless()));
    CHECK(set_aside().empty());
    CHECK(daemon.stop().exit_code == 0);
    check_events();
}

TEST_CASE_FIXTURE(refused_state, "a database of a newer version is left alone, and the start says what to do")
{
    sqlite3* database = nullptr;
    REQUIRE(sqlite3_open(daemon.state_file().c_str(), &database) == SQLITE_OK);
    sqlite3_exec(database, "PRAGMA user_version = 99", nullptr, nullptr, nullptr);
    sqlite3_close(database);
    check_refused({daemon.state_file(), "newer jobwatchd (schema 99", "install that version again"});
}

TEST_CASE_FIXTURE(refused_state, "a database that another program holds is refused as locked")
{
    {
        const database_lock held(daemon.state_file());
        check_refused({daemon.state_file(), "database is locked", "end that program"});
    }
    daemon.start();
    CHECK(open_watches() + static_cast<long long>(daemon.logged("job.finished").size()) == 1);
}

TEST_CASE_FIXTURE(refused_state, "a directory or a link in the database's place is told for what it is")
{
    fs::rename(daemon.state_file(), daemon.file("kept.db"));
    fs::create_directory(daemon.state_file());
    check_refused({daemon.state_file(), "Is a directory", "move away what is in its place"});
    fs::remove(daemon.state_file());
    fs::create_symlink(daemon.file("kept.db"), daemon.state_file());
    check_refused({daemon.state_file(), "symbolic links", "move away what is in its place"});
}

TEST_CASE_FIXTURE(refused_state, "a database of another user is refused with both users' numbers")
{
    if (geteuid() != 0)
    {
        MESSAGE("skipped: only root can give a file away");
        return;
    }
    REQUIRE(chown(daemon.state_file().c_str(), 4711, 4711) == 0);
    REQUIRE(chmod(daemon.state_file().c_str(), 0600) == 0);
    daemon.wrapper = {"/usr/bin/setpriv", "--bounding-set=-dac_override,-dac_read_search", "--"};
    check_refused(
        {daemon.state_file(), "Permission denied", "belongs to uid 4711 and jobwatchd runs as uid 0",
         "chown"});
    check_untouched();
}

TEST_CASE_FIXTURE(
    refused_state, "a state on a read-only file system is refused with the system's word for it")
{
    const auto state = daemon.file("state");
    const std::vector<std::string> read_only{
        "/usr/bin/unshare",
        "--mount",
        "--",
        "/bin/sh",
        "-c",
        "mount --bind '" + state + "' '" + state + "' && mount -o remount,bind,ro '" + state
            + "' && exec \"$@\"",
        "sh"};
    auto trial = read_only;
    trial.emplace_back("/bin/true");
    child_process tried(child_wish{trial, daemon.file("trial"), {}});
    const auto ended = tried.wait();
    if (!ended || ended->exit_code != 0)
    {
        MESSAGE("skipped: no mount of its own is allowed here: " << tried.output());
        return;
    }
    daemon.wrapper = read_only;
    check_refused({state, "Read-only file system", "mount it writable"});
    check_untouched();
}
