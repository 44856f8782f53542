// The checker itself: a history with one thing wrong, and it says which, and nothing else.
#include "checker/rules.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace jobwatch::crash;

namespace
{

event_fact event(number seq, const std::string& type, number watch = 0, const std::string& outcome = {})
{
    return {seq, type, watch, outcome, "hash-" + std::to_string(seq)};
}

reader_step start(number seq)
{
    return {reader_step::kind::start, {}, seq, 0, {}};
}

reader_step step_of(const event_fact& one)
{
    return {reader_step::kind::event, one, 0, 0, {}};
}

reader_step heartbeat(number cursor)
{
    return {reader_step::kind::heartbeat, {}, cursor, 0, {}};
}

// Three watches that ended well, and everybody who should know of it.
history good()
{
    history run;
    run.integrity = "ok";
    run.fates = {{"a", "succeeded"}, {"b", "failed"}, {"c", "succeeded"}};
    run.watches = {{1, "a", "succeeded"}, {2, "b", "failed"}, {3, "c", "removed"}};
    run.events = {event(1, "daemon.started"),           event(2, "watch.added", 1),
                  event(3, "watch.added", 2),           event(4, "job.finished", 1, "succeeded"),
                  event(5, "watch.added", 3),           event(6, "watch.removed", 3, "removed"),
                  event(7, "job.finished", 2, "failed")};
    run.file = run.events;
    run.submits = {
        {"a", 1, "new"}, {"b", 2, "new"}, {"a", 1, "open"}, {"c", 3, "new"}, {"a", 1, "succeeded"}};
    run.asked_to_remove = {3};
    run.removed = {3};
    run.endings = {{1, "succeeded", "visitor"}};
    reader_history all{"all", {}, false, {start(0)}};
    for (const auto& one : run.events)
        all.steps.push_back(step_of(one));
    reader_history finished{
        "finished",
        "job.finished",
        false,
        {start(0), step_of(run.events[3]), heartbeat(6), start(6), step_of(run.events[6])}};
    run.readers = {all, finished};
    return run;
}

// "rule in where", of all that is found.
std::vector<std::string> verdict(const history& run)
{
    std::vector<std::string> found;
    for (const auto& one : check(run))
        found.push_back(one.rule + " in " + one.where);
    return found;
}

using only = std::vector<std::string>;

std::vector<event_fact> without(std::vector<event_fact> events, number seq)
{
    std::erase_if(events, [seq](const event_fact& one) { return one.seq == seq; });
    return events;
}

std::vector<reader_step>& steps_of_all(history& run)
{
    return run.readers[0].steps;
}

} // namespace

TEST_CASE("a history that keeps every promise has no findings")
{
    CHECK(check(good()).empty());
}

TEST_CASE("an acknowledged watch that is not there is lost")
{
    auto run = good();
    run.submits.push_back({"c", 4, "new"});
    CHECK((verdict(run) == only{"lost in state.db"}));
    run = good();
    std::erase_if(run.watches, [](const watch_fact& one) { return one.watch == 3; });
    CHECK((verdict(run) == only{"lost in state.db"}));
    run = good();
    run.submits.push_back({"c", 2, "open"}); // its number is another job's
    CHECK((verdict(run) == only{"lost in state.db"}));
}

TEST_CASE("a number that was given out twice is told")
{
    auto run = good();
    run.submits.push_back({"b", 2, "new"});
    CHECK((verdict(run) == only{"reused in state.db"}));
}

TEST_CASE("a hole in the database is told")
{
    auto run = good();
    run.events.push_back(event(9, "daemon.stopped"));
    run.file = run.events;
    steps_of_all(run).push_back(step_of(run.events.back()));
    CHECK((verdict(run) == only{"hole in state.db"}));
}

TEST_CASE("two endings for one watch are told, and an ending that nobody tells")
{
    auto run = good();
    run.events.push_back(event(8, "job.finished", 1, "failed"));
    run.file = run.events;
    steps_of_all(run).push_back(step_of(run.events.back()));
    run.readers[1].steps.push_back(step_of(run.events.back()));
    CHECK((verdict(run) == only{"two-endings in state.db"}));

    run = good();
    run.events.back() = event(7, "job.status", 2);
    run.file = run.events;
    steps_of_all(run).back() = step_of(run.events.back());
    run.readers[1].steps.pop_back();
    CHECK((verdict(run) == only{"no-ending in state.db"}));
}

TEST_CASE("an ending of another outcome than the watch's is told")
{
    auto run = good();
    run.watches[1].outcome = "partial";
    run.fates["b"] = "partial";
    CHECK((verdict(run) == only{"changed in state.db"}));
}

TEST_CASE("a watch that never ends is told when all had time to, and not before")
{
    auto run = good();
    run.events.pop_back();
    run.file.pop_back();
    steps_of_all(run).pop_back();
    run.readers[1].steps.pop_back();
    run.watches[1].outcome.clear();
    CHECK((verdict(run) == only{"still-open in state.db"}));
    run.settled = false;
    CHECK(verdict(run).empty());
}

TEST_CASE("what a client was told must stay true")
{
    auto run = good();
    run.endings[0].outcome = "failed";
    CHECK((verdict(run) == only{"changed in visitor"}));
    run = good();
    run.submits.back().said = "failed";
    CHECK((verdict(run) == only{"changed in state.db"}));
    run = good();
    run.removed.insert(1);
    CHECK((verdict(run) == only{"changed in state.db"}));
}

TEST_CASE("an outcome that the appliance does not know is told")
{
    auto run = good();
    run.fates["b"] = "succeeded";
    CHECK((verdict(run) == only{"wrong-fate in state.db"}));
    run = good();
    run.asked_to_remove.clear();
    run.removed.clear();
    CHECK((verdict(run) == only{"wrong-fate in state.db"}));
}

TEST_CASE("a second watch that nobody asked for is told")
{
    auto run = good();
    run.watches[2].job = "a";
    run.submits[3].job = "a";
    CHECK((verdict(run) == only{"doubled in state.db"}));
    run.asked_again.insert("a");
    CHECK(verdict(run).empty());
}

TEST_CASE("a watch without its beginning is told")
{
    auto run = good();
    run.events[1].type = "job.status";
    run.file = run.events;
    CHECK((verdict(run) == only{"beginning in state.db"}));
}

TEST_CASE("a damaged database is told")
{
    auto run = good();
    run.integrity = "row 7 missing from index";
    CHECK((verdict(run) == only{"damaged in state.db"}));
}

TEST_CASE("one event missing in the file, one doubled, one out of order, one altered, one more, some not yet "
          "written")
{
    auto run = good();
    run.file = without(run.file, 4);
    CHECK((verdict(run) == only{"hole in events.jsonl"}));

    run = good();
    run.file.insert(run.file.begin() + 4, run.file[3]);
    CHECK((verdict(run) == only{"repeated in events.jsonl"}));

    run = good();
    std::swap(run.file[3], run.file[4]);
    CHECK((verdict(run) == only{"out-of-order in events.jsonl"}));

    run = good();
    run.file[3].hash = "another";
    CHECK((verdict(run) == only{"altered in events.jsonl"}));

    run = good();
    run.file.push_back(event(8, "daemon.stopped"));
    CHECK((verdict(run) == only{"stranger in events.jsonl"}));

    run = good();
    run.file.pop_back();
    CHECK((verdict(run) == only{"behind in events.jsonl"}));
    run.settled = false;
    CHECK(verdict(run).empty());

    run = good();
    run.litter.emplace_back("events.jsonl has no event but 12 bytes");
    CHECK((verdict(run) == only{"litter in events.jsonl"}));
}

TEST_CASE("old archives may be gone where that was asked for, and only at the beginning")
{
    auto run = good();
    run.file.erase(run.file.begin(), run.file.begin() + 2);
    CHECK((verdict(run) == only{"hole in events.jsonl"}));
    run.pruned = true;
    CHECK(verdict(run).empty());
    run.file = without(run.file, 5);
    CHECK((verdict(run) == only{"hole in events.jsonl"}));
}

TEST_CASE("a reader that misses one, gets one twice, or gets one late")
{
    auto run = good();
    auto& steps = steps_of_all(run);
    steps.erase(steps.begin() + 4);
    CHECK((verdict(run) == only{"hole in all"}));

    run = good();
    steps_of_all(run).insert(steps_of_all(run).begin() + 4, steps_of_all(run)[4]);
    CHECK((verdict(run) == only{"repeated in all"}));

    run = good();
    std::swap(steps_of_all(run)[4], steps_of_all(run)[5]);
    CHECK((verdict(run) == only{"out-of-order in all"}));

    run = good();
    steps_of_all(run).pop_back();
    CHECK((verdict(run) == only{"behind in all"}));
}

TEST_CASE("a reader that connects again gets no event twice; jobwatchctl may print again what its cursor "
          "file had not")
{
    auto run = good();
    auto& steps = steps_of_all(run);
    const auto again = steps[5];
    steps.insert(steps.begin() + 6, {start(4), again});
    CHECK((verdict(run) == only{"repeated in all"}));
    run.readers[0].may_repeat = true;
    CHECK(verdict(run).empty());
    // ... but from there on without a hole, whatever was printed before the kill
    run = good();
    run.readers[0].may_repeat = true;
    auto& others = steps_of_all(run);
    others.insert(others.begin() + 5, {start(0), others[2], others[3], others[4]});
    CHECK(verdict(run).empty());
    others.erase(others.begin() + 7);
    CHECK((verdict(run) == only{"hole in all"}));
}

TEST_CASE("a reader that is shown what the database does not have")
{
    auto run = good();
    steps_of_all(run).push_back(step_of(event(8, "job.finished", 2, "failed")));
    CHECK((verdict(run) == only{"stranger in all"}));
    run = good();
    steps_of_all(run)[2].event.hash = "another";
    CHECK((verdict(run) == only{"altered in all"}));
}

TEST_CASE(
    "a filtered reader: what it did not ask for, what a heartbeat passes over, a heartbeat that goes back")
{
    auto run = good();
    run.readers[1].steps.insert(run.readers[1].steps.begin() + 1, step_of(run.events[1]));
    CHECK((verdict(run) == only{"unasked in finished"}));

    run = good();
    run.readers[1].steps.erase(run.readers[1].steps.begin() + 1);
    CHECK((verdict(run) == only{"hole in finished"}));

    run = good();
    run.readers[1].steps.push_back(heartbeat(5));
    CHECK((verdict(run) == only{"backwards in finished"}));
}

TEST_CASE("a gap where nothing was cut is told")
{
    auto run = good();
    steps_of_all(run).push_back({reader_step::kind::gap, {}, 2, 3, "retention"});
    CHECK((verdict(run) == only{"gap in all"}));
}

TEST_CASE("a backup that is damaged, or lacks what was acknowledged before it was asked for")
{
    auto run = good();
    run.backups = {{"backup-0.db", "ok", 3, 2}};
    CHECK(verdict(run).empty());
    run.backups = {{"backup-0.db", "ok", 1, 2}};
    CHECK((verdict(run) == only{"lost in backup-0.db"}));
    run.backups = {{"backup-0.db", "not a database", 0, 0}};
    CHECK((verdict(run) == only{"damaged in backup-0.db"}));
}
