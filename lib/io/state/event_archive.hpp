// The rotated event files: events-00000000000000001042.jsonl, named by the last seq in them, then compressed to .gz.
// A rename and a name that never changes survive a crash at any step, which renumbering would not.
#pragma once

#include "core/error.hpp"
#include "core/event.hpp"

#include <zlib.h>

#include <cstdint>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace jobwatch
{

// Compresses one file to FILE.gz in small steps, so that new events do not wait for it. FILE goes when FILE.gz is
// safe; until then a .tmp grows beside it, which a crash leaves to be removed at the next start.
class archive_compression
{
public:
    archive_compression(std::string folder, const std::string& path);
    ~archive_compression();
    archive_compression(const archive_compression&) = delete;

    enum class progress : unsigned char
    {
        more,
        done,
    };
    result<progress> step();

private:
    result<progress> finish();

    std::string folder_;
    std::string path_;
    int input_;
    int output_;
    gzFile gzip_ = nullptr;
    std::string block_;
};

// A rotated file, plain or compressed, and the last seq in it as its name says.
struct archived_events
{
    std::string path;
    event_seq last = 0;
};

// Those in `folder`, oldest first.
result<std::vector<archived_events>> find_archived_events(const std::string& folder);

class event_archive
{
public:
    event_archive(std::string folder, std::uint32_t keep) : folder_(std::move(folder)), keep_(keep) {}

    // After a start: removes half-made files and finds what is still to be compressed.
    [[nodiscard]] error_code tidy();

    // Takes `path`, which ends with event `last`, out of the way under its final name, synced; removes files beyond
    // `keep`. Its events must be marked as logged in the database before.
    [[nodiscard]] error_code take(const std::string& path, event_seq last);

    // One step of compressing what waits, if anything does.
    bool has_work() const { return under_way_ != nullptr || !plain_.empty(); }
    [[nodiscard]] error_code work();

private:
    [[nodiscard]] error_code prune();

    std::string folder_;
    std::uint32_t keep_;
    std::vector<std::string> plain_; // to be compressed, oldest first
    std::unique_ptr<archive_compression> under_way_;
};

} // namespace jobwatch
