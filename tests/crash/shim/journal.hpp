// What the shim tells the driver: a record for each call that changes a watched folder, in the order of the calls. It is
// written before the call is made (a sync: after it), so that no change can be on the disk without its record; the last
// record of a process that was killed may be of a call that never was, and the driver looks.
#pragma once

#include <cstdint>

namespace jobwatch::crash
{

enum class call : std::uint8_t
{
    open,     // text: the name; `created` when it was not there
    write,    // at `offset`; text: the bytes
    truncate, // to `offset` bytes
    sync,     // of the file
    rename,   // text: the old name, NUL, the new name
    unlink,   // text: the name
    sync_folder,
    amend // the record before: the call did only `offset` bytes; -1: it failed
};

struct record_head
{
    std::uint32_t size = 0; // of the record, this head included
    call what = call::open;
    std::uint8_t folder = 0; // which of the watched ones
    std::uint8_t created = 0;
    std::uint8_t unused = 0;
    std::uint64_t file = 0; // the shim's number for it, of this process
    std::int64_t offset = 0;
};

static_assert(sizeof(record_head) == 24);

// The environment of a watched process.
inline constexpr const char* folders_variable =
    "JOBWATCH_CRASH_FOLDERS"; // "/a:/b", without links or a last slash
inline constexpr const char* journal_variable = "JOBWATCH_CRASH_JOURNAL"; // a file outside of them
inline constexpr const char* kill_variable = "JOBWATCH_CRASH_KILL";       // see kill_point

} // namespace jobwatch::crash
