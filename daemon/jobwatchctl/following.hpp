// Follows the stream of events across restarts of the daemon, without hole or repeat: it keeps the cursor of what was
// printed and asks to go on after it.
#pragma once

#include "jobwatchctl/commands.hpp"

namespace jobwatch::ctl
{

class following
{
public:
    // A wish for a cursor starts there; else "tail" or "begin".
    following(
        const follow_options& options, std::string start, std::optional<cursor> from,
        const surroundings& around);

    // Until the reader of our output or we are told to go, or the daemon refuses.
    exit_code run();

private:
    // Both return only with the trouble that ended them.
    trouble follow_connection();
    trouble read_stream(const std::string& log, event_seq head);

    json::object params() const;
    void take(const message& told, const std::string& log, event_seq head);
    void take_event(const message& told, const std::string& log);
    void take_gap(const message& told, const std::string& log, event_seq head);
    void print(const message& told) const;

    // What is printed is written, then the cursor is: a crash between the two repeats events and never loses any.
    or_trouble<void> settle();
    or_trouble<void> settle_when_idle();

    const follow_options& options_;
    std::string start_;
    std::optional<cursor> cursor_;
    std::optional<cursor> saved_;
    const surroundings& around_;
    daemon_link link_;
    patience patience_;
    steady_clock::time_point settled_at_ = steady_clock::now();
};

} // namespace jobwatch::ctl
