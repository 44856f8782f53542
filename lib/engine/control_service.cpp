#include "engine/control_service.hpp"

#include <algorithm>
#include <map>

namespace jobwatch
{

control_service::control_service(
    const settings& configured, watch_store& store, class scheduler& polled, event_feed& feed,
    ending_board& endings, event_log& log, clock& time, process_facts process) :
    configured_(configured),
    store_(store),
    scheduler_(polled),
    feed_(feed),
    endings_(endings),
    log_(log),
    clock_(time),
    process_(std::move(process))
{
}

void control_service::stop()
{
    stopping_ = true;
    for (wait_ticket* const waiting : waits_)
        waiting->timer_->wake();
}

asio::awaitable<control_service::outcome_of> control_service::execute(command asked, caller by)
{
    if (stopping_)
        co_return stopping_refusal();
    if (changes_state(asked) && !by.may_change)
        co_return refusal{
            refusal_code::not_permitted,
            "user " + std::to_string(by.who.uid)
                + " may read but not change: only root, the service's user and members of group jobwatch may",
            {{"uid", std::int64_t{by.who.uid}}}};
    if (auto* const wanted = std::get_if<submit_command>(&asked))
    {
        outcome_of given = co_await submit(std::move(*wanted), by);
        co_return given;
    }
    if (auto* const wanted = std::get_if<list_command>(&asked))
    {
        outcome_of given = co_await list(std::move(*wanted));
        co_return given;
    }
    if (auto* const wanted = std::get_if<get_command>(&asked))
    {
        outcome_of given = co_await get(std::move(*wanted));
        co_return given;
    }
    if (auto* const wanted = std::get_if<explain_command>(&asked))
    {
        outcome_of given = co_await explain(std::move(*wanted));
        co_return given;
    }
    if (auto* const wanted = std::get_if<remove_command>(&asked))
    {
        outcome_of given = co_await remove(std::move(*wanted), by);
        co_return given;
    }
    if (auto* const wanted = std::get_if<poll_command>(&asked))
    {
        outcome_of given = co_await poll(std::move(*wanted));
        co_return given;
    }
    if (auto* const wanted = std::get_if<backup_command>(&asked))
    {
        outcome_of given = co_await backup(std::move(*wanted));
        co_return given;
    }
    if (std::holds_alternative<status_command>(asked))
        co_return status();
    if (std::holds_alternative<kinds_command>(asked))
        co_return kinds();
    co_return version();
}

// --- submit -----------------------------------------------------------------------------------------------------

asio::awaitable<control_service::outcome_of> control_service::submit(submit_command asked, caller by)
{
    const auto appliance = chosen_appliance(asked.appliance, configured_);
    if (!appliance)
        co_return appliance.error();
    const auto family = chosen_kind(asked.kind, configured_);
    if (!family)
        co_return family.error();

    submit_answer told;
    std::vector<new_watch> batch;
    std::vector<std::size_t> places; // of the batch's elements in the answer
    for (const std::string& given : asked.jobs)
    {
        told.jobs.push_back({given, {}, 0, false, {}});
        const auto job = parse_job_id(given);
        if (!job)
        {
            told.jobs.back().job = shown_word(given);
            told.jobs.back().refused = job_id_refusal(given);
            continue;
        }
        told.jobs.back().job = job->text();
        places.push_back(told.jobs.size() - 1);
        batch.push_back(
            {*job, *appliance, *family, clock_.wall_now(),
             asked.overdue_after.value_or(configured_.poll.overdue_after),
             asked.give_up_after.value_or(configured_.poll.give_up_after), asked.labels, by.who,
             asked.again});
    }
    if (batch.empty())
        co_return told;

    const auto stored = co_await store_.submit(batch);
    if (!stored)
        co_return store_refusal(stored.error());
    for (std::size_t element = 0; element < batch.size(); ++element)
    {
        const stored_watch& kept = (*stored)[element];
        submitted_job& shown = told.jobs[places[element]];
        shown.number = kept.number;
        shown.already = kept.already;
        shown.ended = kept.ended;
        if (!kept.already)
            scheduler_.add(batch[element], kept.number);
    }
    co_return told;
}

// --- list -------------------------------------------------------------------------------------------------------

asio::awaitable<control_service::outcome_of> control_service::list(list_command asked)
{
    const std::uint32_t limit = asked.limit;
    const std::optional<std::string> appliance = asked.appliance;
    const std::optional<std::string> family = asked.kind;
    ++asked.limit; // one more shows whether there is another page
    auto found = co_await store_.list(std::move(asked));
    if (!found)
        co_return store_refusal(found.error());
    if (found->empty())
    {
        std::optional<refusal> unknown = co_await refuse_unknown(appliance, family);
        if (unknown)
            co_return std::move(*unknown);
    }
    list_answer told;
    told.watches = std::move(*found);
    const bool more = told.watches.size() > limit;
    if (more)
        told.watches.resize(limit);
    for (watch_view& view : told.watches)
        scheduler_.complete(view);
    if (more && limit != 0)
        told.next = told.watches.back().number;
    co_return told;
}

// A name that is not configured is known all the same while there are watches that carry it.
asio::awaitable<std::optional<refusal>>
control_service::refuse_unknown(std::optional<std::string> appliance, std::optional<std::string> family)
{
    const bool appliance_known = !appliance || configured_.appliances.contains(*appliance);
    const bool kind_known = !family || configured_.kinds.contains(*family);
    if (!appliance_known)
    {
        const bool carried = co_await is_carried(appliance, std::nullopt);
        if (!carried)
            co_return unknown_appliance_refusal(*appliance, configured_);
    }
    if (!kind_known)
    {
        const bool carried = co_await is_carried(std::nullopt, family);
        if (!carried)
            co_return unknown_kind_refusal(*family, configured_);
    }
    co_return std::nullopt;
}

// By any watch, open or ended; true when that cannot be found out.
asio::awaitable<bool>
control_service::is_carried(std::optional<std::string> appliance, std::optional<std::string> family)
{
    list_command any;
    any.appliance = std::move(appliance);
    any.kind = std::move(family);
    any.limit = 1;
    const auto found = co_await store_.list(std::move(any));
    co_return !found || !found->empty();
}

// --- remove, poll -----------------------------------------------------------------------------------------------

// Which watches are meant, now. A word that is no job id or has no watch is refused by itself.
asio::awaitable<answer_or_refusal<control_service::selection>> control_service::select(watch_selection which)
{
    selection chosen;
    std::vector<watch_reference> references;
    std::vector<std::size_t> places;
    for (const std::string& given : which.jobs)
    {
        chosen.asked.push_back({given, 0, {}});
        auto job = parse_job_id(given);
        if (!job)
        {
            chosen.asked.back().asked = shown_word(given);
            chosen.asked.back().refused = job_id_refusal(given);
            continue;
        }
        places.push_back(chosen.asked.size() - 1);
        references.emplace_back(std::move(*job));
    }
    for (const watch_number number : which.watches)
    {
        chosen.asked.push_back({std::to_string(number), 0, {}});
        places.push_back(chosen.asked.size() - 1);
        references.emplace_back(number);
    }
    chosen.found.resize(chosen.asked.size());
    const std::vector<watch_reference> meant = references;
    const auto found = co_await store_.find(std::move(references));
    if (!found)
        co_return store_refusal(found.error());
    for (std::size_t element = 0; element < places.size(); ++element)
    {
        selected_watch& asked = chosen.asked[places[element]];
        chosen.found[places[element]] = (*found)[element];
        asked.number = (*found)[element].number;
        if (asked.number == 0)
            asked.refused = no_watch_refusal(meant[element]);
    }
    co_return chosen;
}

watch_update control_service::removal_of(watch_number number, const caller& by) const
{
    watch_update news;
    news.number = number;
    news.time = clock_.wall_now();
    news.polls = scheduler_.polls_of(number);
    news.ended = outcome::removed;
    news.reason = "removed by uid " + std::to_string(by.who.uid);
    return news;
}

asio::awaitable<control_service::outcome_of> control_service::remove(remove_command asked, caller by)
{
    auto chosen = co_await select(std::move(asked.which));
    if (!chosen)
        co_return chosen.error();
    std::vector<watch_update> batch;
    std::map<watch_number, std::size_t>
        places; // in the batch; a watch may be named twice, and is removed once
    for (const selected_watch& one : chosen->asked)
        if (!one.refused && places.emplace(one.number, batch.size()).second)
            batch.push_back(removal_of(one.number, by));
    if (batch.empty())
        co_return selection_answer{std::move(chosen->asked)};
    const auto removed = co_await store_.update_all(std::move(batch));
    for (selected_watch& one : chosen->asked)
    {
        if (one.refused)
            continue;
        if (!removed)
            one.refused = store_refusal(removed.error());
        else if ((*removed)[places.at(one.number)])
            one.refused = ended_refusal(one.number, "there is nothing to remove");
        else
            scheduler_.remove(one.number);
    }
    co_return selection_answer{std::move(chosen->asked)};
}

asio::awaitable<control_service::outcome_of> control_service::poll(poll_command asked)
{
    auto chosen = co_await select(std::move(asked.which));
    if (!chosen)
        co_return chosen.error();
    for (std::size_t element = 0; element < chosen->asked.size(); ++element)
    {
        selected_watch& one = chosen->asked[element];
        if (one.refused || scheduler_.poll_now(one.number))
            continue;
        if (chosen->found[element].ended)
            one.refused = ended_refusal(one.number, "it is polled no more");
        else
            one.refused = refusal{
                refusal_code::no_such_watch,
                "watch " + std::to_string(one.number)
                    + " is not polled: its appliance or kind is not in the configuration",
                {}};
    }
    co_return selection_answer{std::move(chosen->asked)};
}

asio::awaitable<control_service::outcome_of> control_service::backup(backup_command asked)
{
    if (process_.backup == nullptr)
        co_return refusal{refusal_code::internal_error, "this daemon makes no copies of its state", {}};
    state_backup::outcome made = co_await process_.backup->write(std::move(asked.file));
    if (made.failed.code)
        co_return backup_refusal(made.failed);
    co_return std::move(made.made);
}

// --- status, version, kinds --------------------------------------------------------------------------------------

control_service::outcome_of control_service::status() const
{
    status_answer told;
    told.version = process_.version;
    told.started_at = process_.started_at;
    told.log = feed_.log_id();
    told.head = feed_.head();
    told.logged = log_.logged();
    told.open = scheduler_.open();
    told.ended = store_.watches_ended();
    told.unconfigured = scheduler_.unconfigured();
    told.clients = process_.clients();
    told.subscribers = feed_.readers();
    told.memory = process_.memory();
    told.watch_memory = scheduler_.memory();
    told.appliances = scheduler_.reports();
    for (const appliance_report& one : told.appliances)
    {
        if (!one.tls_verified)
            told.warnings.push_back(one.name + ": TLS certificates are not verified (verify = \"none\")");
        // While nothing answers or may be sent, watches wait for that, and not for the budget.
        const bool waits = one.paused_for || one.conditions.contains(condition::unreachable)
            || one.conditions.contains(condition::auth_failed);
        if (one.stretch > 2 && !waits)
            told.warnings.push_back(
                one.name
                + ": polls come late, intervals are stretched: more is due than requests_per_second allows, "
                  "or "
                  "nothing could be sent for a while");
    }
    if (told.unconfigured != 0)
        told.warnings.push_back(unconfigured_warning(told.unconfigured));
    return told;
}

control_service::outcome_of control_service::version() const
{
    return version_answer{process_.version, feed_.log_id()};
}

control_service::outcome_of control_service::kinds() const
{
    kinds_answer told;
    told.usual = configured_.submit.kind;
    for (const auto& [name, family] : configured_.kinds)
        told.kinds.push_back(family);
    return told;
}

} // namespace jobwatch
