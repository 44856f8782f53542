// state.db damaged, cut, emptied, gone, or older than events.jsonl: what comes back, and under which numbers.
#include "events_file_fixture.hpp"
#include "io/state/directory_lock.hpp"

#include <sys/stat.h>
#include <unistd.h>

using namespace jobwatch;
using test::a_watch;
using test::an_update;
using test::content;
using test::job;

namespace
{

namespace fs = std::filesystem;

struct replaced_state : test::events_file_fixture
{
    replaced_state() { history = logs(); }

    std::string database() const { return state() + "/state.db"; }

    // Watches 1 and 3 are open, 2 has ended; all is in events.jsonl, and the daemon was killed: its log lies there, with
    // the last news only (one that holds every page would stand in for the whole database).
    void live()
    {
        auto first = a_watch("job-1");
        first.labels = {{"change", "CHG-1"}};
        first.give_up_after = milliseconds(90'000);
        submit(first);
        submit(a_watch("job-2"));
        submit(a_watch("job-3"));
        end(2, outcome::failed);
        reopen();
        auto news = an_update(1);
        news.facts = job_facts{"in_progress", "disable", "key-1", 1, 2, std::nullopt};
        news.say = {event_type::job_status, event_type::job_overdue};
        news.overdue = true;
        REQUIRE(run(store->update(news)).has_value());
        log_all();
        log = store->log_id();
        head = store->head();
        kill();
    }

    void log_all()
    {
        start();
        wait_until_logged(store->head());
        stop();
    }

    // Keeps what lies on the disk now, as a kill would, and puts it back after the orderly end.
    void kill()
    {
        const auto kept = directory.file("killed");
        fs::copy(state(), kept);
        close();
        fs::remove_all(state());
        fs::rename(kept, state());
    }

    std::string refusal()
    {
        auto opened = open_watch_store(context.get_executor(), settings(), out);
        REQUIRE(opened.has_error());
        return opened.error().text;
    }

    std::vector<std::string> damaged() const
    {
        std::vector<std::string> names;
        for (const auto& entry : fs::directory_iterator(state()))
            if (const auto name = entry.path().filename().string(); name.starts_with("state.db.damaged-"))
                names.push_back(name);
        std::sort(names.begin(), names.end());
        return names;
    }

    // What live() left is open again, in all that matters, and nothing else is.
    void check_watches()
    {
        const auto open_ones = run(store->open_watches(0, 100)).value();
        REQUIRE(open_ones.size() == 2);
        CHECK(open_ones[0].number == 1);
        CHECK(open_ones[1].number == 3);
        CHECK(open_ones[1].job == "job-3");
        const auto first = run(store->get(job("job-1"))).value().value();
        CHECK(first.appliance == "prod");
        CHECK(first.kind == "google/update-all-versions");
        CHECK(first.labels == watch_labels{{"change", "CHG-1"}});
        CHECK(first.submitted_by == submitter{1000, 4711});
        CHECK(first.submitted_at == a_watch("job-1").submitted_at);
        CHECK(first.overdue_after == milliseconds(7'200'000));
        CHECK(first.give_up_after == milliseconds(90'000));
        CHECK(first.facts.overall_status == "in_progress");
        CHECK(first.facts.versions_done == 1);
        CHECK(first.overdue);
        CHECK(run(store->labelled({{"change", "CHG-1"}}, 10)).value() == std::vector<watch_number>{1});
        const auto second = run(store->get(job("job-2"))).value().value();
        CHECK(second.ended == outcome::failed);
        CHECK(store->watches_ended() == 1);
    }

    // seq goes on without hole or repeat, with state.replaced first; numbers of watches go on; ends come once.
    void check_goes_on()
    {
        CHECK(store->log_id() != log);
        CHECK(is_uuid(store->log_id()));
        CHECK(store->head() == head + 1);
        CHECK(submit(a_watch("job-4")).number == 4);
        CHECK(submit(a_watch("job-3")).already);
        end(1);
        end(3);
        end(4);
        CHECK(run(store->update(test::an_ending(2))).error() == errc::watch_ended);
        log_all();
        const auto text = everything();
        const auto seqs = test::seqs_in(text);
        REQUIRE(seqs.size() == head + 5);
        for (std::size_t index = 0; index < seqs.size(); ++index)
            CHECK(seqs[index] == index + 1);
        CHECK(text.find("\"state.replaced\"") == text.rfind("\"state.replaced\""));
        for (const char* id : {"1", "2", "3", "4"})
        {
            const auto ending = std::string("\"job.finished\",\"watch\":") + id + ",";
            CHECK(text.find(ending) != std::string::npos);
            CHECK(text.find(ending) == text.rfind(ending));
        }
    }

    std::string log;
    event_seq head = 0;
};

void spoil(const std::string& path, std::size_t place, const std::string& bytes)
{
    std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
    file.seekp(static_cast<std::streamoff>(place));
    file << bytes;
    REQUIRE(file.good());
}

} // namespace

TEST_CASE_FIXTURE(
    replaced_state,
    "a database that is none is set aside with its log, bytes kept, and rebuilt from events.jsonl")
{
    live();
    const std::string garbage(8192, 'x');
    test::write_file(database(), garbage);
    const auto wal = content(database() + "-wal");
    REQUIRE_FALSE(wal.empty());
    open();
    REQUIRE(damaged().size() == 3); // with the index of the log, -shm
    CHECK((content(state() + "/" + damaged()[0]) == garbage));
    CHECK(damaged()[2] == damaged()[0] + "-wal");
    CHECK((content(state() + "/" + damaged()[2]) == wal));
    CHECK(out.said(log_level::warning, "kept as " + state() + "/" + damaged()[0]));
    CHECK(out.said(log_level::warning, "file is not a database"));
    check_watches();
    const auto said = events();
    REQUIRE(said.size() == 1);
    CHECK(said[0]->type == event_type::state_replaced);
    CHECK(said[0]->text.find(damaged()[0]) != std::string::npos);
    CHECK(said[0]->text.find("3 watches were rebuilt from") != std::string::npos);
    check_goes_on();
    reopen();
    CHECK(damaged().size() == 3); // once is enough
}

TEST_CASE_FIXTURE(replaced_state, "a database cut in half, emptied or gone is made again from events.jsonl")
{
    live();
    reopen(); // brings the log into the database
    close();
    SUBCASE("cut in half")
    {
        fs::resize_file(database(), fs::file_size(database()) / 2);
    }
    SUBCASE("cut to less than a page")
    {
        fs::resize_file(database(), 100);
    }
    SUBCASE("emptied")
    {
        fs::resize_file(database(), 0);
    }
    SUBCASE("gone")
    {
        fs::remove(database());
    }
    SUBCASE("with zeros in place of its head")
    {
        spoil(database(), 0, std::string(4096, '\0'));
    }
    SUBCASE("with one bit of its head turned")
    {
        spoil(database(), 3, "M");
    }
    open();
    check_watches();
    check_goes_on();
}

TEST_CASE_FIXTURE(replaced_state, "an emptied database does not cost its log, which is set aside too")
{
    live();
    const auto wal = content(database() + "-wal");
    REQUIRE_FALSE(wal.empty());
    fs::resize_file(database(), 0);
    open();
    REQUIRE(damaged().size() == 3);
    CHECK((content(state() + "/" + damaged()[2]) == wal));
    check_watches();
    check_goes_on();
}

TEST_CASE_FIXTURE(
    replaced_state,
    "whichever page of the database is spoiled, no open watch is lost and no number comes twice")
{
    live();
    reopen();
    close();
    const auto whole = content(database());
    const auto lines = content(path());
    REQUIRE(whole.size() / 4096 > 10);
    std::size_t replaced = 0;
    for (std::size_t page = 0; page < whole.size() / 4096; ++page)
    {
        CAPTURE(page);
        fs::remove_all(state());
        fs::create_directory(state());
        test::write_file(path(), lines);
        test::write_file(database(), whole);
        spoil(database(), page * 4096 + (page == 0 ? 100 : 0), std::string(64, '\xee'));
        open();
        const auto open_ones = run(store->open_watches(0, 100)).value();
        REQUIRE(open_ones.size() == 2);
        CHECK(open_ones[0].job == "job-1");
        CHECK(open_ones[1].job == "job-3");
        CHECK(store->head() == (damaged().empty() ? head : head + 1));
        CHECK((store->log_id() == log) == damaged().empty());
        replaced += damaged().empty() ? 0 : 1;
        close();
    }
    CHECK(replaced > 3);
}

TEST_CASE_FIXTURE(
    replaced_state,
    "damage among the open watches shows before anybody is served, wherever among them it lies")
{
    add(500);
    log_all();
    close();
    const auto page = ask("SELECT pageno FROM dbstat WHERE name = 'watches' AND pagetype = 'leaf' ORDER BY "
                          "pageno LIMIT 1 OFFSET 5");
    REQUIRE(page > 1);
    spoil(database(), static_cast<std::size_t>(page - 1) * 4096, std::string(64, '\xee'));
    open();
    CHECK_FALSE(damaged().empty());
    CHECK(run(store->open_watches(0, 1'000)).value().size() == 500);
    CHECK(store->head() == 501);
}

TEST_CASE_FIXTURE(replaced_state, "a kill between any two steps of the replacement is gone on from")
{
    live();
    const std::string garbage(8192, 'x');
    const auto wal = content(database() + "-wal");
    const auto shm = content(database() + "-shm");
    test::write_file(database(), garbage);
    open();
    close();
    const auto fresh = content(database());
    const std::string time = "20261124T193300Z";
    const auto aside = database() + ".damaged-" + time;
    for (int step = 0; step <= 5; ++step)
    {
        CAPTURE(step);
        fs::remove_all(state());
        fs::create_directory(state());
        test::write_file(step < 2 ? database() : aside, garbage);
        test::write_file(step < 3 ? database() + "-wal" : aside + "-wal", wal);
        test::write_file(step < 4 ? database() + "-shm" : aside + "-shm", shm);
        if (step == 0) // killed while the new one was made
            test::write_file(database() + ".new", fresh.substr(0, fresh.size() / 2));
        else
            test::write_file(step < 5 ? database() + ".replacement-" + time : database(), fresh);
        open();
        check_watches();
        CHECK(store->head() == head + 1);
        const auto kept = damaged();
        REQUIRE(kept.size() == 3);
        CHECK((content(state() + "/" + kept[0]) == garbage));
        CHECK((content(state() + "/" + kept[2]) == wal));
        CHECK((step == 0 || kept[0] == "state.db.damaged-" + time));
        CHECK_FALSE(fs::exists(database() + ".new"));
        CHECK_FALSE(fs::exists(database() + ".replacement-" + time));
        close();
    }
    CHECK(out.said(log_level::warning, "that an earlier start began is complete"));
}

TEST_CASE_FIXTURE(replaced_state, "a second damage in the same second keeps the first one's file, too")
{
    live();
    for (int round = 0; round < 3; ++round)
    {
        fs::remove(database() + "-wal");
        fs::remove(database() + "-shm");
        test::write_file(database(), std::string(8192, static_cast<char>('a' + round)));
        open();
        log_all();
        close();
    }
    const auto kept = damaged();
    REQUIRE(kept.size() == 3);
    std::string all;
    for (const auto& name : kept)
        all += content(state() + "/" + name).front();
    CHECK(all == "abc");
    const auto seqs = test::seqs_in(everything());
    REQUIRE(seqs.size() == head + 3);
    CHECK(seqs.back() == head + 3);
}

TEST_CASE_FIXTURE(
    replaced_state, "watches are rebuilt from rotated and compressed files, too, and seq goes on from them")
{
    rotate_size = 2'000;
    start();
    add(100);
    for (watch_number number = 1; number <= 90; ++number)
        end(number);
    file->advance(store->head());
    wait_until_logged(store->head());
    restart(); // compresses what waits
    const auto limit = std::chrono::steady_clock::now() + test::patience;
    while (archives().front().ends_with(".jsonl") && std::chrono::steady_clock::now() < limit)
        std::this_thread::yield();
    stop();
    REQUIRE(archives().front().ends_with(".jsonl.gz"));
    close();
    test::write_file(database(), std::string(8192, 'x'));
    event_seq last = 190;
    SUBCASE("all of them") {}
    SUBCASE("while the newest file is empty, right after a rotation")
    {
        const auto lines = content(path());
        fs::rename(path(), logs() + "/events-00000000000000000190.jsonl");
        test::write_file(path(), "");
    }
    SUBCASE("with a torn line at the end")
    {
        std::ofstream(path(), std::ios::app) << R"({"seq":191,"time":"2026)";
    }
    SUBCASE("with zeros at the end, as a power cut leaves them")
    {
        std::ofstream(path(), std::ios::app) << std::string(5'000, '\0');
    }
    open();
    CHECK(store->head() == last + 1);
    const auto open_ones = run(store->open_watches(0, 100)).value();
    REQUIRE(open_ones.size() == 10);
    CHECK(open_ones.front().number == 91);
    CHECK(open_ones.back().job == "job-100");
    CHECK(submit(a_watch("another")).number == 101);
    log_all();
    const auto seqs = test::seqs_in(everything());
    REQUIRE(seqs.size() == last + 2);
    for (std::size_t index = 0; index < seqs.size(); ++index)
        CHECK(seqs[index] == index + 1);
}

TEST_CASE_FIXTURE(
    replaced_state, "a watch whose first events rotation has removed is known by its later ones")
{
    live();
    test::write_file(database(), std::string(8192, 'x'));
    const auto lines = content(path());
    test::write_file(path(), lines.substr(lines.find("{\"seq\":3,"))); // without watch.added of 1 and 2
    open();
    const auto open_ones = run(store->open_watches(0, 100)).value();
    REQUIRE(open_ones.size() == 2);
    CHECK(open_ones[0].job == "job-1");
    CHECK(open_ones[0].overdue_after == milliseconds(3'600'000)); // what is configured
    CHECK(run(store->get(job("job-2"))).value().value().ended == outcome::failed);
}

TEST_CASE_FIXTURE(replaced_state, "lines that are no events and a damaged archive are told, and passed over")
{
    live();
    test::write_file(database(), std::string(8192, 'x'));
    const auto lines = content(path());
    const auto second = lines.find('\n') + 1;
    test::write_file(
        path(),
        lines.substr(0, second) + "not an event\n" + std::string(2 << 20, 'x') + "\n{\"seq\":99}\n"
            + lines.substr(second));
    test::write_file(logs() + "/events-00000000000000000001.jsonl.gz", "\x1f\x8b\x08 and no more");
    open();
    check_watches();
    CHECK(out.said(log_level::warning, "3 lines of them are no events"));
    CHECK(out.said(log_level::warning, "events-00000000000000000001.jsonl.gz is damaged"));
    CHECK(store->head() == head + 1);
}

TEST_CASE_FIXTURE(
    replaced_state, "without event files a damaged database gives way to an empty one, and says so")
{
    live();
    fs::remove_all(logs());
    test::write_file(database(), std::string(8192, 'x'));
    open();
    CHECK(run(store->open_watches(0, 100)).value().empty());
    CHECK(store->head() == 1);
    CHECK(events()[0]->text.find("0 watches were rebuilt") != std::string::npos);
}

TEST_CASE_FIXTURE(
    replaced_state,
    "nothing is set aside when the event files belong to a daemon that runs, or cannot be read")
{
    live();
    const std::string garbage(8192, 'x');
    test::write_file(database(), garbage);
    SUBCASE("another daemon's")
    {
        const auto lock = directory_lock::take(logs(), "logs.lock");
        REQUIRE(lock.has_value());
        // patient_pause would wait for two seconds; the kernel's word is the same after one
        CHECK(refusal().find("in use by another jobwatchd") != std::string::npos);
    }
    SUBCASE("a directory in their place")
    {
        fs::remove(path());
        fs::create_directory(path());
        CHECK(refusal().find("Is a directory") != std::string::npos);
        fs::remove(path());
    }
    CHECK((content(database()) == garbage));
    CHECK(damaged().empty());
}

TEST_CASE_FIXTURE(replaced_state, "a first start, and one after an orderly end, replace nothing")
{
    CHECK(store->head() == 0);
    reopen();
    start();
    add(3);
    stop();
    const auto same = store->log_id();
    reopen();
    CHECK(store->log_id() == same);
    CHECK(store->head() == 3);
    CHECK(damaged().empty());
    CHECK(out.entries.empty());
}

TEST_CASE_FIXTURE(
    replaced_state,
    "a database restored from a copy learns from events.jsonl what was acknowledged and ended since")
{
    submit(a_watch("job-1"));
    submit(a_watch("job-2"));
    log_all();
    close();
    const auto copy = content(database());
    open();
    auto first = a_watch("job-3");
    first.labels = {{"change", "CHG-1"}};
    submit(first);
    end(2, outcome::failed);
    submit(a_watch("job-4"));
    end(4);
    log_all();
    log = store->log_id();
    head = store->head();
    REQUIRE(head == 6);
    close();
    test::write_file(database(), copy);
    open();
    CHECK(out.said(
        log_level::warning, "goes to event 2, but the event files to 6: it was restored from a copy"));
    CHECK(out.said(log_level::warning, "2 watches were rebuilt"));
    CHECK(damaged().empty());
    CHECK(store->log_id() != log);
    CHECK(store->head() == 7);
    CHECK(events().size() == 3); // 1, 2 and state.replaced: the hole is told to readers as a gap
    const auto open_ones = run(store->open_watches(0, 100)).value();
    REQUIRE(open_ones.size() == 2);
    CHECK(open_ones[0].job == "job-1");
    CHECK(open_ones[1].job == "job-3");
    CHECK(run(store->labelled({{"change", "CHG-1"}}, 10)).value() == std::vector<watch_number>{3});
    CHECK(run(store->update(test::an_ending(2))).error() == errc::watch_ended);
    CHECK(submit(a_watch("job-5")).number == 5);
    log_all();
    const auto seqs = test::seqs_in(everything());
    REQUIRE(seqs.size() == 8);
    for (std::size_t index = 0; index < seqs.size(); ++index)
        CHECK(seqs[index] == index + 1);
    const auto renewed = store->log_id();
    reopen();
    CHECK(store->log_id() == renewed);
    CHECK(store->head() == 8);
}
