#include "support/memory_store.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>

namespace jobwatch::test
{

namespace
{

bool carries(const watch_view& view, const watch_labels& labels)
{
    return std::all_of(
        labels.begin(), labels.end(),
        [&](const auto& label)
        {
            const auto found = view.labels.find(label.first);
            return found != view.labels.end() && found->second == label.second;
        });
}

event event_of(const watch_view& view, event_type type, wall_time time)
{
    event happened;
    happened.type = type;
    happened.time = time;
    happened.watch = view.number;
    happened.appliance = view.appliance;
    happened.kind = view.kind;
    happened.job = view.job;
    happened.facts = view.facts;
    happened.labels = view.labels;
    happened.submitted_by = view.submitted_by;
    happened.polls = view.polls;
    return happened;
}

} // namespace

void memory_store::commit(std::vector<event> happened)
{
    std::vector<committed> told;
    for (event& one : happened)
    {
        auto stored = std::make_shared<stored_event>();
        stored->seq = events_.size() + 1;
        stored->type = one.type;
        stored->appliance = one.appliance;
        stored->watch = one.watch;
        stored->ended = one.ended;
        stored->text = encode(one, stored->seq);
        events_.push_back(stored);
        values_.push_back(one);
        told.push_back({stored, std::make_shared<const event>(std::move(one))});
    }
    if (told_)
        told_(told);
}

const watch_view* memory_store::newest(const watch_reference& which) const
{
    if (const auto* const number = std::get_if<watch_number>(&which))
    {
        const auto found = watches_.find(*number);
        return found == watches_.end() ? nullptr : &found->second;
    }
    const std::string& job = std::get<job_id>(which).text();
    const auto found = newest_of_job_.find(job);
    return found == newest_of_job_.end() ? nullptr : &watches_.at(found->second);
}

// At most one open watch per appliance, kind and job id.
const watch_view* memory_store::newest_like(const new_watch& wanted) const
{
    const auto number = newest_.find(wanted.appliance + ' ' + wanted.kind + ' ' + wanted.job.text());
    return number == newest_.end() ? nullptr : &watches_.at(number->second);
}

asio::awaitable<void> memory_store::write_slowly()
{
    if (write_latency == milliseconds{0})
        co_return;
    const auto timer = time->make_timer();
    const boot_time moment = time->now() + write_latency;
    co_await timer->wait_until(moment);
}

asio::awaitable<result<std::vector<stored_watch>>> memory_store::submit(std::vector<new_watch> batch)
{
    co_await write_slowly();
    if (refuses_writes)
        co_return errc::state_not_writable;
    std::vector<stored_watch> stored;
    std::vector<event> happened;
    for (const new_watch& one : batch)
    {
        const watch_view* const known = newest_like(one);
        if (known != nullptr && (!known->ended || !one.again))
        {
            stored.push_back({known->number, true, known->ended});
            continue;
        }
        watch_view view;
        view.number = watches_.size() + 1;
        view.appliance = one.appliance;
        view.kind = one.kind;
        view.job = one.job.text();
        view.submitted_at = one.submitted_at;
        view.overdue_after = one.overdue_after;
        view.give_up_after = one.give_up_after;
        view.labels = one.labels;
        view.submitted_by = one.submitted_by;
        happened.push_back(event_of(view, event_type::watch_added, one.submitted_at));
        stored.push_back({view.number, false, {}});
        newest_[view.appliance + ' ' + view.kind + ' ' + view.job] = view.number;
        newest_of_job_[view.job] = view.number;
        watches_.emplace(view.number, std::move(view));
    }
    commit(std::move(happened));
    co_return stored;
}

asio::awaitable<void> memory_store::wait_while_held()
{
    if (!holds_updates)
        co_return;
    const auto executor = co_await asio::this_coro::executor;
    asio::steady_timer held(executor, asio::steady_timer::time_point::max());
    held_.push_back(&held);
    boost::system::error_code ignored;
    co_await held.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
}

void memory_store::release_updates()
{
    holds_updates = false;
    for (asio::steady_timer* const one : std::exchange(held_, {}))
        one->cancel();
}

asio::awaitable<result<void>> memory_store::update(watch_update news)
{
    co_await wait_while_held();
    co_await write_slowly();
    co_return apply(news);
}

asio::awaitable<result<std::vector<error_code>>> memory_store::update_all(std::vector<watch_update> batch)
{
    co_await wait_while_held();
    co_await write_slowly();
    if (refuses_writes)
        co_return make_error_code(errc::state_not_writable);
    std::vector<error_code> answers;
    answers.reserve(batch.size());
    for (const watch_update& news : batch)
    {
        const result<void> applied = apply(news);
        answers.push_back(applied ? error_code() : applied.error());
    }
    co_return answers;
}

void memory_store::finish(const std::string& job, outcome how)
{
    const auto open = std::find_if(
        watches_.begin(), watches_.end(),
        [&](const auto& entry) { return entry.second.job == job && !entry.second.ended; });
    if (open == watches_.end())
        return;
    watch_update news;
    news.number = open->first;
    news.ended = how;
    (void)apply(news);
}

result<void> memory_store::apply(const watch_update& news)
{
    if (refuses_writes)
        return errc::state_not_writable;
    const auto found = watches_.find(news.number);
    if (found == watches_.end())
        return errc::no_such_watch;
    watch_view& view = found->second;
    if (view.ended)
        return errc::watch_ended;
    if (news.facts)
        view.facts = *news.facts;
    if (news.updated_at)
        view.updated_at = news.updated_at;
    view.polls = std::max(view.polls, news.polls);
    view.reason = news.reason;
    if (!news.ended)
        flags_[news.number] = {news.seen, news.unrecognised, news.overdue, news.blocked};
    std::vector<event> happened;
    for (const event_type type : news.say)
        happened.push_back(event_of(view, type, news.time));
    if (news.ended)
    {
        view.ended = news.ended;
        view.ended_at = news.time;
        view.noticed_after = news.noticed_after;
        view.document = news.document;
        const bool removed = *news.ended == outcome::removed;
        happened.push_back(
            event_of(view, removed ? event_type::watch_removed : event_type::job_finished, news.time));
        happened.back().ended = news.ended;
        happened.back().noticed_after = news.noticed_after;
        happened.back().document = news.document;
    }
    for (event& one : happened)
        one.reason = news.reason;
    commit(std::move(happened));
    return result<void>();
}

asio::awaitable<result<void>> memory_store::append(event happened)
{
    if (refuses_writes)
        co_return errc::state_not_writable;
    std::vector<event> one;
    one.push_back(std::move(happened));
    commit(std::move(one));
    co_return result<void>();
}

asio::awaitable<result<void>>
memory_store::remember(std::string appliance, appliance_state state, std::optional<event> said)
{
    if (refuses_writes)
        co_return errc::state_not_writable;
    appliances_[appliance] = std::move(state);
    std::vector<event> one;
    if (said)
        one.push_back(std::move(*said));
    if (!one.empty())
        commit(std::move(one));
    co_return result<void>();
}

asio::awaitable<result<std::map<std::string, appliance_state>>> memory_store::appliance_states()
{
    co_return appliances_;
}

asio::awaitable<result<std::vector<open_watch>>>
memory_store::open_watches(watch_number after, std::size_t limit)
{
    std::vector<open_watch> open;
    for (auto place = watches_.upper_bound(after); place != watches_.end() && open.size() < limit; ++place)
    {
        const watch_view& view = place->second;
        if (view.ended)
            continue;
        open_watch stored;
        stored.number = view.number;
        stored.job = view.job;
        stored.appliance = view.appliance;
        stored.kind = view.kind;
        stored.submitted_at = view.submitted_at;
        stored.overdue_after = view.overdue_after;
        stored.give_up_after = view.give_up_after;
        stored.overall_status = view.facts.overall_status;
        stored.updated_at = view.updated_at;
        stored.polls = view.polls;
        const auto kept = flags_.find(view.number);
        const flags flagged = kept == flags_.end() ? flags{} : kept->second;
        stored.seen = flagged.seen;
        stored.unrecognised = flagged.unrecognised;
        stored.overdue = flagged.overdue;
        stored.blocked = flagged.blocked;
        open.push_back(std::move(stored));
    }
    co_return open;
}

asio::awaitable<result<std::vector<watch_view>>> memory_store::list(list_command asked)
{
    std::vector<watch_view> found;
    for (auto place = watches_.upper_bound(asked.after);
         place != watches_.end() && found.size() < asked.limit; ++place)
    {
        const watch_view& view = place->second;
        const bool state_fits =
            asked.state == watch_state::all || (asked.state == watch_state::ended) == view.ended.has_value();
        const auto& wanted = asked.outcomes;
        const bool outcome_fits = wanted.empty()
            || (view.ended && std::find(wanted.begin(), wanted.end(), *view.ended) != wanted.end());
        if (state_fits && outcome_fits && carries(view, asked.labels)
            && (!asked.appliance || *asked.appliance == view.appliance)
            && (!asked.kind || *asked.kind == view.kind))
            found.push_back(view);
    }
    co_return found;
}

asio::awaitable<result<std::optional<watch_view>>> memory_store::get(watch_reference which)
{
    const watch_view* const found = newest(which);
    if (found == nullptr)
        co_return std::optional<watch_view>();
    co_return std::optional<watch_view>(*found);
}

asio::awaitable<result<std::vector<found_watch>>> memory_store::find(std::vector<watch_reference> which)
{
    std::vector<found_watch> found;
    for (const watch_reference& one : which)
    {
        const watch_view* const view = newest(one);
        found.push_back(view == nullptr ? found_watch{} : found_watch{view->number, view->ended});
    }
    if (between_find_and_answer)
        between_find_and_answer();
    co_return found;
}

asio::awaitable<result<std::vector<watch_view>>> memory_store::views(std::vector<watch_number> numbers)
{
    std::vector<watch_view> found;
    for (const watch_number number : numbers)
    {
        const auto place = watches_.find(number);
        if (place != watches_.end())
            found.push_back(place->second);
    }
    co_return found;
}

asio::awaitable<result<std::vector<watch_number>>>
memory_store::labelled(watch_labels labels, std::size_t limit)
{
    std::vector<watch_number> found;
    for (const auto& [number, view] : watches_)
        if (carries(view, labels) && found.size() < limit)
            found.push_back(number);
    co_return found;
}

asio::awaitable<result<std::vector<shared_event>>>
memory_store::events_after(event_seq seq, std::size_t limit, std::size_t bytes)
{
    const event_seq head = events_.size();
    if (read_latency)
    {
        const auto timer = time->make_timer();
        const boot_time moment = time->now() + read_latency();
        co_await timer->wait_until(moment);
    }
    std::vector<shared_event> found;
    std::size_t size = 0;
    for (event_seq at = std::max(seq + 1, oldest_); at <= head && found.size() < limit && size < bytes; ++at)
    {
        found.push_back(events_[at - 1]);
        size += found.back()->text.size();
    }
    co_return found;
}

std::uint64_t memory_store::watches_ended() const
{
    return static_cast<std::uint64_t>(std::count_if(
        watches_.begin(), watches_.end(), [](const auto& entry) { return entry.second.ended.has_value(); }));
}

std::size_t memory_store::count(event_type type) const
{
    return static_cast<std::size_t>(
        std::count_if(values_.begin(), values_.end(), [&](const event& one) { return one.type == type; }));
}

std::optional<outcome> memory_store::ending_of(const std::string& job) const
{
    for (const event& one : values_)
        if (one.job == job && one.ended)
            return one.ended;
    return std::nullopt;
}

} // namespace jobwatch::test
