// Questions to the daemon, one at a time, over a connection that is opened when first needed. It does not reconnect by
// itself: `patience` says what to do when the daemon goes away.
#pragma once

#include "jobwatchctl/connection.hpp"
#include "jobwatchctl/requests.hpp"

#include <functional>
#include <string>

namespace jobwatch::ctl
{

struct link_settings
{
    std::string path = "/run/jobwatchd/control.sock";
    leaving_reasons leave;
    std::chrono::milliseconds answer_within{60'000};
    std::size_t longest_line = max_answer_line;
    // Between attempts to reconnect: doubled from the first to the longest.
    std::chrono::milliseconds first_pause{100};
    std::chrono::milliseconds longest_pause{5'000};
};

class daemon_link
{
public:
    explicit daemon_link(link_settings settings) : settings_(std::move(settings)) {}

    const link_settings& settings() const { return settings_; }

    // Asks and waits for the answer, at most answer_within longer than `extra`. A refusal is an error.
    or_trouble<message>
    call(std::string_view method, const json::object& params, std::chrono::milliseconds extra = {});

    // The two halves of call(), for several questions at once; the result is the question's id.
    or_trouble<std::int64_t> ask(std::string_view method, const json::object& params);
    or_trouble<message> next_message(deadline until);

    bool has_more() { return connection_ && connection_->has_more(); }

    // Has the daemon ever answered? Then it may come back.
    bool has_answered() const { return has_answered_; }
    void drop() { connection_.reset(); }

private:
    or_trouble<void> connect();

    link_settings settings_;
    std::optional<connection> connection_;
    std::int64_t last_id_ = 0;
    bool has_answered_ = false;
};

// What to do when the daemon goes away: says once that it waits for the daemon, and sleeps ever longer.
class patience
{
public:
    patience(const daemon_link& link, std::function<void(const std::string&)> say) :
        link_(link), say_(std::move(say))
    {
    }

    // True: ask again (after a pause). False: give up, because asking again is pointless, the daemon has never
    // answered, or `until` has passed.
    bool covers(const trouble& met, deadline until);

    // The daemon has answered.
    void restore();

private:
    const daemon_link& link_;
    std::function<void(const std::string&)> say_;
    std::chrono::milliseconds pause_{0};
};

} // namespace jobwatch::ctl
