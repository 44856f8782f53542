#include "jobwatchctl/waiting.hpp"

#include "core/duration_text.hpp"
#include "core/one_line.hpp"
#include "jobwatchctl/watch_rows.hpp"

#include <algorithm>
#include <ostream>
#include <set>

namespace jobwatch::ctl
{

namespace
{

// The daemon takes this many waits on one connection (its max_waits_per_client).
constexpr std::size_t waits_at_once = 16;
// Between two looks at how many have ended, on a terminal: longer for many, whose answers are long.
constexpr milliseconds shortest_look{1'000};
constexpr milliseconds longest_look{15'000};

class waiting
{
public:
    waiting(const wait_wish& wish, const surroundings& around) :
        wish_(wish),
        around_(around),
        link_(around.link),
        patience_(link_, [this](const std::string& text) { say(text); })
    {
        if (wish.timeout)
            limit_ = steady_clock::now() + *wish.timeout;
    }

    exit_code run();

private:
    struct meant
    {
        std::string job;
        std::string appliance;
    };

    // Which watches are meant, and which of them have ended: from here on they are known by number, so that a job
    // which is submitted again meanwhile is not mistaken for the one that is waited for.
    or_trouble<void> look_up();
    or_trouble<void> look_up_labels();
    or_trouble<void> wait_for_open();
    or_trouble<void> ask_window(
        std::vector<watch_selection>::const_iterator begin, std::vector<watch_selection>::const_iterator end,
        milliseconds span);
    or_trouble<message> patient_call(std::string_view method, const json::object& params);
    or_trouble<void> bear(const trouble& met);
    json::object wait_params(const watch_selection& which, milliseconds span) const;

    void take(const message& answer);
    void take_watch(const element& watch);
    void take_unknown(const std::string& asked);
    bool is_another(watch_number number, const json::object& watch) const;

    bool is_done() const { return open_.empty() || (wish_.until == wait_until::any && !ended_.empty()); }
    milliseconds time_left() const;
    milliseconds span_of_look() const;
    std::size_t total() const { return open_.size() + ended_.size() + unknown_; }

    void say(const std::string& text);
    void show_progress();
    void clear_progress();
    void print_ended(const element& watch);
    exit_code tell_time_limit();

    const wait_wish& wish_;
    const surroundings& around_;
    daemon_link link_;
    patience patience_;
    deadline limit_;
    std::map<watch_number, meant> open_;
    std::set<watch_number> seen_;
    std::vector<outcome> ended_;
    std::size_t unknown_ = 0;
    bool progress_shown_ = false;
};

exit_code waiting::run()
{
    auto waited = wish_.labels.empty() ? look_up() : look_up_labels();
    if (waited)
        waited = wait_for_open();
    clear_progress();
    if (!waited && waited.error().kind == trouble_kind::timed_out)
        return tell_time_limit();
    if (!waited)
        return complain(around_, waited.error());
    const exit_code worst = worst_code(ended_);
    return worst == exit_code::ok && unknown_ != 0 ? exit_code::not_known : worst;
}

// --- asking ---------------------------------------------------------------------------------------------------

// After trouble: nothing when it is worth asking again, else what to give up with.
or_trouble<void> waiting::bear(const trouble& met)
{
    if (patience_.covers(met, limit_))
        return {};
    if (is_passing(met) && link_.has_answered() && limit_ && steady_clock::now() >= *limit_)
        return trouble{trouble_kind::timed_out, "time limit"};
    return met;
}

or_trouble<message> waiting::patient_call(std::string_view method, const json::object& params)
{
    for (;;)
    {
        auto told = link_.call(method, params);
        if (told)
        {
            patience_.restore();
            return told;
        }
        if (const auto borne = bear(told.error()); !borne)
            return borne.error();
    }
}

json::object waiting::wait_params(const watch_selection& which, milliseconds span) const
{
    json::object params = selection_params(which);
    params["until"] = wish_.until == wait_until::any ? "any" : "all";
    params["timeout"] = format_duration(span);
    return params;
}

or_trouble<void> waiting::look_up()
{
    constexpr std::size_t room = 1024; // for the rest of the request
    for (const watch_selection& portion : portions_of(wish_.which, room))
    {
        const auto told = patient_call("wait", wait_params(portion, milliseconds{0}));
        if (!told)
            return told.error();
        take(*told);
    }
    return {};
}

or_trouble<void> waiting::look_up_labels()
{
    json::object params;
    params["labels"] = labels_params(wish_.labels);
    params["limit"] = max_list_limit;
    for (std::optional<std::int64_t> after = 0; after;)
    {
        params["after"] = *after;
        const auto told = patient_call("list", params);
        if (!told)
            return told.error();
        for (const element& watch : elements_of(*told, "watches"))
            take_watch(watch);
        after = number_field(told->value, "next");
    }
    if (total() == 0)
        return trouble{trouble_kind::not_known, "no watch carries these labels"};
    return {};
}

or_trouble<void> waiting::wait_for_open()
{
    while (!is_done())
    {
        show_progress();
        const milliseconds left = time_left();
        if (left.count() == 0)
            return trouble{trouble_kind::timed_out, "time limit"};
        watch_selection which;
        for (const auto& [number, ignored] : open_)
            which.watches.push_back(number);
        const auto portions = portions_of(which, 1024);
        // More than the daemon takes at once: each window gets its turn.
        const bool turns = portions.size() > waits_at_once;
        const milliseconds span = std::min(left, turns ? shortest_look : span_of_look());
        for (std::size_t at = 0; at < portions.size() && !is_done(); at += waits_at_once)
        {
            const auto begin = portions.begin() + static_cast<std::ptrdiff_t>(at);
            const auto count = std::min(waits_at_once, portions.size() - at);
            const auto asked = ask_window(begin, begin + static_cast<std::ptrdiff_t>(count), span);
            if (asked)
                continue;
            if (const auto borne = bear(asked.error()); !borne)
                return borne.error();
            break;
        }
    }
    return {};
}

// All of them at once on one connection; when any is enough, the first answer with an end is.
or_trouble<void> waiting::ask_window(
    std::vector<watch_selection>::const_iterator begin, std::vector<watch_selection>::const_iterator end,
    milliseconds span)
{
    std::set<std::int64_t> asked;
    for (auto portion = begin; portion != end; ++portion)
    {
        const auto id = link_.ask("wait", wait_params(*portion, span));
        if (!id)
            return id.error();
        asked.insert(*id);
    }
    const deadline until = steady_clock::now() + around_.link.answer_within + span;
    while (!asked.empty() && !is_done())
    {
        const auto told = link_.next_message(until);
        if (!told && told.error().kind == trouble_kind::timed_out)
            return trouble{trouble_kind::connection, told.error().text};
        if (!told)
            return told.error();
        if (told->refused)
        {
            link_.drop();
            return *told->refused;
        }
        patience_.restore();
        if (told->id && asked.erase(*told->id) != 0)
            take(*told);
    }
    if (!asked.empty())
        link_.drop(); // the answers that are still to come are of no use
    return {};
}

milliseconds waiting::time_left() const
{
    if (!limit_)
        return max_wait_timeout;
    const auto left = std::chrono::ceil<milliseconds>(*limit_ - steady_clock::now());
    return std::clamp(left, milliseconds{0}, max_wait_timeout);
}

milliseconds waiting::span_of_look() const
{
    if (!around_.io.err_is_terminal)
        return max_wait_timeout;
    return std::clamp(milliseconds{static_cast<std::int64_t>(open_.size())}, shortest_look, longest_look);
}

// --- what was told --------------------------------------------------------------------------------------------

void waiting::take(const message& answer)
{
    for (const char* const name : {"ended", "open"})
        for (const element& watch : elements_of(answer, name))
            take_watch(watch);
    const auto* unknown = answer.value.if_contains("unknown");
    if (unknown == nullptr || !unknown->is_array())
        return;
    for (const auto& asked : unknown->get_array())
        if (const auto* text = asked.if_string())
            take_unknown({text->data(), text->size()});
}

void waiting::take_watch(const element& watch)
{
    const auto number = number_of(watch.value);
    if (!number)
        return;
    const auto ended = outcome_of(watch.value);
    if (seen_.insert(*number).second)
    {
        if (!ended)
            open_[*number] = {text_field(watch.value, "job"), text_field(watch.value, "appliance")};
    }
    else if (!open_.contains(*number))
        return;
    else if (is_another(*number, watch.value))
        return take_unknown(std::to_string(*number));
    if (!ended)
        return;
    open_.erase(*number);
    ended_.push_back(*ended);
    print_ended(watch);
}

// After the daemon's state was replaced, the number may belong to another job's watch.
bool waiting::is_another(watch_number number, const json::object& watch) const
{
    return open_.at(number).job != text_field(watch, "job");
}

void waiting::take_unknown(const std::string& asked)
{
    std::string who = one_line(asked);
    for (const auto& [number, one] : open_)
        if (std::to_string(number) == asked)
        {
            who = "watch " + who + " (" + one_line(one.job) + "), any more";
            open_.erase(number);
            break;
        }
    ++unknown_;
    say("not known: " + who);
}

// --- telling --------------------------------------------------------------------------------------------------

void waiting::say(const std::string& text)
{
    clear_progress();
    around_.io.complain(text);
}

void waiting::show_progress()
{
    if (!around_.io.err_is_terminal)
        return;
    around_.io.err << "\r\x1b[K" << ended_.size() << " of " << total() << " ended" << std::flush;
    progress_shown_ = true;
}

void waiting::clear_progress()
{
    if (!progress_shown_)
        return;
    around_.io.err << "\r\x1b[K" << std::flush;
    progress_shown_ = false;
}

void waiting::print_ended(const element& watch)
{
    clear_progress();
    if (around_.form == output_form::json)
        return print_json(around_, watch.raw);
    if (around_.io.out_is_terminal)
    {
        around_.io.out << coloured(around_.io, ending_line(watch.value), ended_.back()) << std::endl;
        return;
    }
    table rows = watch_table();
    rows.add(watch_row(watch.value));
    rows.print(around_.io);
    around_.io.out.flush();
}

exit_code waiting::tell_time_limit()
{
    const std::string limit = describe_duration(wish_.timeout.value_or(milliseconds{0}));
    if (seen_.empty())
        say("the time limit of " + limit + " has passed before the daemon could be asked");
    else
        say("the time limit of " + limit + " has passed; " + std::to_string(open_.size()) + " of "
            + std::to_string(total()) + " are still open, as far as is known:");
    for (const auto& [number, one] : open_)
        around_.io.err << "still open: " << cell(one.appliance) << ' ' << cell(one.job) << " (watch "
                       << number << ")\n";
    around_.io.err.flush();
    return exit_code::time_limit;
}

} // namespace

exit_code wait_for_watches(const wait_wish& wish, const surroundings& around)
{
    return waiting(wish, around).run();
}

} // namespace jobwatch::ctl
