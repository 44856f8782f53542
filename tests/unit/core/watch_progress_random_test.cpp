// A million random answers to lone watches through after_answer: what must hold whatever an appliance says, in
// whatever order. Many watches of one appliance: appliance_random_test.
#include "core/verdict.hpp"
#include "core/watch_progress.hpp"
#include "support/seed.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <set>

using namespace jobwatch;

namespace
{

constexpr int answers_in_all = 1'000'000;
constexpr std::array<std::string_view, 14> words{
    "in_progress", "in progress", "queued", "completed", "Success", "failed", "error",
    "aborted",     "canceled",    "weird",  "",          " ",       "\xff\n", "IN-PROGRESS",
};
constexpr milliseconds lost_after{600'000};

reading random_reading(test::random_source& chance)
{
    reading given;
    // Mostly pending words, so that watches live long enough to see something.
    given.status = words[chance.one_in(12) ? chance.below(words.size()) : chance.below(3)];
    given.abort = chance.one_in(4);
    given.done = static_cast<done_part>(chance.below(3));
    if (!chance.one_in(3))
        given.updated_at = wall_time{std::chrono::nanoseconds(static_cast<std::int64_t>(chance.below(50)))};
    if (chance.one_in(100))
        given.updated_at = chance.one_in(2) ? wall_time::max() : wall_time::min();
    return given;
}

poll_answer random_answer(test::random_source& chance)
{
    if (chance.one_in(2))
        return random_reading(chance);
    // One beyond the last: a value that the enum does not name must do no harm either.
    const auto what = chance.one_in(2) ? trouble::not_found : static_cast<trouble>(chance.below(17));
    return asking_error{what, 0, "trouble", {}};
}

time_limit random_limit(test::random_source& chance)
{
    if (chance.one_in(2))
        return {};
    return milliseconds(static_cast<std::int64_t>(chance.below(3'000'000)));
}

// What the test itself keeps of a watch, to hold the decisions against.
struct record
{
    bool seen = false;
    bool refused = false; // the last answer that told anything was a refusal
    bool blocked = false;
    bool overdue = false;
    std::optional<boot_time> not_found_since;
};

// doctest's own assertions are too slow for millions.
void must(bool holds, const char* rule)
{
    if (!holds)
        FAIL("broken: " << std::string(rule));
}

struct life
{
    test::random_source& chance;
    const kind& family = built_in_kinds().front();
    watch_limits limits{random_limit(chance), random_limit(chance), lost_after, lost_after};
    appliance_census around{lost_after, lost_after};
    watch_progress progress{};
    record known{};
    std::string shown{};
    std::optional<outcome> ended{};
    milliseconds age{0};
    boot_time now{milliseconds(static_cast<std::int64_t>(chance.below(1'000'000)))};

    void hear_an_answer()
    {
        const milliseconds step{
            static_cast<std::int64_t>(chance.below(chance.one_in(10) ? 400'000 : 20'000))};
        age += step;
        now += step;
        const auto answer = random_answer(chance);
        keep_record(answer);
        const auto decision = after_answer(progress, shown, answer, family, limits, age, now, around);
        check_ending(answer, decision);
        check_said(answer, decision);
        keep_refusals(answer);
        ended = decision.ended;
    }

    void keep_record(const poll_answer& answer)
    {
        known.seen = known.seen || answer.has_value();
        if (answer)
            known.not_found_since.reset();
        else if (answer.error().what == trouble::not_found && !known.not_found_since)
            known.not_found_since = now;
    }

    void keep_refusals(const poll_answer& answer)
    {
        if (answer || answer.error().what == trouble::not_found)
            known.refused = false;
        else if (is_refusal(answer))
            known.refused = true;
    }

    static bool is_refusal(const poll_answer& answer)
    {
        return !answer
            && (answer.error().what == trouble::forbidden || answer.error().what == trouble::unauthorized);
    }

    bool has_cause(const poll_answer& answer, outcome how) const
    {
        switch (how)
        {
        case outcome::succeeded:
            return answer && judge(*answer, family) == verdict::succeeded;
        case outcome::partial:
            return answer && judge(*answer, family) == verdict::partial;
        case outcome::failed:
            return answer && judge(*answer, family) == verdict::failed;
        case outcome::cancelled:
            return answer && judge(*answer, family) == verdict::cancelled;
        case outcome::lost:
            return !answer && answer.error().what == trouble::not_found && !known.seen && age >= lost_after
                && now - *known.not_found_since >= lost_after;
        case outcome::abandoned:
            return limits.give_up_after && age >= *limits.give_up_after;
        case outcome::removed:
            break; // only a person removes
        }
        return false;
    }

    void check_ending(const poll_answer& answer, const answer_decision& decision) const
    {
        if (decision.ended)
        {
            must(has_cause(answer, *decision.ended), "an ending without its cause");
            must(
                !decision.reason.empty() || decision.ended == outcome::succeeded,
                "an ending without a reason");
            return;
        }
        for (const auto how :
             {outcome::succeeded, outcome::partial, outcome::failed, outcome::cancelled, outcome::lost,
              outcome::abandoned})
        {
            if (has_cause(answer, how))
                FAIL("a cause of an ending was passed over: " << to_string(how));
        }
    }

    void check_said(const poll_answer& answer, const answer_decision& decision)
    {
        for (const auto type : decision.say)
        {
            if (std::ranges::count(decision.say, type) != 1)
                FAIL("said twice at once: " << to_string(type));
            check_one_said(answer, type);
        }
    }

    void check_one_said(const poll_answer& answer, event_type type)
    {
        switch (type)
        {
        case event_type::watch_blocked:
            must(!known.blocked && known.refused && is_refusal(answer), "watch.blocked");
            known.blocked = true;
            return;
        case event_type::watch_unblocked:
            must(known.blocked && answer, "watch.unblocked");
            known.blocked = false;
            return;
        case event_type::job_overdue:
            must(
                !known.overdue && answer && limits.overdue_after && age >= *limits.overdue_after,
                "job.overdue");
            known.overdue = true;
            return;
        case event_type::job_status:
            must(answer && answer->status != shown, "job.status");
            shown = answer->status;
            return;
        case event_type::job_unrecognised:
            must(answer.has_value(), "job.unrecognised");
            return;
        default:
            FAIL("no event of a watch's progress: " << to_string(type));
        }
    }
};

} // namespace

TEST_CASE("a million random answers: no ending without its cause, and none passed over")
{
    const auto seed = test::chosen_seed();
    INFO(test::how_to_repeat(seed));
    test::random_source chance(seed);
    std::set<outcome> endings;
    int heard = 0;
    while (heard < answers_in_all)
    {
        life watch{chance};
        for (int answers = 0; !watch.ended && answers < 300; ++answers, ++heard)
            watch.hear_an_answer();
        if (watch.ended)
            endings.insert(*watch.ended);
    }
    CHECK(endings.size() == 6); // all but `removed`: the answers did reach every rule
}
