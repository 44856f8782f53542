// Lines for people: jobwatchd.log, and standard error (under systemd: the journal, with priorities). An
// asynchronous sink of bounded size stands between: when the disk is slow, the oldest lines are dropped and
// counted, and nobody waits. A line stays one line: control characters in it are written as \xNN.
#pragma once

#include "core/error.hpp"
#include "core/settings.hpp"
#include "engine/ports/diagnostics.hpp"

#include <memory>
#include <string>

namespace jobwatch
{

inline constexpr std::size_t max_waiting_lines = 8'192; // between the engine and the disk
inline constexpr std::size_t max_log_text = 4'096;      // bytes of a line; the rest is cut off

class log_file : public diagnostics
{
public:
    // Says how many lines were dropped since the start, because the disk did not keep up.
    virtual std::uint64_t dropped() const = 0;
};

// Opens (and appends to) the file, 0640; an error names it.
explained<std::unique_ptr<log_file>> open_log_file(const std::string& path, log_level least);

} // namespace jobwatch
