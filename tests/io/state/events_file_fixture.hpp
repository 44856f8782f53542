// A store with its events.jsonl, and what was ever written to it.
#pragma once

#include "io/state/events_file.hpp"
#include "state_fixture.hpp"

#include <zlib.h>

#include <algorithm>
#include <filesystem>
#include <thread>

namespace jobwatch::test
{

inline std::string unpacked(const std::string& path)
{
    const gzFile file = gzopen(path.c_str(), "rb");
    REQUIRE(file != nullptr);
    std::string text;
    std::vector<char> block(65'536);
    for (int count = 0; (count = gzread(file, block.data(), 65'536)) > 0;)
        text.append(block.data(), static_cast<std::size_t>(count));
    CHECK(gzeof(file) == 1);
    gzclose(file);
    return text;
}

struct events_file_fixture : state_fixture
{
    std::unique_ptr<events_file> file;
    std::uint64_t rotate_size = 64 << 20;
    std::uint32_t rotate_keep = 100;

    ~events_file_fixture() { file.reset(); }

    std::string logs() const { return directory.file("logs"); }
    std::string path() const { return logs() + "/events.jsonl"; }

    void start()
    {
        const events_file_settings settings{logs(), state(), rotate_size, rotate_keep};
        auto mark = [this](event_seq seq) { return store->commit_log_mark(seq); };
        auto opened = open_events_file(context.get_executor(), settings, mark, out);
        REQUIRE_MESSAGE(opened.has_value(), (opened ? std::string() : opened.error().text));
        file = std::move(*opened);
    }
    void stop() { file.reset(); } // writes what is left
    void restart()
    {
        stop();
        start();
    }
    void add(int count)
    {
        std::vector<new_watch> batch;
        for (int index = 0; index < count; ++index)
            batch.push_back(a_watch("job-" + std::to_string(++added_)));
        REQUIRE(run(store->submit(std::move(batch))).has_value());
        if (file)
            file->advance(store->head());
    }
    void wait_until_logged(event_seq seq)
    {
        const auto limit = std::chrono::steady_clock::now() + patience;
        while (file->logged() < seq && std::chrono::steady_clock::now() < limit)
            std::this_thread::yield();
        REQUIRE(file->logged() >= seq);
    }

    std::vector<std::string> archives() const
    {
        std::vector<std::string> names;
        for (const auto& entry : std::filesystem::directory_iterator(logs()))
            if (entry.path().filename() != "events.jsonl" && entry.path().filename() != "logs.lock")
                names.push_back(entry.path().filename().string());
        std::sort(names.begin(), names.end());
        return names;
    }
    // All that was ever written, oldest first.
    std::string everything() const
    {
        std::string text;
        for (const auto& name : archives())
        {
            const auto one = logs() + "/" + name;
            text += name.ends_with(".gz") ? unpacked(one) : content(one);
        }
        return text + content(path());
    }
    std::string database()
    {
        std::string text;
        for (const auto& one : events())
            text += one->text;
        return text;
    }
    void check_complete()
    {
        const auto text = everything();
        CHECK(seqs_in(text).size() == store->head());
        CHECK((text == database()));
    }

private:
    int added_ = 0;
};

} // namespace jobwatch::test
