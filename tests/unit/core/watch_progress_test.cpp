#include "core/watch_progress.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace jobwatch;

namespace
{

using says = std::vector<event_type>;

constexpr milliseconds minute{60'000};

reading with_status(std::string_view status)
{
    reading given;
    given.status = status;
    return given;
}

reading updated(std::string_view status, int second)
{
    auto given = with_status(status);
    given.updated_at = wall_time{std::chrono::seconds(1'700'000'000 + second)};
    return given;
}

poll_answer error(trouble what)
{
    return asking_error{what, 0, std::string(to_string(what)), {}};
}

// A watch under test: answers come one by one, at ages that the test sets.
struct story
{
    watch_progress progress;
    std::string shown;
    watch_limits limits{
        .overdue_after = {},
        .give_up_after = {},
        .lost_after_unseen = 10 * minute,
        .lost_after_seen = 60 * minute};
    appliance_census around{limits.lost_after_unseen, limits.lost_after_seen}; // it is the only watch
    milliseconds age{0};

    answer_decision hear(const poll_answer& answer)
    {
        // The boot clock had run for a day when the job was submitted.
        const boot_time now{milliseconds(86'400'000) + age};
        auto decision =
            after_answer(progress, shown, answer, built_in_kinds().front(), limits, age, now, around);
        // What the engine does with a word that was said.
        if (answer && std::ranges::count(decision.say, event_type::job_status) != 0)
            shown = answer->status;
        return decision;
    }
    answer_decision hear_at(milliseconds when, const poll_answer& answer)
    {
        age = when;
        return hear(answer);
    }
};

} // namespace

TEST_CASE("a watch's progress stays small, since there may be a million of them")
{
    CHECK(sizeof(watch_progress) <= 32);
}

TEST_CASE("each ending verdict ends the watch, and says why when it is not a success")
{
    const auto ends = [](const reading& given)
    {
        story watch;
        return watch.hear(given);
    };
    const auto succeeded = ends(with_status("completed"));
    CHECK(succeeded.ended == outcome::succeeded);
    CHECK(succeeded.reason.empty());
    CHECK(succeeded.say.empty()); // job.finished says the word
    CHECK_FALSE(succeeded.slow);
    CHECK(ends(with_status("error")).ended == outcome::failed);
    CHECK(ends(with_status("error")).reason == "the appliance says \"error\"");
    CHECK(ends(with_status("canceled")).ended == outcome::cancelled);
    auto some = with_status("completed");
    some.done = done_part::some;
    CHECK(ends(some).ended == outcome::partial);
    CHECK(ends(some).reason == "the appliance says \"completed\", but not all of it was done");
    some.abort = true;
    CHECK(ends(some).ended == outcome::cancelled);
    CHECK(ends(some).reason.find("somebody asked to cancel the job (abort)") != std::string::npos);
}

TEST_CASE("every answer counts as a poll, and the count does not wrap")
{
    story watch;
    watch.hear(with_status("queued"));
    watch.hear(error(trouble::timed_out));
    CHECK(watch.progress.polls == 2);
    watch.progress.polls = 0xFFFF'FFFFU;
    watch.hear(with_status("queued"));
    CHECK(watch.progress.polls == 0xFFFF'FFFFU);
}

TEST_CASE("a status is said when its word changes, as the appliance writes it")
{
    story watch;
    CHECK(watch.hear(with_status("queued")).say == says{event_type::job_status});
    CHECK(watch.hear(with_status("queued")).say.empty());
    CHECK(watch.hear(with_status("in progress")).say == says{event_type::job_status});
    CHECK(watch.hear(with_status("in_progress")).say == says{event_type::job_status});
    CHECK(watch.hear(with_status("")).say.empty()); // no word is no change of it
    CHECK(watch.hear(with_status("in_progress")).say.empty());
}

TEST_CASE("a stale reading says nothing about a job that goes on")
{
    story watch;
    watch.limits.overdue_after = minute;
    watch.hear(updated("in_progress", 10));
    const auto stale = watch.hear_at(2 * minute, updated("queued", 9));
    CHECK(stale.say.empty());
    CHECK_FALSE(stale.ended);
    CHECK_FALSE(bool{watch.progress.overdue}); // overdue comes only after a fresh look
    CHECK(watch.hear(updated("weird", 9)).say.empty());
    CHECK_FALSE(bool{watch.progress.unrecognised});
    CHECK(watch.hear(updated("in_progress", 10)).say == says{event_type::job_overdue}); // as new is not stale
}

TEST_CASE("a stale reading leaves the newest time alone, and one without a time is fresh")
{
    story watch;
    watch.hear(updated("in_progress", 10));
    watch.hear(updated("queued", 5));
    CHECK(watch.hear(updated("queued", 7)).say.empty());
    CHECK(watch.hear(with_status("queued")).say == says{event_type::job_status});
}

TEST_CASE("a stale reading that ends the job is accepted")
{
    story watch;
    watch.hear(updated("in_progress", 10));
    CHECK(watch.hear(updated("completed", 3)).ended == outcome::succeeded);
}

TEST_CASE("a word that nobody knows is said once, polled slowly, and forgotten at the next known word")
{
    story watch;
    const auto first = watch.hear(with_status("weird"));
    CHECK(first.say == says{event_type::job_status, event_type::job_unrecognised});
    CHECK(first.reason.find("\"weird\"") != std::string::npos);
    CHECK(first.slow);
    const auto second = watch.hear(with_status("weirder"));
    CHECK(second.say == says{event_type::job_status});
    CHECK(second.slow);
    CHECK(watch.hear(error(trouble::timed_out)).slow); // an error changes nothing of it
    CHECK(watch.hear(with_status("")).slow);
    const auto known = watch.hear(with_status("running"));
    CHECK(known.say == says{event_type::job_status});
    CHECK_FALSE(known.slow);
    CHECK(watch.hear(with_status("weird")).say == says{event_type::job_status, event_type::job_unrecognised});
}

TEST_CASE("three readings in a row without a status are unrecognised, two are not")
{
    story watch;
    for (int row = 0; row < 2; ++row)
    {
        CHECK(watch.hear(with_status("")).say.empty());
        CHECK_FALSE(watch.hear(with_status("  ")).slow);
        watch.hear(with_status("queued")); // breaks the row
    }
    watch.hear(with_status(""));
    watch.hear(with_status(""));
    watch.hear(error(trouble::gateway)); // does not break it: an error is no reading
    const auto third = watch.hear(with_status(""));
    CHECK(third.say == says{event_type::job_unrecognised});
    CHECK(third.reason.find("/overall_status") != std::string::npos);
    CHECK(third.slow);
    for (int more = 0; more < 300; ++more) // further than the counter reaches
        CHECK(watch.hear(with_status("")).say.empty());
    CHECK_FALSE(watch.hear(with_status("queued")).slow);
}

TEST_CASE("no error while asking ends a watch, however long it lasts")
{
    for (int what = 0; what <= static_cast<int>(trouble::no_token) + 1; ++what)
    {
        if (static_cast<trouble>(what) == trouble::not_found)
            continue;
        story watch;
        watch.limits.overdue_after = minute;
        for (int hour = 0; hour < 10'000; hour += 100)
        {
            const auto decision = watch.hear_at(hour * 60 * minute, error(static_cast<trouble>(what)));
            CHECK_FALSE(decision.ended);
        }
        CHECK_FALSE(bool{watch.progress.seen});
        CHECK_FALSE(bool{watch.progress.overdue}); // said after a fresh reading only
    }
}

TEST_CASE("a job that was never seen is lost when 404 lasted long enough, and not sooner")
{
    story watch;
    CHECK_FALSE(watch.hear_at(1 * minute, error(trouble::not_found)).ended);
    CHECK_FALSE(watch.hear_at(10 * minute, error(trouble::not_found)).ended); // old enough; the row is 9 min
    const auto lost = watch.hear_at(11 * minute, error(trouble::not_found));
    CHECK(lost.ended == outcome::lost);
    CHECK(lost.reason == "the appliance never showed the job and answered 404 for 10 min");
}

TEST_CASE("other trouble neither continues nor breaks a row of 404")
{
    story watch;
    watch.hear_at(minute, error(trouble::not_found));
    CHECK_FALSE(watch.hear_at(20 * minute, error(trouble::timed_out)).ended);
    CHECK_FALSE(watch.hear_at(30 * minute, error(trouble::forbidden)).ended);
    CHECK(watch.hear_at(31 * minute, error(trouble::not_found)).ended == outcome::lost);
}

TEST_CASE("a job that was seen once is not lost by 404 alone")
{
    story watch;
    watch.hear_at(minute, error(trouble::not_found));
    watch.hear_at(2 * minute, with_status("queued"));
    CHECK(bool{watch.progress.seen});
    CHECK_FALSE(bool{watch.progress.not_found});
    for (int hour = 1; hour < 1'000; ++hour)
        CHECK_FALSE(watch.hear_at(hour * 60 * minute, error(trouble::not_found)).ended);
}

TEST_CASE("a job that was seen is lost when 404 lasted long enough while the appliance showed another")
{
    story watch;
    watch.around.enters({telling::shown, true}); // somebody else's, shown all the time
    const auto other_is_shown = [&]
    { watch.around.proved_well(boot_time{milliseconds(86'400'000)} + watch.age); };
    watch.hear_at(minute, with_status("queued"));
    watch.hear_at(2 * minute, error(trouble::not_found));
    CHECK_FALSE(watch.hear_at(70 * minute, error(trouble::not_found)).ended); // nothing was shown since then
    other_is_shown();
    watch.hear_at(71 * minute, error(trouble::timed_out));
    const auto lost = watch.hear(error(trouble::not_found));
    CHECK(lost.ended == outcome::lost);
    CHECK(
        lost.reason
        == "the appliance has shown the job before, and answered 404 for 1 h 9 min, while its other "
           "answers were good");
}

TEST_CASE("a reading breaks the row of a job that was seen, and a refusal does not")
{
    story watch;
    watch.around.enters({telling::shown, true});
    watch.hear_at(minute, with_status("queued"));
    watch.hear_at(2 * minute, error(trouble::not_found));
    watch.hear_at(61 * minute, with_status("queued"));
    CHECK_FALSE(watch.hear_at(62 * minute, error(trouble::not_found)).ended);
    CHECK_FALSE(watch.hear_at(80 * minute, error(trouble::forbidden)).ended);
    watch.around.proved_well(boot_time{milliseconds(86'400'000)} + watch.age);
    CHECK_FALSE(watch.hear_at(122 * minute - milliseconds(1), error(trouble::not_found)).ended);
    CHECK(watch.hear_at(122 * minute, error(trouble::not_found)).ended == outcome::lost);
}

TEST_CASE("404 right after the submit is polled quickly, and a row of it after a reading slowly")
{
    story fresh;
    CHECK_FALSE(fresh.hear(error(trouble::not_found)).slow);
    CHECK_FALSE(fresh.hear_at(minute, error(trouble::not_found)).slow);
    CHECK_FALSE(fresh.hear(with_status("queued")).slow);
    CHECK_FALSE(fresh.hear(error(trouble::not_found)).slow); // a node that lags, most likely
    CHECK(fresh.hear_at(2 * minute, error(trouble::not_found)).slow);
    CHECK(fresh.hear(error(trouble::timed_out)).slow);
    CHECK_FALSE(fresh.hear(with_status("queued")).slow);
}

TEST_CASE("a stale reading shows all the same that the job is there")
{
    story watch;
    watch.progress.newest_updated_at =
        wall_time{std::chrono::seconds(1'800'000'000)}.time_since_epoch().count();
    watch.hear(error(trouble::forbidden));
    watch.hear(error(trouble::forbidden));
    watch.hear(error(trouble::not_found));
    CHECK(watch.hear(updated("queued", 0)).say == says{event_type::watch_unblocked});
    CHECK(bool{watch.progress.seen});
    CHECK_FALSE(bool{watch.progress.not_found});
}

TEST_CASE("the first 403 slows the polling, the second is said once, and a reading takes it back")
{
    story watch;
    const auto first = watch.hear(error(trouble::forbidden));
    CHECK(first.say.empty());
    CHECK(first.slow);
    CHECK(watch.hear(error(trouble::timed_out)).slow); // neither breaks the row nor continues it
    const auto second = watch.hear(error(trouble::forbidden));
    CHECK(second.say == says{event_type::watch_blocked});
    CHECK(second.reason == "forbidden");
    CHECK(second.slow);
    CHECK(watch.hear(error(trouble::forbidden)).say.empty());
    CHECK(watch.hear(error(trouble::timed_out)).slow);
    const auto back = watch.hear(with_status("queued"));
    CHECK(back.say == says{event_type::watch_unblocked, event_type::job_status});
    CHECK_FALSE(back.slow);
    CHECK(watch.hear(error(trouble::forbidden)).say.empty());
    CHECK(watch.hear(with_status("queued")).say.empty()); // what was not said is not taken back
    watch.hear(error(trouble::forbidden));
    CHECK(watch.hear(error(trouble::forbidden)).say == says{event_type::watch_blocked});
}

TEST_CASE("401 in spite of a fresh token is told like 403, with its reason")
{
    story watch;
    CHECK(watch.hear(error(trouble::unauthorized)).slow);
    const auto second = watch.hear(error(trouble::unauthorized));
    CHECK(second.say == says{event_type::watch_blocked});
    CHECK(second.reason == "refused in spite of a fresh token: unauthorized");
}

TEST_CASE(
    "answers that are not in the appliance's own words are told as that, and counted up to three in a row")
{
    story watch;
    asking_error foreign{trouble::refused, 404, "cm1: HTTP 404 Not Found with an empty body", {}};
    foreign.foreign = true;
    for (const int expected : {1, 2, 3, 3})
    {
        watch.hear(foreign);
        const int in_a_row = watch.progress.foreign_answers;
        CHECK(in_a_row == expected);
        CHECK(last_error_of(watch.progress) == "HTTP 404: not in the appliance's own words");
    }
    watch.hear(error(trouble::not_found)); // and this one is
    CHECK(last_error_of(watch.progress) == "the appliance does not know this job");
    watch.hear(foreign);
    const int anew = watch.progress.foreign_answers;
    CHECK(anew == 1);
}

TEST_CASE("a watch that is refused like most of the appliance's is not said to be blocked")
{
    story watch;
    watch.around.enters({telling::refused, false});
    watch.around.enters({telling::shown, true});
    watch.hear(error(trouble::forbidden));
    CHECK_FALSE(watch.around.forbidden());
    CHECK(watch.hear(error(trouble::forbidden)).say.empty());
    CHECK(watch.around.forbidden());
    watch.around.turns({telling::refused, false}, {telling::shown, true});
    CHECK(watch.hear(error(trouble::forbidden)).say == says{event_type::watch_blocked}); // now it is its own
    CHECK_FALSE(watch.around.forbidden());
}

TEST_CASE("an ending may be the reading that takes a 403 back")
{
    story watch;
    watch.hear(error(trouble::forbidden));
    watch.hear(error(trouble::forbidden));
    const auto end = watch.hear(with_status("completed"));
    CHECK(end.ended == outcome::succeeded);
    CHECK(end.say == says{event_type::watch_unblocked});
    CHECK_FALSE(end.slow);
}

TEST_CASE("what the last answer was is kept in few bytes, until a reading")
{
    story watch;
    CHECK(last_error_of(watch.progress).empty());
    watch.hear(asking_error{trouble::unavailable, 503, "cm1: HTTP 503 Service Unavailable", {}});
    CHECK(last_error_of(watch.progress) == "HTTP 503: the appliance is not ready");
    watch.hear(error(trouble::timed_out));
    CHECK(last_error_of(watch.progress) == "no answer in time");
    watch.hear(with_status("queued"));
    CHECK(last_error_of(watch.progress).empty());
}

TEST_CASE("the first reading is remembered, even when there is nothing to say of it")
{
    story watch;
    CHECK_FALSE(watch.hear(error(trouble::not_found)).remember);
    CHECK(watch.hear(with_status("")).remember);
    CHECK_FALSE(watch.hear(with_status("")).remember);
}

TEST_CASE("overdue is said once, after a fresh reading, and a late result is still taken")
{
    story watch;
    watch.limits.overdue_after = 60 * minute;
    CHECK_FALSE(watch.hear_at(60 * minute - milliseconds(1), with_status("queued")).slow);
    CHECK(watch.hear_at(60 * minute, error(trouble::timed_out)).say.empty());
    const auto overdue = watch.hear(with_status("queued"));
    CHECK(overdue.say == says{event_type::job_overdue});
    CHECK(overdue.reason == "not finished 1 h after its submit");
    CHECK(overdue.slow);
    const auto later = watch.hear_at(120 * minute, with_status("queued"));
    CHECK(later.say.empty());
    CHECK(later.slow);
    CHECK(watch.hear_at(180 * minute, with_status("completed")).ended == outcome::succeeded);
}

TEST_CASE("a job with a strange word can be overdue, and both reasons are given")
{
    story watch;
    watch.limits.overdue_after = minute;
    const auto decision = watch.hear_at(minute, with_status("weird"));
    CHECK(
        decision.say == says{event_type::job_status, event_type::job_unrecognised, event_type::job_overdue});
    CHECK(decision.reason.find("; not finished 1 min after its submit") != std::string::npos);
}

TEST_CASE("without limits a job is never overdue and never given up")
{
    story watch;
    const auto decision = watch.hear_at(milliseconds(100LL * 365 * 86'400'000), with_status("queued"));
    CHECK(decision.say == says{event_type::job_status});
    CHECK_FALSE(decision.ended);
}

TEST_CASE("the person's own limit gives up on any answer that ends nothing, and says so")
{
    for (const auto& answer :
         {poll_answer(with_status("queued")), poll_answer(with_status("")), error(trouble::timed_out),
          error(trouble::forbidden), error(trouble::not_found)})
    {
        story watch;
        watch.limits.give_up_after = 5 * minute;
        CHECK_FALSE(watch.hear_at(5 * minute - milliseconds(1), answer).ended);
        const auto decision = watch.hear_at(5 * minute, answer);
        CHECK(decision.ended == outcome::abandoned);
        CHECK(decision.reason.find("give_up_after is 5m") != std::string::npos);
        CHECK_FALSE(decision.slow);
    }
}

TEST_CASE("a result that comes after the limit is a result")
{
    story watch;
    watch.limits.give_up_after = 5 * minute;
    CHECK(watch.hear_at(6 * minute, with_status("failed")).ended == outcome::failed);
}
