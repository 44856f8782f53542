#include "events_file_fixture.hpp"
#include "file_size_limit.hpp"

#include <filesystem>
#include <thread>

using namespace jobwatch;
using test::a_watch;
using test::an_event;
using test::content;
using test::events_file_fixture;
using test::unpacked;

TEST_CASE_FIXTURE(events_file_fixture, "every committed event is in the file, in order, to the letter")
{
    start();
    add(3);
    add(500);
    wait_until_logged(503);
    CHECK(test::seqs_in(content(path())).size() == 503);
    check_complete();
}

TEST_CASE_FIXTURE(
    events_file_fixture, "what was committed before the file was opened is caught up without being asked")
{
    add(10'000); // more than one append takes
    start();
    wait_until_logged(10'000);
    check_complete();
}

TEST_CASE_FIXTURE(events_file_fixture, "stopping writes what is left, starting again writes nothing twice")
{
    start();
    add(5'000);
    stop();
    check_complete();
    start();
    add(1);
    stop();
    check_complete();
}

TEST_CASE_FIXTURE(events_file_fixture, "a last line torn at any length is completed at the next start")
{
    start();
    add(3);
    stop();
    const auto whole = content(path());
    const auto last_start = whole.rfind('\n', whole.size() - 2) + 1;
    for (auto length = last_start; length < whole.size(); ++length)
    {
        CAPTURE(length);
        test::write_file(path(), whole.substr(0, length));
        restart();
        stop();
        REQUIRE((content(path()) == whole));
    }
    CHECK(out.said(log_level::warning, "torn bytes"));
}

TEST_CASE_FIXTURE(
    events_file_fixture, "a file cut anywhere, with zeros behind, is completed at the next start")
{
    start();
    add(20);
    stop();
    const auto whole = content(path());
    for (std::size_t length = 0; length <= whole.size(); length += 97)
    {
        CAPTURE(length);
        test::write_file(path(), whole.substr(0, length) + std::string(length % 5 * 1'000, '\0'));
        start();
        stop();
        REQUIRE((content(path()) == whole));
    }
}

TEST_CASE_FIXTURE(events_file_fixture, "a file that vanished before any rotation is written again as a whole")
{
    start();
    add(20);
    stop();
    std::filesystem::remove(path());
    start();
    stop();
    check_complete();
}

TEST_CASE_FIXTURE(
    events_file_fixture,
    "rotation by size loses nothing, doubles nothing, compresses, and keeps each file small")
{
    rotate_size = 4'000;
    start();
    for (int round = 0; round < 20; ++round)
        add(10);
    stop();
    start(); // compresses what the stop left
    const auto limit = std::chrono::steady_clock::now() + test::patience;
    const auto all_packed = [this]
    {
        const auto names = archives();
        return std::all_of(
            names.begin(), names.end(), [](const auto& name) { return name.ends_with(".jsonl.gz"); });
    };
    while (!all_packed() && std::chrono::steady_clock::now() < limit)
        std::this_thread::yield();
    CHECK(all_packed());
    stop();
    CHECK(archives().size() > 5);
    for (const auto& name : archives())
        CHECK(unpacked(logs() + "/" + name).size() <= rotate_size + 1'000); // and one event
    check_complete();
    CHECK(ask("SELECT value FROM meta WHERE key = 'log_mark'") > 0);
}

TEST_CASE_FIXTURE(events_file_fixture, "only as many rotated files stay as are to be kept, the newest")
{
    rotate_size = 2'000;
    rotate_keep = 2;
    start();
    add(100);
    stop();
    CHECK(archives().size() == 2);
    const auto kept = test::seqs_in(everything());
    CHECK(kept.back() == 100);
    CHECK(kept.size() < 50);
    for (std::size_t index = 1; index < kept.size(); ++index)
        CHECK(kept[index] == kept[index - 1] + 1);
}

TEST_CASE_FIXTURE(events_file_fixture, "a kill between the steps of a rotation is gone on from")
{
    start();
    add(20);
    stop();
    const auto rotated = logs() + "/events-00000000000000000020.jsonl";
    SUBCASE("after the mark, before the rename")
    {
        REQUIRE_FALSE(store->commit_log_mark(20));
    }
    SUBCASE("after the rename")
    {
        REQUIRE_FALSE(store->commit_log_mark(20));
        std::filesystem::rename(path(), rotated);
    }
    SUBCASE("after the new file was made")
    {
        REQUIRE_FALSE(store->commit_log_mark(20));
        std::filesystem::rename(path(), rotated);
        test::write_file(path(), "");
    }
    SUBCASE("while the new file's first line was written")
    {
        REQUIRE_FALSE(store->commit_log_mark(20));
        std::filesystem::rename(path(), rotated);
        test::write_file(path(), "{\"seq\":21,\"ti");
    }
    SUBCASE("while it was compressed")
    {
        REQUIRE_FALSE(store->commit_log_mark(20));
        std::filesystem::rename(path(), rotated);
        test::write_file(rotated + ".gz.tmp", "half a file");
    }
    SUBCASE("after it was compressed, before the plain one was removed")
    {
        REQUIRE_FALSE(store->commit_log_mark(20));
        const gzFile packed = gzopen((rotated + ".gz").c_str(), "wb");
        const auto text = content(path());
        gzwrite(packed, text.data(), static_cast<unsigned>(text.size()));
        gzclose(packed);
        std::filesystem::rename(path(), rotated);
    }
    start();
    add(5);
    stop();
    check_complete();
    for (const auto& name : archives())
        CHECK_FALSE(name.ends_with(".tmp"));
}

TEST_CASE_FIXTURE(events_file_fixture, "a full disk delays events and loses none")
{
    start();
    add(10);
    wait_until_logged(10);
    {
        const auto size = std::filesystem::file_size(path());
        REQUIRE(run(store->append(an_event(event_type::daemon_started))).has_value());
        const test::file_size_limit full(size + 10);
        file->advance(store->head());
        const auto limit = std::chrono::steady_clock::now() + test::patience;
        while (!out.said(log_level::error, "cannot be written") && std::chrono::steady_clock::now() < limit)
        {
            context.restart();
            context.poll();
        }
        CHECK(out.said(log_level::error, "cannot be written"));
        CHECK(file->logged() == 10);
    }
    wait_until_logged(11);
    stop();
    check_complete();
}

TEST_CASE_FIXTURE(
    events_file_fixture, "stopping does not wait for a disk that refuses; the next start completes the file")
{
    start();
    add(10);
    wait_until_logged(10);
    REQUIRE(run(store->append(an_event(event_type::daemon_started))).has_value());
    {
        const test::file_size_limit full(std::filesystem::file_size(path()) + 10);
        file->advance(store->head());
        stop();
    }
    CHECK(test::seqs_in(content(path())).size() == 10);
    start();
    stop();
    check_complete();
}

TEST_CASE_FIXTURE(events_file_fixture, "a file that others shortened is warned about, and gone on with")
{
    start();
    add(10);
    wait_until_logged(10);
    std::filesystem::resize_file(path(), 0);
    add(1);
    wait_until_logged(11);
    context.restart();
    context.poll();
    CHECK(out.said(log_level::warning, "shorter"));
    CHECK(test::seqs_in(content(path())) == std::vector<event_seq>{11});
}

TEST_CASE_FIXTURE(events_file_fixture, "a file that others moved away is warned about, and made anew")
{
    start();
    add(10);
    wait_until_logged(10);
    std::filesystem::rename(path(), path() + ".1");
    add(1);
    wait_until_logged(11);
    context.restart();
    context.poll();
    CHECK(out.said(log_level::warning, "moved or removed"));
    CHECK(test::seqs_in(content(path())) == std::vector<event_seq>{11});
    CHECK(test::seqs_in(content(path() + ".1")).size() == 10);
}

TEST_CASE_FIXTURE(
    events_file_fixture, "a database restored from a copy is told, and never numbers two events alike")
{
    start();
    add(5);
    stop();
    close();
    std::filesystem::copy(state(), directory.file("copy"));
    open();
    start();
    add(5);
    stop();
    close();
    std::filesystem::remove_all(state());
    std::filesystem::rename(directory.file("copy"), state());
    open();
    CHECK(store->head() == 5);
    start();
    CHECK(out.said(log_level::error, "restored from a copy"));
    add(1);
    CHECK(store->head() == 11);
    stop();
    const auto seqs = test::seqs_in(content(path()));
    REQUIRE(seqs.size() == 11);
    for (std::size_t index = 0; index < seqs.size(); ++index)
        CHECK(seqs[index] == index + 1);
    reopen();
    CHECK(store->head() == 11);
}

TEST_CASE_FIXTURE(
    events_file_fixture, "a hole in the database is told as the bug it is, and does not stop the file")
{
    add(5);
    REQUIRE_FALSE(sql("DELETE FROM events WHERE seq IN (2, 3)"));
    start();
    wait_until_logged(5);
    context.restart();
    context.poll();
    CHECK(out.said(log_level::error, "events 2 to 3 are not in the database"));
    stop();
    CHECK(test::seqs_in(content(path())) == std::vector<event_seq>{1, 4, 5});
}

TEST_CASE_FIXTURE(events_file_fixture, "a log directory that cannot be made or opened is named")
{
    test::write_file(logs(), "a file");
    const events_file_settings settings{logs(), state(), 1'000, 1};
    const auto refused = open_events_file(
        context.get_executor(), settings, [](event_seq) { return error_code(); }, out);
    REQUIRE(refused.has_error());
    CHECK(refused.error().text.find(path()) != std::string::npos);
}
