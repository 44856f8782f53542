#include "engine/scheduler.hpp"

#include <algorithm>

namespace jobwatch
{

namespace
{

constexpr std::size_t load_page = 10'000; // open watches read from the store at once

} // namespace

scheduler::scheduler(
    const settings& configured, const make_appliance& make, watch_store& store, clock& time, diagnostics& log,
    task_group& tasks, chance& random) :
    configured_(configured), clock_(time), store_(store), random_(random)
{
    for (const auto& [name, family] : configured.kinds)
        kinds_.push_back(family);
    const poller_surroundings shared{watches_, words_, kinds_, configured.poll, store,
                                     time,     log,    tasks,  random};
    for (const auto& [name, appliance] : configured.appliances)
    {
        const auto index = static_cast<std::uint16_t>(pollers_.size());
        pollers_.push_back(std::make_unique<appliance_poller>(appliance, index, make(appliance), shared));
    }
}

asio::awaitable<result<void>> scheduler::start()
{
    // First, since what stood before the restart says how to take the watches that are loaded.
    auto states = co_await store_.appliance_states();
    if (!states)
        co_return states.error();
    for (const auto& poller : pollers_)
        poller->recall(std::move((*states)[poller->settings().name]));
    watch_number after = 0;
    for (;;)
    {
        const auto page = co_await store_.open_watches(after, load_page);
        if (!page)
            co_return page.error();
        if (page->empty())
            break;
        for (const open_watch& stored : *page)
            load(stored);
        after = page->back().number;
    }
    for (const auto& poller : pollers_)
        poller->start();
    co_return result<void>();
}

void scheduler::stop()
{
    for (const auto& poller : pollers_)
        poller->stop();
}

std::optional<std::uint16_t> scheduler::appliance_index(const std::string& name) const
{
    const auto is_it = [&](const auto& poller) { return poller->settings().name == name; };
    const auto found = std::find_if(pollers_.begin(), pollers_.end(), is_it);
    if (found == pollers_.end())
        return std::nullopt;
    return static_cast<std::uint16_t>(found - pollers_.begin());
}

std::optional<std::uint16_t> scheduler::kind_index(const std::string& name) const
{
    const auto found =
        std::find_if(kinds_.begin(), kinds_.end(), [&](const kind& family) { return family.name == name; });
    if (found == kinds_.end())
        return std::nullopt;
    return static_cast<std::uint16_t>(found - kinds_.begin());
}

void scheduler::load(const open_watch& stored)
{
    const auto appliance = appliance_index(stored.appliance);
    const auto family = kind_index(stored.kind);
    if (!appliance || !family)
    {
        unconfigured_.insert(stored.number);
        return;
    }
    watch_record record;
    record.number = stored.number;
    record.job = packed_job_id(stored.job);
    record.appliance = *appliance;
    record.kind = *family;
    record.submitted_at = stored.submitted_at;
    record.overdue_after = packed_limit(stored.overdue_after);
    record.give_up_after = packed_limit(stored.give_up_after);
    record.progress.polls = stored.polls;
    record.progress.seen = stored.seen;
    record.progress.unrecognised = stored.unrecognised;
    record.progress.overdue = stored.overdue;
    record.progress.blocked = stored.blocked;
    record.progress.said = pollers_[*appliance]->presumed(stored.seen, stored.blocked);
    record.refused_alone = stored.blocked; // if it was by 401, it must not cost the others their first token
    record.progress.status = words_.number_of(stored.overall_status);
    if (stored.updated_at)
        record.progress.newest_updated_at = stored.updated_at->time_since_epoch().count();
    record.slow = stored.unrecognised || stored.overdue || stored.blocked;
    enlist(std::move(record), false);
}

void scheduler::add(const new_watch& added, watch_number number)
{
    const auto appliance = appliance_index(added.appliance);
    const auto family = kind_index(added.kind);
    if (!appliance || !family || watches_.find(number))
        return; // the caller has checked the names; found again: it was on the list already
    watch_record record;
    record.number = number;
    record.job = packed_job_id(added.job.text());
    record.appliance = *appliance;
    record.kind = *family;
    record.submitted_at = added.submitted_at;
    record.overdue_after = packed_limit(added.overdue_after);
    record.give_up_after = packed_limit(added.give_up_after);
    enlist(std::move(record), true);
}

// The age since submit is taken from the wall clock once, here; from now on it follows the clock that nobody sets.
void scheduler::enlist(watch_record record, bool fresh)
{
    const boot_time now = clock_.now();
    const auto since_submit = std::chrono::floor<milliseconds>(clock_.wall_now() - record.submitted_at);
    const milliseconds age = std::max(since_submit, milliseconds{0});
    record.born = now - age;
    const poll_schedule& schedule = configured_.poll.schedule;
    const milliseconds interval = record.slow ? schedule.max_interval : poll_interval(schedule, age);
    const watch_slot slot = watches_.add(std::move(record));
    if (fresh && age < schedule.first_after)
    {
        watches_.reschedule(slot, now + schedule.first_after - age, schedule.first_after);
    }
    else
    {
        const double part = random_.next() * static_cast<double>(interval.count());
        watches_.reschedule(slot, now + milliseconds(static_cast<std::int64_t>(part)), interval);
    }
    pollers_[watches_.at(slot).appliance]->enlist(slot);
}

void scheduler::remove(watch_number number)
{
    unconfigured_.erase(number);
    const auto slot = watches_.find(number);
    if (slot)
        pollers_[watches_.at(*slot).appliance]->forget(*slot);
}

bool scheduler::poll_now(watch_number number)
{
    const auto slot = watches_.find(number);
    if (!slot)
        return false;
    pollers_[watches_.at(*slot).appliance]->poll_now(*slot);
    return true;
}

void scheduler::complete(watch_view& view) const
{
    if (view.ended)
        return;
    const auto slot = watches_.find(view.number);
    if (!slot)
    {
        view.unconfigured = unconfigured_.contains(view.number);
        return;
    }
    const watch_record& record = watches_.at(*slot);
    view.polls = record.progress.polls;
    view.unrecognised = record.progress.unrecognised;
    view.overdue = record.progress.overdue;
    view.last_error = last_error_of(record.progress);
    view.next_poll_in = record.in_flight ? milliseconds{0}
                                         : std::max(span_between(clock_.now(), record.due), milliseconds{0});
}

explanation_facts scheduler::explain(watch_view view) const
{
    complete(view);
    explanation_facts told;
    told.now = clock_.wall_now();
    told.appliance_known = appliance_index(view.appliance).has_value();
    told.kind_known = kind_index(view.kind).has_value();
    if (const auto found = configured_.appliances.find(view.appliance); found != configured_.appliances.end())
        told.credential = found->second.credential;
    const auto slot = view.ended ? std::nullopt : watches_.find(view.number);
    if (slot)
        pollers_[watches_.at(*slot).appliance]->explain(*slot, told.polling.emplace());
    told.watch = std::move(view);
    return told;
}

std::uint32_t scheduler::polls_of(watch_number number) const
{
    const auto slot = watches_.find(number);
    return slot ? watches_.at(*slot).progress.polls : 0;
}

std::size_t scheduler::memory() const
{
    std::size_t bytes = watches_.memory();
    for (const auto& poller : pollers_)
        bytes += poller->memory();
    return bytes;
}

std::vector<appliance_report> scheduler::reports() const
{
    std::vector<appliance_report> told;
    told.reserve(pollers_.size());
    for (const auto& poller : pollers_)
        told.push_back(poller->report());
    return told;
}

} // namespace jobwatch
