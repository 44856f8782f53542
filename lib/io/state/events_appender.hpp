// The open events.jsonl: appends whole lines or nothing, synced.
#pragma once

#include "core/error.hpp"
#include "io/state/events_tail.hpp"
#include "io/state/file_descriptor.hpp"

#include <string>
#include <string_view>

namespace jobwatch
{

class events_appender
{
public:
    // Opens or makes the file (0640), cuts a torn tail off, and syncs file and folder: what an earlier process
    // wrote may not have been.
    static result<events_appender> open(const std::string& path, const std::string& folder);

    const events_tail& found() const { return found_; }
    std::uint64_t size() const { return size_; }

    // When it fails, nothing of `lines` counts: it is cut off again, at the latest before the next append.
    [[nodiscard]] error_code append(std::string_view lines);

    // What others did to the file since our last append.
    enum class state : unsigned char
    {
        ours,
        shrunk,
        grown,
        gone, // moved away, removed, or replaced
    };
    state look(const std::string& path) const;

private:
    events_appender(file_descriptor file, const events_tail& found) :
        file_(std::move(file)), found_(found), size_(found.whole)
    {
    }
    [[nodiscard]] error_code write_all(std::string_view lines) const;
    [[nodiscard]] error_code cut() const;

    file_descriptor file_;
    events_tail found_;
    std::uint64_t size_; // of whole, synced lines
    bool to_cut_ = false;
};

// fsync of a folder: what was made, renamed or removed in it stays so.
[[nodiscard]] error_code sync_folder(const std::string& folder);

} // namespace jobwatch
