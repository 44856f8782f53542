#include "engine/appliance_poller.hpp"

#include <algorithm>

namespace jobwatch
{

namespace
{

// Only the appliance itself answers these, and only to somebody whom it knows; a gateway's error page says
// nothing about the token.
bool shows_token_taken(const poll_answer& answer)
{
    return answer || answer.error().what == trouble::forbidden || answer.error().what == trouble::not_found;
}

// While nobody is shown anything, 401 is the token's trouble and tells nothing about the job.
asking_error told_of_token(asking_error error)
{
    if (error.what == trouble::unauthorized)
        error.what = trouble::no_token;
    return error;
}

} // namespace

appliance_poller::appliance_poller(
    const appliance_settings& settings, std::uint16_t index, std::unique_ptr<appliance_api> api,
    const poller_surroundings& shared) :
    settings_(settings),
    api_(std::move(api)),
    shared_(shared),
    conditions_(settings.name, shared.store, shared.time, shared.log, shared.tasks),
    census_(shared.poll.lost_after_unseen, shared.poll.lost_after_seen),
    gate_(
        settings, shared.time.now(), shared.random,
        [this](breaker::change change, const std::string& why) { on_breaker(change, why); }),
    token_(settings, *api_, gate_, shared.time, conditions_, shared.log, [this] { note_renewal(); }),
    queue_(shared.watches),
    pacer_(shared.time.make_timer()),
    index_(index)
{
    loops_.resize(settings.connections);
    for (loop& one : loops_)
    {
        one.connection = api_->make_connection();
        one.timer = shared.time.make_timer();
    }
}

void appliance_poller::recall(appliance_state remembered)
{
    conditions_.recall(std::move(remembered));
    census_.recall(conditions_.stands(condition::degraded), conditions_.stands(condition::forbidden));
}

void appliance_poller::start()
{
    tell_conditions(); // its watches may have been removed, or their appliance renamed
    shared_.tasks.spawn(settings_.name + "'s token keeper", token_.run());
    shared_.tasks.spawn(settings_.name + "'s pacer", run_pacer());
    for (loop& one : loops_)
        shared_.tasks.spawn(settings_.name + "'s connection loop", run_loop(one));
}

void appliance_poller::stop()
{
    stopping_ = true;
    token_.stop();
    pacer_->wake();
    for (loop& one : loops_)
    {
        one.connection->abort();
        one.timer->wake();
    }
}

void appliance_poller::enlist(watch_slot slot)
{
    census_.enters(census_entry_of(shared_.watches.at(slot).progress));
    enqueue(slot);
}

void appliance_poller::forget(watch_slot slot)
{
    census_.leaves(census_entry_of(shared_.watches.at(slot).progress), shared_.time.now());
    shared_.watches.remove(slot);
    tell_conditions();
}

void appliance_poller::enqueue(watch_slot slot)
{
    queue_.push(slot);
    look_again();
}

void appliance_poller::poll_now(watch_slot slot)
{
    watch_record& record = shared_.watches.at(slot);
    if (record.in_flight)
    {
        record.poll_requested = true;
        return;
    }
    shared_.watches.reschedule(slot, shared_.time.now(), record.interval);
    enqueue(slot);
}

// --- who polls next ---------------------------------------------------------------------------------------------

// The pacer looks again, if there is a loop that it could wake.
void appliance_poller::look_again()
{
    const auto is_parked = [](const loop& one) { return one.parked; };
    if (std::any_of(loops_.begin(), loops_.end(), is_parked))
        pacer_->wake();
}

// When the next poll may be sent; `never` while that depends on something that calls look_again().
boot_time appliance_poller::next_moment()
{
    if (!token_.usable())
        return never;
    const auto due = queue_.next_due();
    if (!due)
        return never;
    return std::max(*due, gate_.opens_at(request_class::poll, shared_.time.now()));
}

asio::awaitable<void> appliance_poller::run_pacer()
{
    while (!stopping_)
    {
        const boot_time moment = next_moment();
        if (moment > shared_.time.now())
        {
            co_await pacer_->wait_until(moment);
            continue;
        }
        const auto parked =
            std::find_if(loops_.begin(), loops_.end(), [](const loop& one) { return one.parked; });
        if (parked != loops_.end())
        {
            parked->parked = false;
            parked->timer->wake();
        }
        co_await pacer_->wait_until(never); // the loop calls look_again() once it has taken a watch or parked
    }
}

std::optional<appliance_poller::due_poll> appliance_poller::take_due()
{
    const boot_time now = shared_.time.now();
    if (!token_.usable())
        return std::nullopt;
    const auto due = queue_.next_due();
    if (!due || *due > now)
        return std::nullopt;
    const auto pass = gate_.pass(request_class::poll, now);
    if (!pass)
        return std::nullopt;
    const auto slot = queue_.take(now);
    const watch_record& record = shared_.watches.at(*slot);
    statistics_.taken(span_between(record.due, now), record.interval);
    return due_poll{*slot, *pass};
}

asio::awaitable<void> appliance_poller::run_loop(loop& mine)
{
    while (!stopping_)
    {
        const auto taken = take_due();
        if (!taken)
        {
            mine.parked = true;
            look_again();
            co_await mine.timer->wait_until(never);
            mine.parked = false;
            continue;
        }
        look_again();
        std::string surprise;
        const watch_slot slot = taken->slot;
        const watch_number number = shared_.watches.at(slot).number;
        try
        {
            co_await poll_one(*mine.connection, *taken);
        }
        catch (const std::exception& error)
        {
            surprise = error.what();
        }
        if (!surprise.empty())
            note_surprise(number, slot, surprise);
    }
}

void appliance_poller::note_surprise(watch_number number, watch_slot slot, const std::string& what)
{
    shared_.log.say(log_level::error, "surprise while polling watch " + std::to_string(number) + ": " + what);
    if (shared_.watches.find(number) == slot)
        schedule_next(slot);
}

// --- one poll ---------------------------------------------------------------------------------------------------

asio::awaitable<void> appliance_poller::poll_one(appliance_connection& connection, due_poll mine)
{
    const watch_slot slot = mine.slot;
    watch_record& taken = shared_.watches.at(slot);
    taken.in_flight = true;
    const watch_number number = taken.number;
    const std::string job = taken.job.text();
    const kind& family = shared_.kinds[taken.kind];
    const shared_token token = token_.jwt();
    const attempt which = attempt_of(taken);

    poll_answer answer = asking_error{};
    try
    {
        answer = co_await connection.poll(family, job, *token);
    }
    catch (...)
    {
        gate_.dropped(mine.pass); // or it would count as in flight for ever
        throw;
    }
    if (stopping_)
    {
        gate_.dropped(mine.pass);
        co_return;
    }
    if (!answer && answer.error().what == trouble::kept_closed)
    {
        ask_again(mine, number);
        co_return;
    }
    note_answer(answer, mine.pass, token, which);
    tell_trouble(job, answer, which);
    token_.place_is_free();
    if (shared_.watches.find(number) != slot)
        co_return; // removed meanwhile
    watch_record& record = shared_.watches.at(slot);
    if (needs_repeat(record, answer, which))
    {
        keep_place(slot);
        co_return;
    }
    if (!answer && !record.refused_alone)
        answer = told_of_token(answer.error());
    co_await settle(slot, std::move(answer));
}

// The connection had been closed while it was idle: that is no trouble of anybody. It ends by itself, since each such
// answer closes a kept connection; and the next request passes the gate like any other.
void appliance_poller::ask_again(const due_poll& mine, watch_number number)
{
    gate_.dropped(mine.pass);
    token_.place_is_free();
    if (shared_.watches.find(number) == mine.slot)
        keep_place(mine.slot);
}

// Due as before: nothing was learned about the job.
void appliance_poller::keep_place(watch_slot slot)
{
    watch_record& record = shared_.watches.at(slot);
    record.in_flight = false;
    shared_.watches.reschedule(slot, record.due, record.interval);
    enqueue(slot);
}

void appliance_poller::note_answer(
    const poll_answer& answer, request_pass pass, const shared_token& used, attempt which)
{
    statistics_.answered(answer);
    // Told before a restart, it may stand although this process has never seen the appliance dead.
    if (answer || answer.error().http_status != 0)
        conditions_.end(condition::unreachable, "it answers");
    if (answer)
    {
        gate_.answered(pass);
        token_.accepted(used);
        return;
    }
    const asking_error& error = answer.error();
    gate_.troubled(pass, error, shared_.time.now());
    // A repeat had a fresh token: if that was bad, the next watch's poll will say so. A job that alone is always
    // answered with 401 must not cost all others their token again and again.
    if (error.what == trouble::unauthorized && which == attempt::first)
        token_.rejected(used);
    else if (shows_token_taken(answer))
        token_.accepted(used);
}

// A first 401 is mended by a renewal, and no trouble yet.
void appliance_poller::tell_trouble(const std::string& job, const poll_answer& answer, attempt which)
{
    if (answer || (answer.error().what == trouble::unauthorized && which == attempt::first))
        return;
    if (troubles_.is_news(answer.error().what, shared_.time.now()))
        shared_.log.say(log_level::warning, settings_.name + " " + job + ": " + answer.error().text);
}

// The keeper has a token that it had not: the appliance accepted our login. A token file proves nothing of the kind.
void appliance_poller::note_renewal()
{
    const shared_token present = token_.jwt();
    if (present != known_token_ && present && settings_.credential != credential_form::token_file)
        census_.proved_well(shared_.time.now());
    known_token_ = present;
    look_again();
}

appliance_poller::attempt appliance_poller::attempt_of(const watch_record& record) const
{
    return record.repeated || token_.vouched_for(record.refused_alone) ? attempt::repeat : attempt::first;
}

// A 401 says that the token was bad: the poll is repeated once with another, keeping its place.
bool appliance_poller::needs_repeat(watch_record& record, const poll_answer& answer, attempt which)
{
    const bool refused = !answer && answer.error().what == trouble::unauthorized;
    record.repeated = refused && which == attempt::first;
    if (refused && which == attempt::repeat)
        record.refused_alone = token_.vouched_for(true);
    else if (!refused && shows_token_taken(answer))
        record.refused_alone = false;
    return record.repeated;
}

watch_limits appliance_poller::limits_of(const watch_record& record) const
{
    return {
        unpacked_limit(record.overdue_after), unpacked_limit(record.give_up_after),
        shared_.poll.lost_after_unseen, shared_.poll.lost_after_seen};
}

void appliance_poller::on_breaker(breaker::change change, const std::string& why)
{
    if (change == breaker::change::opened)
        conditions_.begin(condition::unreachable, why);
    else
        conditions_.end(condition::unreachable, why);
    look_again();
}

appliance_report appliance_poller::report() const
{
    appliance_report told;
    told.name = settings_.name;
    told.open = shared_.watches.size_of(index_);
    told.due = queue_.due(shared_.time.now());
    told.in_flight = gate_.in_flight();
    for (const loop& one : loops_)
        told.connections += one.connection->connected() ? 1 : 0;
    told.readings = statistics_.readings();
    told.errors = statistics_.errors();
    told.logins = token_.logins();
    told.requests = gate_.passed();
    told.lag_median = statistics_.lag_median();
    told.lag_worst = statistics_.lag_worst();
    told.stretch = statistics_.stretch();
    told.token = token_.describe();
    // Without a token nothing is polled: then that is the error, not the one of the last poll.
    told.last_error = token_.trouble().empty() ? statistics_.last_error() : token_.trouble();
    told.tls_verified = settings_.verify == certificate_check::full;
    return told;
}

} // namespace jobwatch
