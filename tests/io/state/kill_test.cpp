// kill -9 at random moments: a child submits and ends watches, with a small rotation size, and tells through a pipe
// what was acknowledged; the parent kills it, opens the state again and compares.
#include "io/state/events_file.hpp"
#include "state_fixture.hpp"

#include <boost/asio/detached.hpp>
#include <zlib.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <map>
#include <random>
#include <set>

#include <sys/wait.h>

using namespace jobwatch;

namespace
{

constexpr std::uint64_t small_file = 20'000;

// One acknowledgement as it goes through the pipe.
struct acknowledged
{
    watch_number number = 0;
    bool ended = false;
};

std::unique_ptr<events_file> open_file(
    boost::asio::io_context& context, sqlite_watch_store& store, const std::string& root, diagnostics& out)
{
    const events_file_settings settings{root + "/logs", root + "/state", small_file, 100'000};
    auto opened = open_events_file(
        context.get_executor(), settings, [&store](event_seq seq) { return store.commit_log_mark(seq); },
        out);
    return opened ? std::move(*opened) : nullptr;
}

void tell(int pipe, watch_number number, bool ended)
{
    const acknowledged one{number, ended};
    if (write(pipe, &one, sizeof one) != sizeof one)
        _exit(3);
}

boost::asio::awaitable<void> live(watch_store& store, std::string name, std::size_t size, int pipe)
{
    for (int round = 0;; ++round)
    {
        std::vector<new_watch> batch;
        for (std::size_t index = 0; index < size; ++index)
            batch.push_back(test::a_watch(name + "-" + std::to_string(round) + "-" + std::to_string(index)));
        const auto given = co_await store.submit(std::move(batch));
        if (!given)
            _exit(4);
        for (const auto& one : *given)
            tell(pipe, one.number, false);
        for (const auto& one : *given)
        {
            auto news = test::an_ending(one.number);
            news.say = {event_type::job_status};
            const auto ended = co_await store.update(std::move(news));
            if (!ended)
                _exit(5);
            tell(pipe, one.number, true);
        }
    }
}

[[noreturn]] void child(const std::string& root, int round, int pipe)
{
    boost::asio::io_context context;
    test::recorded_diagnostics out;
    auto store = open_watch_store(context.get_executor(), {root + "/state", {}, {}}, out);
    if (!store)
        _exit(1);
    const auto file = open_file(context, **store, root, out);
    if (!file)
        _exit(2);
    (*store)->on_committed([&](auto news) { file->advance(news.back().stored->seq); });
    for (int client = 0; client < 8; ++client)
    {
        const auto name = "r" + std::to_string(round) + "c" + std::to_string(client);
        const std::size_t size = client == 0 ? 50 : 1;
        boost::asio::co_spawn(context, live(**store, name, size, pipe), boost::asio::detached);
    }
    context.run();
    _exit(6);
}

std::string unpacked(const std::filesystem::path& path)
{
    const gzFile file = gzopen(path.c_str(), "rb"); // reads plain files as they are
    std::string text;
    std::vector<char> block(65'536);
    for (int count = 0; (count = gzread(file, block.data(), 65'536)) > 0;)
        text.append(block.data(), static_cast<std::size_t>(count));
    gzclose(file);
    return text;
}

std::string all_files(const std::string& logs)
{
    std::vector<std::filesystem::path> archives;
    for (const auto& entry : std::filesystem::directory_iterator(logs))
        if (entry.path().filename() != "events.jsonl" && entry.path().filename() != "logs.lock")
            archives.push_back(entry.path());
    std::sort(archives.begin(), archives.end());
    std::string text;
    for (const auto& path : archives)
        text += unpacked(path);
    return text + test::content(logs + "/events.jsonl");
}

struct kill_fixture
{
    test::temporary_directory directory;
    std::map<watch_number, bool> promised; // number -> its ending was acknowledged

    void run_and_kill(int round, std::size_t after)
    {
        int ends[2];
        REQUIRE(pipe(ends) == 0);
        const auto pid = fork();
        REQUIRE(pid >= 0);
        if (pid == 0)
        {
            close(ends[0]);
            child(directory.path().string(), round, ends[1]);
        }
        close(ends[1]);
        acknowledged one;
        std::size_t heard = 0;
        while (read(ends[0], &one, sizeof one) == sizeof one)
        {
            promised[one.number] = promised[one.number] || one.ended;
            if (++heard == after)
                kill(pid, SIGKILL); // what was told until it died is read on
        }
        close(ends[0]);
        int status = 0;
        REQUIRE(waitpid(pid, &status, 0) == pid);
        CHECK(WIFSIGNALED(status));
        CHECK(heard >= after);
    }

    void check()
    {
        boost::asio::io_context context;
        test::recorded_diagnostics out;
        const auto root = directory.path().string();
        auto opened = open_watch_store(context.get_executor(), {root + "/state", {}, {}}, out);
        REQUIRE(opened.has_value());
        auto& store = **opened;
        auto file = open_file(context, store, root, out);
        REQUIRE(file != nullptr);
        file.reset(); // catches up first
        for (const auto& entry : out.entries)
            CHECK_MESSAGE(entry.level != log_level::error, entry.line);
        const auto events = test::run_coroutine(context, store.events_after(0, 10'000'000, 1 << 30)).value();
        check_events(events);
        std::string lines;
        for (const auto& one : events)
            lines += one->text;
        CHECK((all_files(root + "/logs") == lines));
    }

    void check_events(const std::vector<shared_event>& events)
    {
        std::set<watch_number> added;
        std::set<watch_number> ended;
        event_seq expected = 0;
        for (const auto& one : events)
        {
            CHECK(one->seq == ++expected);
            if (one->type == event_type::watch_added)
                CHECK(added.insert(one->watch).second);
            if (one->type == event_type::job_finished)
                CHECK(ended.insert(one->watch).second);
        }
        for (const auto& [number, over] : promised)
        {
            CHECK(added.contains(number));
            CHECK((!over || ended.contains(number)));
        }
    }
};

} // namespace

TEST_CASE_FIXTURE(
    kill_fixture, "kill -9 at any moment loses nothing that was acknowledged and doubles nothing")
{
    const unsigned seed = 20'261'123;
    std::mt19937 chance(seed);
    for (int round = 0; round < 12; ++round)
    {
        const auto after = std::uniform_int_distribution<std::size_t>(1, 600)(chance);
        CAPTURE(seed);
        CAPTURE(round);
        CAPTURE(after);
        run_and_kill(round, after);
        check();
    }
    CHECK(promised.size() > 500);
}
