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

bool is_refused(const poll_answer& answer)
{
    return !answer && answer.error().what == trouble::unauthorized;
}

// While nobody is shown anything, 401 is the token's trouble and tells nothing about the job.
asking_error told_of_token(asking_error error)
{
    if (error.what == trouble::unauthorized)
        error.what = trouble::no_token;
    return error;
}

// Nothing was learned, of nobody: the same is asked again.
bool was_not_asked(trouble what)
{
    return what == trouble::kept_closed || what == trouble::held_back;
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
    gate_(settings, shared.time.now(), shared.random, [this](const node_news& news) { on_node(news); }),
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
    record.asked_for = true;
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
    auto pass = gate_.pass(request_class::poll, now);
    if (!pass)
        return std::nullopt;
    const auto slot = queue_.take(now);
    const watch_record& record = shared_.watches.at(*slot);
    statistics_.taken(now, span_between(record.due, now), record.interval);
    pass->asker = record.number;
    pass->was_doubtful = record.progress.foreign_answers != 0
        || evidence_of(static_cast<trouble>(record.progress.last_trouble)) == evidence::doubtful;
    if (record.failovers != 0)
        gate_.spare_the_probe(*pass);
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
    const shared_token token = token_.jwt();
    attempt which = attempt_of(taken);
    const bool repeats = taken.repeated;
    const bool known = !taken.refused_alone && (taken.progress.seen || taken.progress.said != telling::none);

    poll_answer answer = co_await ask(connection, mine, job, token);
    if (stopping_)
    {
        gate_.dropped(mine.pass);
        co_return;
    }
    if (!answer && was_not_asked(answer.error().what))
    {
        ask_again(mine, number, answer.error().what);
        co_return;
    }
    if (repeats && is_refused(answer))
        token_.renewed_in_vain();
    if (which == attempt::repeat && is_refused(answer) && token_.doubted(token, number, known, repeats))
        which = attempt::first;
    note_answer(answer, mine.pass, token, which);
    tell_trouble(job, answer, which);
    token_.place_is_free();
    if (shared_.watches.find(number) != slot)
        co_return; // removed meanwhile
    watch_record& record = shared_.watches.at(slot);
    if (needs_repeat(record, answer, which) || keeps_place(record, answer, mine.pass))
    {
        keep_place(slot);
        co_return;
    }
    if (!answer && !record.refused_alone)
        answer = told_of_token(answer.error());
    co_await settle(slot, std::move(answer));
}

asio::awaitable<poll_answer> appliance_poller::ask(
    appliance_connection& connection, const due_poll& mine, const std::string& job, const shared_token& token)
{
    const kind& family = shared_.kinds[shared_.watches.at(mine.slot).kind];
    request_way way;
    way.node = mine.pass.to.node;
    way.allowed = [this, &mine] { return gate_.may_send(mine.pass, shared_.time.now()); };
    poll_answer answer = asking_error{};
    try
    {
        answer = co_await connection.poll(way, family, job, *token);
    }
    catch (...)
    {
        gate_.dropped(mine.pass); // or it would count as in flight for ever
        throw;
    }
    co_return answer;
}

// The connection had been closed while it was idle, or the budget kept the request back once its connection was open:
// that is no trouble of anybody. Neither goes on for ever: the one closes a kept connection, the other leaves an open
// one; and the next request passes the gate like any other.
void appliance_poller::ask_again(const due_poll& mine, watch_number number, trouble why)
{
    if (why == trouble::held_back)
        gate_.held_back(mine.pass);
    else
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
    const poll_answer& answer, const request_pass& pass, const shared_token& used, attempt which)
{
    statistics_.answered(answer);
    if (answer)
    {
        gate_.answered(pass);
        note_token_taken(used);
        return;
    }
    const asking_error& error = answer.error();
    gate_.troubled(pass, error, shared_.time.now());
    // A repeat had a fresh token: if that was bad, the next watch's poll will say so. A job that alone is always
    // answered with 401 must not cost all others their token again and again.
    if (is_refused(answer) && which == attempt::first)
        token_.rejected(used);
    else if (shows_token_taken(answer))
        note_token_taken(used);
}

void appliance_poller::note_token_taken(const shared_token& used)
{
    if (token_.accepted(used))
        hasten_refused();
}

// A first 401 is mended by a renewal, and no trouble yet.
void appliance_poller::tell_trouble(const std::string& job, const poll_answer& answer, attempt which)
{
    if (answer || (is_refused(answer) && which == attempt::first))
        return;
    if (troubles_.is_news(answer.error().what, shared_.time.now()))
        shared_.log.say(log_level::warning, settings_.name + " " + job + ": " + answer.error().text);
}

// The keeper has a token that it had not: the appliance accepted our login. A token file proves nothing of the kind.
void appliance_poller::note_renewal()
{
    const shared_token present = token_.jwt();
    const bool is_new = present != known_token_ && present;
    if (is_new && settings_.credential == credential_form::token_file)
        hasten_refused();
    else if (is_new)
        census_.proved_well(shared_.time.now());
    known_token_ = present;
    look_again();
}

// Who was last answered with 401 may owe that to the token: it need not wait for its time when the file's is another
// one now, or when a fresh one that was refused at first is taken.
void appliance_poller::hasten_refused()
{
    const boot_time now = shared_.time.now();
    for (watch_slot slot = 0; slot < shared_.watches.slots(); ++slot)
    {
        const watch_record* const record = shared_.watches.find_slot(slot);
        if (record == nullptr || record->appliance != index_ || record->in_flight || record->due <= now
            || record->progress.last_http_status != 401)
            continue;
        shared_.watches.reschedule(slot, now, record->interval);
        queue_.push(slot);
    }
}

appliance_poller::attempt appliance_poller::attempt_of(const watch_record& record) const
{
    return record.repeated || token_.vouched_for(record.refused_alone) ? attempt::repeat : attempt::first;
}

// A 401 says that the token was bad: the poll is repeated once with another, keeping its place.
bool appliance_poller::needs_repeat(watch_record& record, const poll_answer& answer, attempt which)
{
    const bool refused = is_refused(answer);
    record.repeated = refused && which == attempt::first;
    if (refused && which == attempt::repeat)
        record.refused_alone = token_.blames_job();
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

} // namespace jobwatch
