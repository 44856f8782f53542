#include "state_fixture.hpp"

#include <boost/asio/detached.hpp>

using namespace jobwatch;
using test::a_watch;
using test::an_ending;
using test::an_event;
using test::an_update;
using test::state_fixture;

TEST_CASE_FIXTURE(
    state_fixture, "a submitted job has a number, and its event says who submitted it with which labels")
{
    auto asked = a_watch("job-1");
    asked.labels = {{"change", "CHG-1"}};
    const auto given = submit(asked);
    CHECK(given.number == 1);
    CHECK_FALSE(given.already);
    const auto all = events();
    REQUIRE(all.size() == 1);
    CHECK(all[0]->seq == 1);
    CHECK(all[0]->type == event_type::watch_added);
    CHECK(all[0]->watch == 1);
    CHECK(all[0]->text.starts_with("{\"seq\":1,"));
    CHECK(all[0]->text.find("\"labels\":{\"change\":\"CHG-1\"}") != std::string::npos);
    CHECK(all[0]->text.find("\"uid\":1000") != std::string::npos);
    CHECK(all[0]->text.ends_with("}\n"));
}

TEST_CASE_FIXTURE(state_fixture, "submitting a job whose watch is open changes nothing, even with again")
{
    submit(a_watch("job-1"));
    auto asked = a_watch("job-1");
    asked.again = true;
    const auto given = submit(asked);
    CHECK(given.number == 1);
    CHECK(given.already);
    CHECK_FALSE(given.ended);
    CHECK(store->head() == 1);
}

TEST_CASE_FIXTURE(
    state_fixture, "submitting a job whose watch has ended tells its outcome; again opens a new one")
{
    submit(a_watch("job-1"));
    end(1, outcome::partial);
    const auto known = submit(a_watch("job-1"));
    CHECK(known.number == 1);
    CHECK(known.already);
    CHECK(known.ended == outcome::partial);
    auto asked = a_watch("job-1");
    asked.again = true;
    const auto fresh = submit(asked);
    CHECK(fresh.number == 2);
    CHECK_FALSE(fresh.already);
    CHECK(submit(a_watch("job-1")).number == 2); // the newest counts
}

TEST_CASE_FIXTURE(state_fixture, "the same job of another appliance or kind is another watch")
{
    submit(a_watch("job-1"));
    auto elsewhere = a_watch("job-1");
    elsewhere.appliance = "test";
    CHECK_FALSE(submit(elsewhere).already);
    auto other_kind = a_watch("job-1");
    other_kind.kind = "aws/bulk";
    CHECK_FALSE(submit(other_kind).already);
}

TEST_CASE_FIXTURE(state_fixture, "a job that stands twice in one batch is watched once")
{
    const std::vector<new_watch> batch{a_watch("a"), a_watch("b"), a_watch("a")};
    const auto given = run(store->submit(batch)).value();
    REQUIRE(given.size() == 3);
    CHECK(given[0].number == 1);
    CHECK(given[1].number == 2);
    CHECK(given[2].number == 1);
    CHECK(given[2].already);
    CHECK(store->head() == 2);
}

TEST_CASE_FIXTURE(state_fixture, "ten thousand jobs in one submit are all there, in order, after one commit")
{
    std::vector<new_watch> batch;
    for (int index = 0; index < 10'000; ++index)
        batch.push_back(a_watch("job-" + std::to_string(index)));
    std::size_t commits = 0;
    store->on_committed([&](auto) { ++commits; });
    const auto given = run(store->submit(batch)).value();
    CHECK(commits == 1);
    REQUIRE(given.size() == batch.size());
    CHECK(given.front().number == 1);
    CHECK(given.back().number == 10'000);
    CHECK(store->head() == 10'000);
    CHECK(ask("SELECT count(*) FROM watches") == 10'000);
}

TEST_CASE_FIXTURE(state_fixture, "an empty submit is answered empty")
{
    CHECK(run(store->submit({})).value().empty());
    CHECK(store->head() == 0);
}

TEST_CASE_FIXTURE(
    state_fixture, "an update stores what it brings, leaves what it does not, and says its events in order")
{
    submit(a_watch("job-1"));
    auto news = an_update(1);
    news.facts = job_facts{"in_progress", "disable", "key", 1, 2, std::nullopt};
    news.updated_at = news.time;
    news.unrecognised = true;
    news.say = {event_type::job_status, event_type::job_unrecognised};
    REQUIRE(run(store->update(news)).has_value());
    auto later = an_update(1);
    later.polls = 9;
    later.say = {event_type::job_overdue};
    REQUIRE(run(store->update(later)).has_value());
    const auto view = run(store->get(watch_number{1})).value().value();
    CHECK(view.facts.overall_status == "in_progress");
    CHECK(view.facts.versions_done == 1);
    CHECK(view.updated_at == news.time);
    CHECK(view.polls == 9);
    CHECK_FALSE(view.unrecognised);
    const auto all = events();
    REQUIRE(all.size() == 4);
    CHECK(all[1]->type == event_type::job_status);
    CHECK(all[2]->type == event_type::job_unrecognised);
    CHECK(all[3]->type == event_type::job_overdue);
    CHECK(all[3]->text.find("\"overall_status\":\"in_progress\"") != std::string::npos);
}

TEST_CASE_FIXTURE(state_fixture, "an ending stores outcome, reason and document, and says so once, last")
{
    submit(a_watch("job-1"));
    auto news = an_ending(1, outcome::partial);
    news.say = {event_type::job_status};
    news.facts = job_facts{"completed", "disable", "key", 1, 2, news.time};
    news.noticed_after = milliseconds(812);
    news.reason = "one version failed";
    news.document = R"({"id":"job-1"})";
    REQUIRE(run(store->update(news)).has_value());
    CHECK(store->watches_ended() == 1);
    const auto view = run(store->get(watch_number{1})).value().value();
    CHECK(view.ended == outcome::partial);
    CHECK(view.ended_at == news.time);
    CHECK(view.noticed_after == milliseconds(812));
    CHECK(view.reason == "one version failed");
    CHECK(view.document == news.document);
    const auto last = events().back();
    CHECK(last->type == event_type::job_finished);
    CHECK(last->ended == outcome::partial);
    CHECK(last->text.find(R"("document":{"id":"job-1"})") != std::string::npos);
}

TEST_CASE_FIXTURE(state_fixture, "a removed watch ends in watch.removed")
{
    submit(a_watch("job-1"));
    end(1, outcome::removed);
    CHECK(events().back()->type == event_type::watch_removed);
}

TEST_CASE_FIXTURE(
    state_fixture, "an ended watch takes no update, an unknown one neither, and nothing is said")
{
    submit(a_watch("job-1"));
    end(1);
    const auto head = store->head();
    CHECK(run(store->update(an_ending(1, outcome::failed))).error() == errc::watch_ended);
    auto news = an_update(1);
    news.say = {event_type::job_status};
    CHECK(run(store->update(news)).error() == errc::watch_ended);
    CHECK(run(store->update(an_update(99))).error() == errc::no_such_watch);
    CHECK(store->head() == head);
    CHECK(store->watches_ended() == 1);
}

TEST_CASE_FIXTURE(
    state_fixture, "many watches are removed in one commit, and each that cannot be is told by itself")
{
    for (const auto* job : {"job-1", "job-2", "job-3"})
        submit(a_watch(job));
    end(2);
    std::size_t commits = 0;
    store->on_committed([&](auto) { ++commits; });
    const std::vector<watch_update> batch{
        an_ending(1, outcome::removed), an_ending(2, outcome::removed), an_ending(99, outcome::removed),
        an_ending(3, outcome::removed), an_ending(3, outcome::removed)};
    const auto given = run(store->update_all(batch)).value();
    CHECK(commits == 1);
    REQUIRE(given.size() == batch.size());
    CHECK_FALSE(given[0]);
    CHECK(given[1] == errc::watch_ended);
    CHECK(given[2] == errc::no_such_watch);
    CHECK_FALSE(given[3]);
    CHECK(given[4] == errc::watch_ended); // it stood twice
    CHECK(ask("SELECT count(*) FROM watches WHERE outcome = 'removed'") == 2);
    CHECK(ask("SELECT count(*) FROM events WHERE type = 'watch.removed'") == 2);
    CHECK(store->watches_ended() == 3);
}

TEST_CASE_FIXTURE(state_fixture, "the listener is told of events in order before the writer is answered")
{
    std::vector<event_seq> told;
    store->on_committed(
        [&](std::span<const watch_store::committed> news)
        {
            for (const auto& one : news)
            {
                told.push_back(one.stored->seq);
                CHECK(one.value->type == one.stored->type);
            }
            CHECK(store->head() == told.back());
        });
    REQUIRE(run(store->append(an_event(event_type::daemon_started))).has_value());
    CHECK(told == std::vector<event_seq>{1});
    submit(a_watch("job-1"));
    CHECK(told == std::vector<event_seq>{1, 2});
}

namespace
{

boost::asio::awaitable<void> submit_many(watch_store& store, int client, int count, int& done)
{
    for (int index = 0; index < count; ++index)
    {
        const auto name = "job-" + std::to_string(client) + "-" + std::to_string(index);
        std::vector<new_watch> batch{a_watch(name)};
        const auto given = co_await store.submit(std::move(batch));
        REQUIRE(given.has_value());
        auto news = an_ending(given->front().number);
        const auto ended = co_await store.update(std::move(news));
        REQUIRE(ended.has_value());
        ++done;
    }
}

} // namespace

TEST_CASE_FIXTURE(
    state_fixture, "a hundred clients at once share commits, and no number is missing or doubled")
{
    std::vector<event_seq> told;
    std::size_t commits = 0;
    store->on_committed(
        [&](std::span<const watch_store::committed> news)
        {
            ++commits;
            for (const auto& one : news)
                told.push_back(one.stored->seq);
        });
    int done = 0;
    for (int client = 0; client < 100; ++client)
        boost::asio::co_spawn(context, submit_many(*store, client, 10, done), boost::asio::detached);
    context.restart();
    context.run_for(test::patience);
    CHECK(done == 1'000);
    CHECK(commits < 1'000); // one each would be 2,000
    REQUIRE(told.size() == 2'000);
    for (std::size_t index = 0; index < told.size(); ++index)
        CHECK(told[index] == index + 1);
    CHECK(ask("SELECT count(DISTINCT watch) FROM events WHERE type = 'job.finished'") == 1'000);
}

TEST_CASE_FIXTURE(state_fixture, "more jobs than one commit takes wait their turn, and all are stored")
{
    std::size_t largest = 0;
    store->on_committed([&](auto news) { largest = std::max(largest, news.size()); });
    int answered = 0;
    for (int client = 0; client < 5; ++client)
    {
        std::vector<new_watch> batch;
        for (int index = 0; index < 10'000; ++index)
            batch.push_back(a_watch(std::to_string(client) + "-" + std::to_string(index)));
        boost::asio::co_spawn(
            context, store->submit(std::move(batch)),
            [&](std::exception_ptr, result<std::vector<stored_watch>> given)
            { answered += given.has_value() ? 1 : 0; });
    }
    context.restart();
    context.run_for(test::patience);
    CHECK(answered == 5);
    CHECK(store->head() == 50'000);
    CHECK(largest <= max_jobs_per_commit);
}

TEST_CASE_FIXTURE(
    state_fixture, "what was accepted is committed when the store is destroyed, and its asker answered")
{
    bool answered = false;
    bool told = false;
    store->on_committed([&](auto) { told = true; });
    std::vector<new_watch> batch{a_watch("job-1")};
    boost::asio::co_spawn(
        context, store->submit(std::move(batch)),
        [&](std::exception_ptr, result<std::vector<stored_watch>> given) { answered = given.has_value(); });
    context.restart();
    context.poll_one(); // starts the coroutine; its answer is not waited for
    store.reset();
    context.restart();
    context.run_for(test::patience);
    CHECK(answered);
    CHECK_FALSE(told); // whoever listened may be gone
    CHECK(ask("SELECT count(*) FROM watches") == 1);
    open();
}

TEST_CASE_FIXTURE(state_fixture, "after a restart everything is there and numbers go on")
{
    auto asked = a_watch("job-1");
    asked.labels = {{"change", "CHG-1"}};
    submit(asked);
    submit(a_watch("job-2"));
    end(2);
    reopen();
    CHECK(store->head() == 3);
    CHECK(store->oldest() == 1);
    CHECK(store->watches_ended() == 1);
    CHECK(submit(a_watch("job-3")).number == 3);
    CHECK(events().back()->seq == 4);
    CHECK(run(store->get(watch_number{1})).value()->labels == asked.labels);
}
