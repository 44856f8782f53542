#include "jobwatchctl/following.hpp"

#include "core/one_line.hpp"
#include "jobwatchctl/cursor_file.hpp"
#include "jobwatchctl/event_lines.hpp"
#include "jobwatchctl/watch_rows.hpp"

#include <cerrno>
#include <cstring>
#include <ostream>

namespace jobwatch::ctl
{

namespace
{

// While events keep coming, the cursor is written this often.
constexpr milliseconds settle_interval{1'000};

// Why there is a gap, in the protocol's word.
constexpr std::string_view beyond_the_head = "beyond the head";

event_seq seq_field(const json::object& from, std::string_view name)
{
    return static_cast<event_seq>(std::max<std::int64_t>(number_field(from, name).value_or(0), 0));
}

} // namespace

following::following(
    const follow_options& options, std::string start, std::optional<cursor> from,
    const surroundings& around) :
    options_(options),
    start_(std::move(start)),
    cursor_(std::move(from)),
    saved_(cursor_),
    around_(around),
    link_(around.link),
    patience_(link_, [&around](const std::string& text) { around.io.complain(text); })
{
}

exit_code following::run()
{
    for (;;)
    {
        trouble met = follow_connection();
        link_.drop();
        if (const auto settled = settle(); !settled)
            met = settled.error();
        if (met.kind == trouble_kind::stopped)
            return exit_code::ok;
        if (patience_.covers(met, {}))
            continue;
        // Told to stop while it paused.
        if (is_passing(met) && link_.has_answered())
            return exit_code::ok;
        return complain(around_, met);
    }
}

json::object following::params() const
{
    json::object asked;
    if (cursor_)
    {
        json::object from;
        if (!cursor_->log.empty())
            from["log"] = cursor_->log;
        from["seq"] = cursor_->seq;
        asked["from"] = std::move(from);
    }
    else
        asked["from"] = start_;
    if (!options_.events.empty())
        asked["events"] = json::array(options_.events.begin(), options_.events.end());
    if (!options_.appliance.empty())
        asked["appliance"] = options_.appliance;
    if (!options_.labels.empty())
        asked["labels"] = labels_params(options_.labels);
    return asked;
}

trouble following::follow_connection()
{
    const auto subscribed = link_.call("subscribe", params());
    if (!subscribed)
        return subscribed.error();
    patience_.restore();
    const std::string log = text_field(subscribed->value, "log");
    const event_seq head = seq_field(subscribed->value, "head");
    if (!cursor_ && start_ == "tail")
        cursor_ = cursor{log, head};
    else if (cursor_ && cursor_->log.empty())
        cursor_->log = log;
    return read_stream(log, head);
}

trouble following::read_stream(const std::string& log, event_seq head)
{
    for (;;)
    {
        if (const auto settled = settle_when_idle(); !settled)
            return settled.error();
        const auto told = link_.next_message({});
        if (!told)
            return told.error();
        if (told->refused)
            return *told->refused;
        take(*told, log, head);
    }
}

void following::take(const message& told, const std::string& log, event_seq head)
{
    if (told.method == "event")
        take_event(told, log);
    else if (told.method == "gap")
        take_gap(told, log, head);
    else if (told.method == "heartbeat")
        cursor_ = cursor{log, seq_field(told.value, "cursor")};
}

void following::take_event(const message& told, const std::string& log)
{
    const event_seq seq = seq_field(told.value, "seq");
    if (cursor_ && cursor_->log == log && seq <= cursor_->seq)
        return; // it was printed before
    print(told);
    cursor_ = cursor{log, seq};
}

void following::take_gap(const message& told, const std::string& log, event_seq head)
{
    const event_seq from = seq_field(told.value, "from");
    const event_seq to = seq_field(told.value, "to");
    const std::string why = one_line(text_field(told.value, "why"));
    around_.io.complain(
        from > to ? "gap: another event log (" + why + "); it goes on at its beginning"
                  : "gap: events " + std::to_string(from) + " to " + std::to_string(to)
                + " cannot be had any more (" + why + ")");
    // A cursor from the future (the state was restored from a backup) goes back to the head.
    cursor_ = cursor{log, why == beyond_the_head ? head : to};
}

void following::print(const message& told) const
{
    if (around_.form == output_form::json)
        return print_json(around_, told.raw);
    const std::string line = readable_event(told.value);
    const auto ended = outcome_of(told.value);
    around_.io.out << (ended ? coloured(around_.io, line, *ended) : line) << '\n';
}

or_trouble<void> following::settle_when_idle()
{
    if (link_.has_more() && steady_clock::now() - settled_at_ < settle_interval)
        return {};
    return settle();
}

or_trouble<void> following::settle()
{
    settled_at_ = steady_clock::now();
    const bool failed_before = !around_.io.out.good();
    around_.io.out.clear(); // what could not be written before is tried once more, and tells why
    errno = 0;
    if (!around_.io.out.flush().good() || failed_before)
    {
        const int why = errno;
        around_.io.out.setstate(std::ios::badbit); // what was lost stays lost: the cursor must not pass it
        if (why == EPIPE)
            return trouble{trouble_kind::stopped, "nobody reads any more"};
        return trouble{trouble_kind::refused, std::string("cannot write the output: ") + std::strerror(why)};
    }
    const bool moved = cursor_ && (!saved_ || saved_->log != cursor_->log || saved_->seq != cursor_->seq);
    if (options_.cursor_file.empty() || !moved)
        return {};
    if (const auto saved = save_cursor(options_.cursor_file, *cursor_); !saved)
        return trouble{trouble_kind::refused, saved.error().text};
    saved_ = cursor_;
    return {};
}

} // namespace jobwatch::ctl
