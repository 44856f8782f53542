#include "state_fixture.hpp"

using namespace jobwatch;
using test::a_watch;
using test::an_ending;
using test::an_update;
using test::state_fixture;

namespace
{

std::vector<watch_number> numbers_of(const std::vector<watch_view>& watches)
{
    std::vector<watch_number> numbers;
    for (const auto& watch : watches)
        numbers.push_back(watch.number);
    return numbers;
}

using numbers = std::vector<watch_number>;

// 1 open with label a=1 | 2 failed, a=1 b=2 | 3 succeeded, appliance test | 4 open, kind aws/bulk, b=2
struct four_watches : state_fixture
{
    four_watches()
    {
        auto first = a_watch("job-1");
        first.labels = {{"a", "1"}};
        submit(first);
        auto second = a_watch("job-2");
        second.labels = {{"a", "1"}, {"b", "2"}};
        submit(second);
        auto third = a_watch("job-3");
        third.appliance = "test";
        submit(third);
        auto fourth = a_watch("job-4");
        fourth.kind = "aws/bulk";
        fourth.labels = {{"b", "2"}};
        submit(fourth);
        end(2, outcome::failed);
        auto news = an_ending(3);
        news.document = R"({"id":"job-3"})";
        REQUIRE(run(store->update(news)).has_value());
    }

    numbers listed(const list_command& asked) { return numbers_of(run(store->list(asked)).value()); }
};

} // namespace

TEST_CASE_FIXTURE(four_watches, "a list holds what its filters let through, in order of number")
{
    list_command asked;
    CHECK(listed(asked) == numbers{1, 2, 3, 4});
    asked.state = watch_state::open;
    CHECK(listed(asked) == numbers{1, 4});
    asked.state = watch_state::ended;
    CHECK(listed(asked) == numbers{2, 3});
    asked.outcomes = {outcome::succeeded, outcome::lost};
    CHECK(listed(asked) == numbers{3});
    asked = {};
    asked.appliance = "test";
    CHECK(listed(asked) == numbers{3});
    asked = {};
    asked.kind = "aws/bulk";
    CHECK(listed(asked) == numbers{4});
    asked = {};
    asked.labels = {{"a", "1"}};
    CHECK(listed(asked) == numbers{1, 2});
    asked.labels = {{"a", "1"}, {"b", "2"}};
    CHECK(listed(asked) == numbers{2});
    asked.labels = {{"a", "2"}};
    CHECK(listed(asked).empty());
}

TEST_CASE_FIXTURE(four_watches, "a list comes in pages, and has no documents")
{
    list_command asked;
    asked.limit = 3;
    CHECK(listed(asked) == numbers{1, 2, 3});
    CHECK(run(store->list(asked)).value().back().document.empty());
    asked.after = 3;
    CHECK(listed(asked) == numbers{4});
    asked.after = ~watch_number{0};
    CHECK(listed(asked).empty());
}

TEST_CASE_FIXTURE(four_watches, "what a filter says is a value, never SQL")
{
    list_command asked;
    asked.appliance = "prod' OR '1'='1";
    asked.labels = {{"a'); DROP TABLE watches; --", "x"}};
    CHECK(listed(asked).empty());
    CHECK(ask("SELECT count(*) FROM watches") == 4);
}

TEST_CASE_FIXTURE(four_watches, "a watch is found by its number, or by its job: the newest one")
{
    auto again = a_watch("job-2");
    again.again = true;
    CHECK(submit(again).number == 5);
    CHECK(run(store->get(test::job("job-2"))).value()->number == 5);
    CHECK(run(store->get(watch_number{2})).value()->ended == outcome::failed);
    CHECK(run(store->get(watch_number{3})).value()->document == R"({"id":"job-3"})");
    CHECK_FALSE(run(store->get(watch_number{77})).value().has_value());
    CHECK_FALSE(run(store->get(test::job("nobody"))).value().has_value());
}

TEST_CASE_FIXTURE(four_watches, "find answers as many as were asked, in their order")
{
    const std::vector<watch_reference> asked{
        test::job("job-3"), watch_number{99}, watch_number{1}, test::job("nobody"), test::job("job-3")};
    const auto found = run(store->find(asked)).value();
    REQUIRE(found.size() == 5);
    CHECK(found[0].number == 3);
    CHECK(found[0].ended == outcome::succeeded);
    CHECK(found[1].number == 0);
    CHECK(found[2].number == 1);
    CHECK_FALSE(found[2].ended);
    CHECK(found[3].number == 0);
    CHECK(found[4].number == 3);
}

TEST_CASE_FIXTURE(four_watches, "views gives those that exist, each once, in order of number")
{
    const auto found = run(store->views({4, 99, 2, 4})).value();
    CHECK(numbers_of(found) == numbers{2, 4});
}

TEST_CASE_FIXTURE(four_watches, "watches are found by their labels, all of which must match")
{
    CHECK(run(store->labelled({{"a", "1"}}, 10)).value() == numbers{1, 2});
    CHECK(run(store->labelled({{"a", "1"}}, 1)).value() == numbers{1});
    CHECK(run(store->labelled({{"a", "1"}, {"b", "2"}}, 10)).value() == numbers{2});
    CHECK(run(store->labelled({{"b", "3"}}, 10)).value().empty());
    CHECK(run(store->labelled({}, 10)).value() == numbers{1, 2, 3, 4});
}

TEST_CASE_FIXTURE(four_watches, "a view holds everything that was stored")
{
    const auto view = run(store->get(watch_number{2})).value().value();
    const auto asked = a_watch("job-2");
    CHECK(view.job == "job-2");
    CHECK(view.appliance == "prod");
    CHECK(view.kind == asked.kind);
    CHECK(view.submitted_at == asked.submitted_at);
    CHECK(view.overdue_after == asked.overdue_after);
    CHECK_FALSE(view.give_up_after);
    CHECK(view.submitted_by == asked.submitted_by);
    CHECK(view.labels == watch_labels{{"a", "1"}, {"b", "2"}});
}

TEST_CASE_FIXTURE(four_watches, "a restart finds the open watches, page by page, with all that polling needs")
{
    auto news = an_update(4);
    news.facts = job_facts{"in_progress", "", "", std::nullopt, std::nullopt, std::nullopt};
    news.updated_at = news.time;
    news.overdue = true;
    news.blocked = true;
    REQUIRE(run(store->update(news)).has_value());
    reopen();
    const auto first = run(store->open_watches(0, 1)).value();
    REQUIRE(first.size() == 1);
    CHECK(first[0].number == 1);
    CHECK_FALSE(first[0].seen);
    const auto rest = run(store->open_watches(1, 100)).value();
    REQUIRE(rest.size() == 1);
    const auto& open = rest[0];
    CHECK(open.number == 4);
    CHECK(open.job == "job-4");
    CHECK(open.kind == "aws/bulk");
    CHECK(open.overall_status == "in_progress");
    CHECK(open.updated_at == news.time);
    CHECK(open.polls == 3);
    CHECK(open.seen);
    CHECK(open.overdue);
    CHECK(open.blocked);
    CHECK_FALSE(open.unrecognised);
    CHECK(open.overdue_after == milliseconds(7'200'000));
    end(4); // and it goes on from there
    CHECK(run(store->open_watches(1, 100)).value().empty());
}

TEST_CASE_FIXTURE(four_watches, "events come after a cursor, bounded by count and by bytes, but at least one")
{
    REQUIRE(store->head() == 6);
    CHECK(run(store->events_after(4, 100, 1 << 20)).value().size() == 2);
    CHECK(run(store->events_after(0, 2, 1 << 20)).value().back()->seq == 2);
    CHECK(run(store->events_after(0, 100, 1)).value().size() == 1);
    CHECK(run(store->events_after(0, 0, 0)).value().size() == 1);
    CHECK(run(store->events_after(6, 100, 1 << 20)).value().empty());
    const auto all = events();
    CHECK(all[5]->ended == outcome::succeeded);
    CHECK(all[5]->appliance == "test");
    CHECK(all[5]->watch == 3);
}

TEST_CASE_FIXTURE(state_fixture, "an event that the listener was not told yet is not read either")
{
    submit(a_watch("job-1"));
    std::vector<new_watch> batch{a_watch("job-2")};
    boost::asio::co_spawn(
        context, store->submit(std::move(batch)),
        [](std::exception_ptr, result<std::vector<stored_watch>>) {});
    context.restart();
    context.poll_one(); // on its way to the writer, which may commit at any moment from now on
    const auto head = store->head();
    std::size_t read = 0;
    boost::asio::co_spawn(
        context, store->events_after(0, 100, 1 << 20),
        [&](std::exception_ptr, result<std::vector<shared_event>> given) { read = given->size(); });
    context.run_for(test::patience);
    CHECK(head == 1);
    CHECK(read <= store->head());
    CHECK(store->head() == 2);
}
