// One connection to control.sock: whole lines out and in, each with a deadline. It blocks; a reason to leave ends
// whatever it waits for.
#pragma once

#include "jobwatchctl/trouble.hpp"
#include "wire/line_splitter.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace jobwatch::ctl
{

using steady_clock = std::chrono::steady_clock;
using deadline = std::optional<steady_clock::time_point>; // none: as long as it takes

// The longest line that is taken from a daemon: ten thousand watches with many labels each fit well.
inline constexpr std::size_t max_answer_line = 128U << 20U; // bytes

// File descriptors, or -1.
struct leaving_reasons
{
    int stop = -1;   // readable: we were told to
    int output = -1; // its reader has gone: nobody is left to be told anything
};

class connection
{
public:
    static or_trouble<connection>
    open(const std::string& path, leaving_reasons leave, std::size_t longest_line = max_answer_line);

    connection(connection&& other) noexcept;
    connection& operator=(connection&& other) noexcept;
    ~connection();

    // What the daemon says meanwhile is kept, so that neither side waits for the other for ever.
    or_trouble<void> send(std::string_view text, deadline until);

    // The next line, without its newline.
    or_trouble<std::string> receive(deadline until);

    // Is there more to receive at once?
    bool has_more();

private:
    connection(int socket, leaving_reasons leave, std::size_t longest_line) :
        socket_(socket), leave_(leave), lines_(longest_line), longest_line_(longest_line)
    {
    }

    or_trouble<void> wait_for(short events, deadline until) const;
    or_trouble<std::size_t> read_some(); // bytes
    or_trouble<std::optional<std::string>> next_line();

    int socket_ = -1;
    leaving_reasons leave_;
    line_splitter lines_;
    std::size_t longest_line_;
    std::optional<line_splitter::piece> kept_; // looked at by has_more(), not yet received
    bool ended_ = false; // the daemon has closed; what it said before is still to be received
};

// Sleeps, unless there is a reason to leave: false then.
bool pause_for(std::chrono::milliseconds span, leaving_reasons leave);

} // namespace jobwatch::ctl
