// What an answer means for its watch: decided by core, stored, and the next poll set.
#include "engine/appliance_poller.hpp"

#include <algorithm>
#include <utility>

namespace jobwatch
{

asio::awaitable<void> appliance_poller::settle(watch_slot slot, poll_answer answer)
{
    watch_record& record = shared_.watches.at(slot);
    const watch_progress before = record.progress;
    // Words without a number of their own are not told apart, so that they cannot flood the events.
    const std::string shown = answer && before.status == status_words::overflow
        ? answer->status
        : shared_.words.word_of(before.status);
    const boot_time now = shared_.time.now();
    record.answered = answer_mark(span_between(record.born, now));
    const answer_decision decided = after_answer(
        record.progress, shown, answer, shared_.kinds[record.kind], limits_of(record),
        span_between(record.born, now), now, census_);
    tell_conditions();
    record.slow = decided.slow || record.refused_alone;
    if (!decided.ended && !decided.remember)
    {
        schedule_next(slot);
        co_return;
    }
    const bool new_word =
        std::find(decided.say.begin(), decided.say.end(), event_type::job_status) != decided.say.end();
    if (new_word && answer)
        record.progress.status = shared_.words.number_of(answer->status);
    watch_update news = news_of(record, decided, answer);
    if (storing_ < max_storing)
    {
        ++storing_;
        shared_.tasks.spawn("storing what was read", store_apart(slot, before, std::move(news)));
        co_return;
    }
    co_await store_news(slot, before, std::move(news));
}

watch_update appliance_poller::news_of(
    const watch_record& record, const answer_decision& decided, const poll_answer& answer)
{
    watch_update news;
    news.number = record.number;
    news.time = shared_.time.wall_now();
    news.polls = record.progress.polls;
    news.seen = record.progress.seen;
    news.unrecognised = record.progress.unrecognised;
    news.overdue = record.progress.overdue;
    news.blocked = record.progress.blocked;
    news.say = decided.say;
    news.ended = decided.ended;
    news.reason = decided.reason;
    news.tls_verified = settings_.verify == certificate_check::full;
    if (!answer || (!decided.ended && is_stale(record.progress, *answer)))
        return news;
    news.facts = job_facts{answer->status,        answer->operation,     answer->key_id,
                           answer->versions_done, answer->version_count, answer->completed_at};
    news.updated_at = answer->updated_at;
    if (!decided.ended)
        return news;
    news.document = answer->document;
    news.document_truncated = answer->document_truncated;
    if (answer->completed_at)
    {
        const auto later = std::max(*answer->completed_at, record.submitted_at);
        const auto since = std::chrono::floor<milliseconds>(news.time - later);
        news.noticed_after = std::max(since, milliseconds{0});
    }
    return news;
}

// While the disk commits, the connection polls on: or a slow disk would make all polls late. The watch stays "in
// flight" meanwhile, so that it is not asked again before its news is stored.
asio::awaitable<void> appliance_poller::store_apart(watch_slot slot, watch_progress before, watch_update news)
{
    const watch_number number = news.number;
    std::string surprise;
    try
    {
        co_await store_news(slot, before, std::move(news));
    }
    catch (const std::exception& error)
    {
        surprise = error.what();
    }
    --storing_;
    if (!surprise.empty())
        note_surprise(number, slot, surprise);
}

asio::awaitable<void> appliance_poller::store_news(watch_slot slot, watch_progress before, watch_update news)
{
    const watch_number number = news.number;
    const bool ended = news.ended.has_value();
    const auto stored = co_await shared_.store.update(std::move(news));
    if (shared_.watches.find(number) != slot)
        co_return; // removed meanwhile: the store has let one of the two endings in
    watch_record& record = shared_.watches.at(slot);
    if (stored && !ended)
    {
        schedule_next(slot);
        co_return;
    }
    if (stored || stored.error() == errc::watch_ended || stored.error() == errc::no_such_watch)
    {
        forget(slot);
        co_return;
    }
    // The store itself tells people about its disk, once; here it would be a line for each watch and interval.
    shared_.log.say(
        log_level::debug,
        settings_.name + " " + record.job.text() + ": cannot store what was read (" + stored.error().message()
            + "), polling on");
    put_back(slot, before);
    schedule_next(slot);
}

// Not on disk, so it has not happened: the watch goes on as before, slowly.
void appliance_poller::put_back(watch_slot slot, const watch_progress& before)
{
    watch_record& record = shared_.watches.at(slot);
    const watch_progress after = std::exchange(record.progress, before);
    record.progress.polls = after.polls;
    record.progress.last_trouble = after.last_trouble;
    record.progress.last_http_status = after.last_http_status;
    record.slow = true;
    census_.turns(census_entry_of(after), census_entry_of(before));
    tell_conditions();
}

void appliance_poller::tell_conditions()
{
    census_.weigh(shared_.time.now());
    if (census_.degraded() != conditions_.stands(condition::degraded))
        tell_condition(condition::degraded, census_.degraded(), census_.describe_missing());
    if (census_.forbidden() != conditions_.stands(condition::forbidden))
        tell_condition(condition::forbidden, census_.forbidden(), census_.describe_refused());
}

void appliance_poller::tell_condition(condition which, bool begins, const std::string& why)
{
    if (begins)
        conditions_.begin(which, why);
    else
        conditions_.end(which, "by now " + why);
}

void appliance_poller::schedule_next(watch_slot slot)
{
    watch_record& record = shared_.watches.at(slot);
    const boot_time now = shared_.time.now();
    const poll_schedule& schedule = shared_.poll.schedule;
    // Not from the age at which it was served: waiting for its turn would lengthen the next interval as well. But from a
    // part of it at least: who had to wait for very long does so among many, and all at their shortest intervals would
    // keep each other waiting.
    const milliseconds served_at = span_between(record.born, now);
    const milliseconds age = std::max(span_between(record.born, std::min(record.due, now)), served_at / 4);
    const milliseconds interval = record.slow ? schedule.max_interval : poll_interval(schedule, age);
    const boot_time due = record.poll_requested ? now : now + jittered(interval, shared_.random.next());
    record.in_flight = false;
    record.asked_for = record.poll_requested;
    record.poll_requested = false;
    record.failovers = 0;
    shared_.watches.reschedule(slot, due, interval);
    enqueue(slot);
}

} // namespace jobwatch
