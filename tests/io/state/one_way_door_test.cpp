// Terminal is a one-way door in the SQL too: what follows attacks it as somebody with sqlite3 could.
#include "state_fixture.hpp"

using namespace jobwatch;
using test::a_watch;
using test::state_fixture;

namespace
{

struct ended_watch_fixture : state_fixture
{
    ended_watch_fixture()
    {
        submit(a_watch("job-1"));
        end(1, outcome::failed);
        submit(a_watch("job-2"));
    }
};

} // namespace

TEST_CASE_FIXTURE(ended_watch_fixture, "no SQL opens an ended watch again or changes its outcome")
{
    const char* attacks[] = {
        "UPDATE watches SET outcome = NULL, ended_at = NULL WHERE number = 1",
        "UPDATE watches SET outcome = 'succeeded' WHERE number = 1",
        "UPDATE watches SET polls = 99 WHERE number = 1",
        "UPDATE OR REPLACE watches SET number = 1 WHERE number = 2",
        "UPDATE watches SET number = 7 WHERE number = 2",
        "UPDATE watches SET job = 'other' WHERE number = 2",
        // Brackets, since the two parts are one attack.
        ("INSERT OR REPLACE INTO watches(number, appliance, kind, job, submitted_at, labels)"
         " VALUES(1, 'prod', 'google/update-all-versions', 'job-1', 0, '{}')"),
        "REPLACE INTO watches SELECT * FROM watches WHERE number = 1",
    };
    for (const auto* attack : attacks)
    {
        CAPTURE(attack);
        CHECK(means_constraint(sql(attack)));
    }
    CHECK(ask("SELECT count(*) FROM watches WHERE outcome = 'failed' AND number = 1") == 1);
}

TEST_CASE_FIXTURE(ended_watch_fixture, "no SQL gives a watch a second ending, by whatever type")
{
    const char* attacks[] = {
        "INSERT INTO events VALUES(100, 0, 'job.finished', 1, 'prod', 'succeeded', 'x')",
        "INSERT INTO events VALUES(100, 0, 'watch.removed', 1, 'prod', 'removed', 'x')",
        "INSERT OR REPLACE INTO events VALUES(100, 0, 'watch.removed', 1, 'prod', 'removed', 'x')",
    };
    for (const auto* attack : attacks)
    {
        CAPTURE(attack);
        CHECK(means_constraint(sql(attack)));
    }
    CHECK(ask("SELECT count(*) FROM events WHERE watch = 1 AND type = 'job.finished'") == 1);
}

TEST_CASE_FIXTURE(ended_watch_fixture, "no SQL opens a second watch of a job whose watch is open")
{
    const std::string columns = "INTO watches(number, appliance, kind, job, submitted_at, labels)";
    const std::string values = " VALUES(9, 'prod', 'google/update-all-versions', 'job-2', 0, '{}')";
    CHECK(means_constraint(sql("INSERT " + columns + values)));
    CHECK(means_constraint(sql("INSERT OR REPLACE " + columns + values)));
    CHECK(ask("SELECT count(*) FROM watches WHERE job = 'job-2'") == 1);
}

TEST_CASE_FIXTURE(ended_watch_fixture, "events are never changed, and seq only goes up")
{
    CHECK(means_constraint(sql("UPDATE events SET text = 'forged' WHERE seq = 1")));
    CHECK(means_constraint(
        sql("INSERT OR REPLACE INTO events VALUES(1, 0, 'daemon.started', NULL, '', NULL, 'x')")));
    CHECK(means_constraint(sql("INSERT INTO events VALUES(0, 0, 'daemon.started', NULL, '', NULL, 'x')")));
    CHECK(ask("SELECT count(*) FROM events WHERE text = 'x' OR text = 'forged'") == 0);
}

TEST_CASE_FIXTURE(ended_watch_fixture, "an open watch cannot be deleted, an ended one can")
{
    CHECK(means_constraint(sql("DELETE FROM watches WHERE number = 2")));
    CHECK_FALSE(sql("DELETE FROM watches WHERE number = 1"));
}

TEST_CASE_FIXTURE(ended_watch_fixture, "an outcome that is no word of ours is refused")
{
    CHECK(means_constraint(sql("UPDATE watches SET outcome = 'fine', ended_at = 1 WHERE number = 2")));
    CHECK(
        means_constraint(sql("UPDATE watches SET outcome = 'failed' WHERE number = 2"))); // ended, but when?
}

TEST_CASE_FIXTURE(ended_watch_fixture, "numbers never come back, even when all rows were removed")
{
    end(2);
    const auto head = store->head();
    REQUIRE_FALSE(sql("DELETE FROM events; DELETE FROM watches;"));
    reopen();
    CHECK(store->head() == head);
    CHECK(store->oldest() == head + 1);
    CHECK(submit(a_watch("job-3")).number == 3);
    CHECK(store->head() == head + 1);
    CHECK(store->oldest() == head + 1);
    CHECK(means_constraint(sql("INSERT INTO watches(number, appliance, kind, job, submitted_at, labels)"
                               " VALUES(2, 'prod', 'k', 'j', 0, '{}')")));
}
