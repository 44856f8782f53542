// A run's folder, written by hand, and what is read from it.
#include "checker/read_history.hpp"
#include "support/gzip_text.hpp"
#include "support/temporary_directory.hpp"

#include <doctest/doctest.h>
#include <sqlite3.h>

#include <fstream>
#include <stdexcept>

using namespace jobwatch::crash;
using jobwatch::test::gzip_text;
using jobwatch::test::temporary_directory;

namespace
{

void write(const std::string& path, const std::string& text)
{
    std::filesystem::create_directories(std::filesystem::path(path).parent_path());
    std::ofstream(path, std::ios::binary) << text;
}

std::string line(int seq)
{
    return R"({"seq":)" + std::to_string(seq)
        + R"(,"time":"t","event":"job.finished","watch":7,"outcome":"failed"})";
}

std::vector<number> seqs(const std::vector<event_fact>& events)
{
    std::vector<number> found;
    found.reserve(events.size());
    for (const auto& one : events)
        found.push_back(one.seq);
    return found;
}

} // namespace

TEST_CASE("an event line is read with the parts that the rules need")
{
    const auto one = read_event(line(12));
    CHECK(one.seq == 12);
    CHECK(one.type == "job.finished");
    CHECK(one.watch == 7);
    CHECK(one.outcome == "failed");
    CHECK(one.hash == hash_of(line(12)));
    CHECK(one.hash != hash_of(line(13)));
    CHECK_THROWS(read_event("torn"));
    CHECK_THROWS(read_event("{}"));
}

TEST_CASE("archives come before events.jsonl, in their order, plain or zipped, each once")
{
    const temporary_directory folder;
    write(folder.file("events-00000000000000000002.jsonl.gz"), gzip_text(line(1) + '\n' + line(2) + '\n'));
    write(folder.file("events-00000000000000000002.jsonl"), line(1) + '\n'); // was to be removed
    write(folder.file("events-00000000000000000003.jsonl"), line(3) + '\n');
    write(folder.file("events-00000000000000000003.jsonl.gz.tmp"), "half of it");
    write(folder.file("events.jsonl"), line(4) + '\n');
    history run;
    read_event_files(folder.path().string(), run);
    CHECK((seqs(run.file) == std::vector<number>{1, 2, 3, 4}));
    CHECK(run.litter.empty());
}

TEST_CASE("a torn end is litter when all had settled, and the next start's to mend when not")
{
    const temporary_directory folder;
    write(folder.file("events.jsonl"), line(1) + '\n' + line(2).substr(0, 20));
    history run;
    read_event_files(folder.path().string(), run);
    CHECK((seqs(run.file) == std::vector<number>{1}));
    CHECK(run.litter.size() == 1);
    history crashed;
    crashed.settled = false;
    read_event_files(folder.path().string(), crashed);
    CHECK((seqs(crashed.file) == std::vector<number>{1}));
    CHECK(crashed.litter.empty());
}

TEST_CASE("litter in the middle of a file, or in an archive, is litter whenever")
{
    const temporary_directory folder;
    write(folder.file("events-00000000000000000002.jsonl"), line(1) + '\n' + std::string(9, '\0'));
    write(folder.file("events.jsonl"), line(3) + '\n');
    history crashed;
    crashed.settled = false;
    read_event_files(folder.path().string(), crashed);
    CHECK(crashed.litter.size() == 1);
}

TEST_CASE("a database that cannot be opened or read is told with its name or query")
{
    const temporary_directory folder;
    history run;
    CHECK_THROWS_AS(read_database(folder.file("none.db"), run), std::runtime_error);
    write(
        folder.file("state.db"),
        "this is no database, though it is a long enough text to be taken for one ....."
        ".........................................................................");
    CHECK_THROWS_AS(read_database(folder.file("state.db"), run), std::runtime_error);
}

TEST_CASE("a daemon that was killed before it made its database left none, and a checker says so only when "
          "all had settled")
{
    const temporary_directory folder;
    history early;
    early.settled = false;
    read_database(folder.file("none.db"), early);
    CHECK(early.integrity == "ok");
    write(folder.file("empty.db"), "");
    history later;
    later.settled = false;
    read_database(folder.file("empty.db"), later);
    CHECK(later.integrity == "ok");
    CHECK(later.watches.empty());
    history settled;
    CHECK_THROWS_AS(read_database(folder.file("empty.db"), settled), std::runtime_error);
}

TEST_CASE("a run's folder as a whole: database, files, fates and traces")
{
    const temporary_directory folder;
    write(folder.file("state/about"), "");
    sqlite3* made = nullptr;
    REQUIRE(sqlite3_open(folder.file("state/state.db").c_str(), &made) == SQLITE_OK);
    const std::string rows =
        "CREATE TABLE meta(key, value); INSERT INTO meta VALUES('log', 'the-log');"
        "CREATE TABLE watches(number, job, outcome); INSERT INTO watches VALUES(7, 'a', NULL);"
        "CREATE TABLE events(seq, type, watch, outcome, text);"
        "INSERT INTO events VALUES(1, 'daemon.started', NULL, NULL, 'x' || char(10));";
    REQUIRE(sqlite3_exec(made, rows.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK);
    sqlite3_close(made);
    write(folder.file("logs/events.jsonl"), line(1) + '\n');
    write(folder.file("fates.txt"), "a failed\nb partial\n");
    write(folder.file("trace/submitter-1.trace"), "asked-again b\ntold a 7 new\n");
    write(folder.file("trace/visitor-1.trace"), "remove 7\nremoved 7\nended 7 failed\n");
    write(
        folder.file("trace/subscriber-1.trace"),
        "only job.finished\nstart 0 -\nevent 1 job.finished 7 - abc\nheartbeat 3\ngap 4 9 the log is "
        "foreign\n");
    write(
        folder.file("trace/jobwatchctl.follow/0"),
        "jobwatchctl: waiting\n" + line(1) + '\n' + line(2).substr(0, 9));
    write(folder.file("trace/jobwatchctl.follow/1"), "gap: another event log\n" + line(2) + '\n');

    std::filesystem::copy(folder.file("state/state.db"), folder.file("trace/backup-0.db"));
    write(folder.file("trace/jobwatchctl.backups"), "backup backup-0.db 7\nbackup backup-1.db 7\n");

    const auto run = read_history(folder.path().string());
    CHECK(run.settled);
    CHECK_FALSE(run.pruned);
    CHECK(run.log == "the-log");
    CHECK(run.integrity == "ok");
    REQUIRE(run.watches.size() == 1);
    CHECK(run.watches[0].outcome.empty());
    REQUIRE(run.events.size() == 1);
    CHECK(run.events[0].hash == hash_of("x"));
    CHECK(run.fates.at("b") == "partial");
    REQUIRE(run.submits.size() == 1);
    CHECK(run.submits[0].said == "new");
    CHECK(run.asked_again.contains("b"));
    CHECK(run.asked_to_remove.contains(7));
    CHECK(run.removed.contains(7));
    REQUIRE(run.endings.size() == 1);
    CHECK(run.endings[0].by == "visitor-1");
    REQUIRE(run.backups.size() == 2);
    CHECK(run.backups[0].integrity == "ok");
    CHECK(run.backups[0].newest == 7);
    CHECK(run.backups[0].promised == 7);
    CHECK(run.backups[1].integrity != "ok");
    REQUIRE(run.readers.size() == 2);
    for (const auto& one : run.readers)
    {
        CHECK(one.may_repeat == (one.name == "jobwatchctl"));
        CHECK(one.only == (one.may_repeat ? "" : "job.finished"));
        REQUIRE(one.steps.size() == (one.may_repeat ? 5 : 4));
        CHECK(one.steps[0].what == reader_step::kind::start);
        CHECK(one.steps[1].event.seq == 1);
        CHECK(one.steps[3].what == reader_step::kind::gap);
    }
}
