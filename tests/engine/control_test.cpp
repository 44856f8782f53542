// What the control socket may ask, without the socket.
#include "engine/engine_fixture.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace jobwatch;
using namespace jobwatch::test;
using namespace std::chrono_literals;

namespace
{

submit_command submit_of(std::vector<std::string> jobs)
{
    submit_command asked;
    asked.jobs = std::move(jobs);
    return asked;
}

template <class Answer>
Answer answer_of(engine_fixture& engine, command asked)
{
    return std::get<Answer>(engine.ask(std::move(asked)).value());
}

} // namespace

TEST_CASE("a bad job id spoils its own element, and a job named twice gets one watch")
{
    engine_fixture engine;
    engine.start();
    const auto told = answer_of<submit_answer>(
        engine, submit_of({"good-1", "../../etc", "good-1", "", std::string(200, 'a'), "good-2"}));
    REQUIRE(told.jobs.size() == 6);
    CHECK(told.jobs[0].number == 1);
    CHECK_FALSE(told.jobs[0].already);
    REQUIRE(told.jobs[1].refused.has_value());
    CHECK(told.jobs[1].refused->code == refusal_code::invalid_params);
    CHECK(told.jobs[1].refused->message.find("../../etc") != std::string::npos);
    CHECK(told.jobs[2].number == 1);
    CHECK(told.jobs[2].already);
    CHECK(told.jobs[3].refused.has_value());
    REQUIRE(told.jobs[4].refused.has_value());
    CHECK(told.jobs[4].refused->message.size() < 300); // what is quoted has a limit
    CHECK(told.jobs[5].number == 2);
    CHECK(engine.polled().open() == 2);
}

TEST_CASE("only bad ids store nothing")
{
    engine_fixture engine;
    engine.store.refuses_writes = true;
    engine.start();
    const auto told = answer_of<submit_answer>(engine, submit_of({"a/b"}));
    CHECK(told.jobs.front().refused.has_value());
}

TEST_CASE("a job that is watched is answered with already, an ended one with its outcome, unless again")
{
    engine_fixture engine;
    engine.start();
    engine.submit({"778A1024-DC18-49CB-833B-CFD6C000C090"});
    const auto open = answer_of<submit_answer>(engine, submit_of({"778a1024-dc18-49cb-833b-cfd6c000c090"}));
    CHECK(open.jobs[0].already);
    CHECK_FALSE(open.jobs[0].ended.has_value());
    engine.prod.ends("778a1024-dc18-49cb-833b-cfd6c000c090", engine.clock.now());
    engine.advance(1min);
    submit_command asked = submit_of({"778a1024-dc18-49cb-833b-cfd6c000c090"});
    const auto ended = answer_of<submit_answer>(engine, asked);
    CHECK(ended.jobs[0].already);
    CHECK(ended.jobs[0].ended == outcome::succeeded);
    asked.again = true;
    const auto again = answer_of<submit_answer>(engine, asked);
    CHECK_FALSE(again.jobs[0].already);
    CHECK(again.jobs[0].number == 2);
    engine.advance(1min);
    CHECK(engine.store.count(event_type::job_finished) == 2);
}

TEST_CASE("which appliance and kind are meant: the named, the configured, the only one, or a clear refusal")
{
    engine_fixture engine;
    engine.add_appliance("test");
    engine.configured.submit.appliance.clear();
    engine.start();
    const auto unclear = engine.ask(submit_of({"job-1"}));
    REQUIRE_FALSE(unclear.has_value());
    CHECK(unclear.error().code == refusal_code::unknown_appliance);
    CHECK(unclear.error().message.find("prod, test") != std::string::npos);
    submit_command asked = submit_of({"job-1"});
    asked.appliance = "tset";
    CHECK(engine.ask(asked).error().code == refusal_code::unknown_appliance);
    asked.appliance = "test";
    asked.kind = "no/such-kind";
    const auto kind = engine.ask(asked);
    CHECK(kind.error().code == refusal_code::unknown_kind);
    CHECK(kind.error().message.find("google/update-all-versions") != std::string::npos);
    asked.kind = "aws/bulk";
    CHECK(answer_of<submit_answer>(engine, asked).jobs[0].number == 1);
    CHECK(engine.report("test").open == 1);
}

TEST_CASE("list gives pages in order, each watch once, and says when there is no more")
{
    engine_fixture engine;
    engine.start();
    std::vector<std::string> jobs;
    for (int number = 0; number < 100; ++number)
        jobs.push_back("job-" + std::to_string(number));
    engine.submit(jobs);
    list_command asked;
    asked.limit = 20; // the last page is exactly full
    watch_number expected = 0;
    for (int page = 1; page <= 5; ++page)
    {
        const auto told = answer_of<list_answer>(engine, asked);
        REQUIRE(told.watches.size() == 20);
        for (const watch_view& view : told.watches)
            CHECK(view.number == ++expected);
        CHECK(told.next.has_value() == (page < 5));
        asked.after = told.next.value_or(0);
    }
}

TEST_CASE("get tells what the scheduler knows, and refuses what there is not")
{
    engine_fixture engine;
    engine.start();
    engine.submit({"job-1"});
    engine.advance(10min);
    const auto view = answer_of<watch_view>(engine, get_command{watch_number{1}});
    CHECK(view.polls == engine.prod.polls_of("job-1"));
    REQUIRE(view.next_poll_in.has_value());
    CHECK(*view.next_poll_in <= 72s);
    const auto unknown = engine.ask(get_command{parse_job_id("job-2").value()});
    REQUIRE_FALSE(unknown.has_value());
    CHECK(unknown.error().code == refusal_code::no_such_watch);
    CHECK(unknown.error().message.find("job-2") != std::string::npos);
}

TEST_CASE("remove ends an open watch as removed, and refuses an ended or unknown one by itself")
{
    engine_fixture engine;
    engine.start();
    engine.submit({"job-1", "job-2"});
    engine.prod.ends("job-2", engine.clock.now());
    engine.advance(1min);
    remove_command asked;
    asked.which.jobs = {"job-1", "job-2", "job-3", "a/b"};
    asked.which.watches = {1, 99};
    const auto told = answer_of<selection_answer>(engine, asked);
    REQUIRE(told.watches.size() == 6);
    CHECK_FALSE(told.watches[0].refused.has_value());
    for (const std::size_t refused : {1U, 2U, 3U, 5U})
        CHECK(told.watches[refused].refused.has_value());
    CHECK_FALSE(told.watches[4].refused.has_value()); // the first one, named once more
    CHECK(told.watches[3].refused->code == refusal_code::invalid_params);
    CHECK(engine.store.count(event_type::watch_removed) == 1);
    CHECK(engine.store.ending_of("job-2") == outcome::succeeded);
    CHECK(engine.polled().open() == 0);
}

TEST_CASE("a removal that the disk refuses removes nothing, and says so of each watch")
{
    engine_fixture engine;
    engine.start();
    engine.submit({"job-1", "job-2"});
    engine.store.refuses_writes = true;
    remove_command asked;
    asked.which.watches = {1, 2, 99};
    const auto told = answer_of<selection_answer>(engine, asked);
    REQUIRE(told.watches.size() == 3);
    for (const std::size_t refused : {0U, 1U})
    {
        REQUIRE(told.watches[refused].refused.has_value());
        CHECK(told.watches[refused].refused->code == refusal_code::state_not_writable);
    }
    CHECK(told.watches[2].refused->code == refusal_code::no_such_watch);
    CHECK(engine.polled().open() == 2);
    CHECK(engine.store.count(event_type::watch_removed) == 0);
}

TEST_CASE("refusals name a watch by what was asked: its number or its job")
{
    engine_fixture engine;
    engine.start();
    CHECK(engine.ask(get_command{watch_number{999}}).error().message == "there is no watch 999");
    CHECK(
        engine.ask(get_command{parse_job_id("job-9").value()}).error().message
        == "there is no watch for job \"job-9\"");
    remove_command asked;
    asked.which.jobs = {"job-9", std::string(5'000, 'x')};
    asked.which.watches = {999};
    const auto told = answer_of<selection_answer>(engine, asked);
    CHECK(told.watches[0].refused->message == "there is no watch for job \"job-9\"");
    CHECK(told.watches[1].asked.size() < 600); // what is told back has a limit
    CHECK(told.watches[2].refused->message == "there is no watch 999");
    CHECK(answer_of<submit_answer>(engine, submit_of({std::string(5'000, 'x')})).jobs[0].job.size() < 600);
}

TEST_CASE("a filter by an appliance or kind that nobody knows is a typing error, and is refused")
{
    engine_fixture engine;
    engine.add_appliance("old");
    engine.start();
    submit_command at_old = submit_of({"job-1"});
    at_old.appliance = "old";
    (void)engine.ask(at_old);
    engine.stop();
    engine.configured.appliances.erase("old");
    engine.start();
    list_command asked;
    asked.appliance = "prdo";
    const auto mistyped = engine.ask(asked);
    REQUIRE_FALSE(mistyped.has_value());
    CHECK(mistyped.error().code == refusal_code::unknown_appliance);
    CHECK(mistyped.error().message == "unknown appliance \"prdo\"; configured are: prod");
    asked.appliance = "old"; // no longer configured, but its watches are there
    CHECK(answer_of<list_answer>(engine, asked).watches.size() == 1);
    asked.state = watch_state::ended;
    CHECK(answer_of<list_answer>(engine, asked).watches.empty());
    asked.appliance = "prod"; // configured, and without a watch
    CHECK(answer_of<list_answer>(engine, asked).watches.empty());
    asked.kind = "google/update-all";
    const auto kind = engine.ask(asked);
    REQUIRE_FALSE(kind.has_value());
    CHECK(kind.error().code == refusal_code::unknown_kind);
}

TEST_CASE("an ending and a removal that meet give one of the two")
{
    engine_fixture engine;
    engine.start();
    engine.submit({"job-1"});
    engine.prod.ends("job-1", engine.clock.now());
    engine.store.write_latency = 500ms;
    engine.advance(1s + 100ms); // the ending is on its way to the disk
    remove_command asked;
    asked.which.watches = {1};
    const auto removing = engine.begin(asked);
    engine.advance(1min);
    REQUIRE(removing->answer.has_value());
    const auto& told = std::get<selection_answer>(removing->answer->value());
    CHECK(told.watches[0].refused.has_value());
    CHECK(engine.store.count(event_type::job_finished) == 1);
    CHECK(engine.store.count(event_type::watch_removed) == 0);
    CHECK(engine.polled().open() == 0);
}

TEST_CASE("poll asks at once, and says of each watch that cannot be polled why")
{
    engine_fixture engine;
    engine.start();
    engine.submit({"job-1"});
    engine.advance(1h);
    const std::size_t before = engine.prod.polls_of("job-1");
    poll_command asked;
    asked.which.jobs = {"job-1", "job-2"};
    const auto told = answer_of<selection_answer>(engine, asked);
    CHECK_FALSE(told.watches[0].refused.has_value());
    CHECK(told.watches[1].refused.has_value());
    engine.advance(1s);
    CHECK(engine.prod.polls_of("job-1") == before + 1);
}

TEST_CASE("watches of an appliance that is no longer configured stay, unpolled, and can be removed")
{
    engine_fixture engine;
    engine.add_appliance("old");
    engine.start();
    submit_command asked = submit_of({"job-1"});
    asked.appliance = "old";
    (void)engine.ask(asked);
    engine.stop();
    engine.configured.appliances.erase("old");
    engine.start();
    CHECK(engine.polled().unconfigured() == 1);
    CHECK(answer_of<watch_view>(engine, get_command{watch_number{1}}).unconfigured);
    CHECK(answer_of<status_answer>(engine, status_command{}).warnings.size() == 1);
    poll_command poll;
    poll.which.watches = {1};
    CHECK(answer_of<selection_answer>(engine, poll).watches[0].refused.has_value());
    remove_command removal;
    removal.which.watches = {1};
    CHECK_FALSE(answer_of<selection_answer>(engine, removal).watches[0].refused.has_value());
    CHECK(engine.polled().open() == 0);
}

TEST_CASE("watches of a kind that is no longer configured stay, unpolled, listed and warned about, until it "
          "is back")
{
    engine_fixture engine;
    kind acme = plain_kind("acme/job");
    acme.path = "/api/v1/acme/{id}";
    engine.configured.kinds[acme.name] = acme;
    engine.start();
    submit_command asked = submit_of({"job-1"});
    asked.kind = "acme/job";
    (void)engine.ask(asked);
    (void)engine.ask(submit_of({"job-2"}));
    engine.advance(1min);
    engine.stop();

    engine.configured.kinds.erase("acme/job");
    engine.start();
    const auto polls = engine.prod.polls_of("job-1");
    engine.advance(2h);
    CHECK(engine.prod.polls_of("job-1") == polls);
    CHECK(engine.polled().open() == 2);
    const auto listed = answer_of<list_answer>(engine, list_command{});
    REQUIRE(listed.watches.size() == 2);
    CHECK(listed.watches[0].unconfigured);
    CHECK(listed.watches[0].kind == "acme/job");
    CHECK_FALSE(listed.watches[0].next_poll_in.has_value());
    CHECK_FALSE(listed.watches[1].unconfigured);
    const auto status = answer_of<status_answer>(engine, status_command{});
    CHECK(status.unconfigured == 1);
    REQUIRE(status.warnings.size() == 1);
    CHECK(status.warnings[0].find("1 open watch is not polled") != std::string::npos);
    poll_command poll;
    poll.which.watches = {1};
    const auto polled = answer_of<selection_answer>(engine, poll);
    REQUIRE(polled.watches[0].refused.has_value());
    CHECK(polled.watches[0].refused->message.find("not in the configuration") != std::string::npos);
    const auto again = engine.ask(asked); // no second watch beside the one that waits
    REQUIRE_FALSE(again.has_value());
    CHECK(again.error().code == refusal_code::unknown_kind);
    engine.stop();

    engine.configured.kinds[acme.name] = acme;
    engine.prod.ends("job-1", engine.clock.now());
    engine.start();
    engine.advance(10min);
    CHECK(engine.store.ending_of("job-1") == outcome::succeeded);
    CHECK(answer_of<status_answer>(engine, status_command{}).warnings.empty());
}

TEST_CASE("kinds are told in the order of their names, with the one that a submit means by default")
{
    engine_fixture engine;
    kind acme = plain_kind("acme/job");
    acme.path = "/api/v1/acme/{id}";
    engine.configured.kinds[acme.name] = acme;
    engine.start();
    const auto told = answer_of<kinds_answer>(engine, kinds_command{});
    CHECK(told.usual == default_kind);
    REQUIRE(told.kinds.size() == built_in_kinds().size() + 1);
    CHECK(told.kinds.front().name == "acme/job");
    CHECK(told.kinds.front().origin == kind_origin::configured);
    CHECK(std::ranges::is_sorted(told.kinds, {}, &kind::name));
}

TEST_CASE("who may only read changes nothing, and while stopping everything is refused")
{
    engine_fixture engine;
    engine.start();
    const caller reader{{1001, 1}, false};
    const auto as_reader = [&](command asked)
    { return run_coroutine(engine.context, engine.service().execute(std::move(asked), reader)); };
    const auto submitted = as_reader(submit_of({"job-1"}));
    REQUIRE_FALSE(submitted.has_value());
    CHECK(submitted.error().code == refusal_code::not_permitted);
    CHECK(as_reader(list_command{}).has_value());
    CHECK(engine.store.events().empty());

    engine.service().stop();
    CHECK(engine.ask(status_command{}).error().code == refusal_code::stopping);
    CHECK(engine.ask(submit_of({"job-1"})).error().code == refusal_code::stopping);
}
