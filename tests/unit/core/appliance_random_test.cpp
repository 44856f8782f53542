// Millions of random answers to many watches of one appliance, with restarts in between. What ends a watch and what
// is said is held against an oracle that looks at all watches each time and remembers moments, not counts.
#include "core/verdict.hpp"
#include "core/watch_progress.hpp"
#include "support/seed.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <deque>
#include <set>

using namespace jobwatch;

namespace
{

constexpr int answers_in_all = 2'000'000;
constexpr std::size_t most_watches = 12;
constexpr milliseconds unseen_limit{600'000};
constexpr milliseconds seen_limit{1'800'000};
constexpr milliseconds one_part = seen_limit / 60; // what recent_count may be short of
constexpr std::array<std::string_view, 5> pending_words{"in_progress", "queued", "running", "weird", ""};
constexpr std::array<std::string_view, 4> ending_words{"completed", "failed", "aborted", "Success"};

void must(bool holds, const char* rule)
{
    if (!holds)
        FAIL("broken: " << std::string(rule));
}

// What an appliance says for a while: for all watches, or for one.
enum class habit : unsigned char
{
    mixed,
    shows,
    misses,
    refuses,
    fails,
};

struct watch
{
    watch_progress progress{};
    std::string shown{};
    boot_time born{};
    habit own = habit::mixed;
    // The oracle's own record.
    telling latest = telling::none;
    bool seen = false;
    bool blocked = false;
    bool overdue = false;
    std::optional<boot_time> missing_since{};
    std::int64_t newest = 0;
    std::uint32_t polls = 0;
};

class weather
{
public:
    explicit weather(test::random_source& chance) : chance_(chance) {}

    poll_answer answer_to(watch& asked)
    {
        if (chance_.one_in(400))
            all_ = chance_.one_in(2) ? habit::mixed : random_habit();
        if (chance_.one_in(60))
            asked.own = chance_.one_in(2) ? habit::mixed : random_habit();
        habit now = all_ != habit::mixed ? all_ : asked.own;
        if (now == habit::mixed || chance_.one_in(30)) // nodes of a cluster do not always agree
            now = random_habit();
        return answer_of(now);
    }

private:
    habit random_habit() { return static_cast<habit>(1 + chance_.below(4)); }

    poll_answer answer_of(habit how)
    {
        if (how == habit::misses)
            return asking_error{trouble::not_found, 404, "404", {}};
        if (how == habit::refuses)
            return asking_error{
                chance_.one_in(4) ? trouble::unauthorized : trouble::forbidden, 403, "403", {}};
        if (how == habit::fails)
            return asking_error{static_cast<trouble>(chance_.below(6)), 0, "trouble on the way", {}};
        reading given;
        given.status = chance_.one_in(25) ? ending_words[chance_.below(ending_words.size())]
                                          : pending_words[chance_.below(pending_words.size())];
        given.updated_at = wall_time{std::chrono::nanoseconds(static_cast<std::int64_t>(chance_.below(50)))};
        return given;
    }

    test::random_source& chance_;
    habit all_ = habit::mixed;
};

class appliance
{
public:
    explicit appliance(test::random_source& chance) : chance_(chance), sky_(chance) {}

    void hear_an_answer()
    {
        now_ += milliseconds(static_cast<std::int64_t>(chance_.below(chance_.one_in(50) ? 200'000 : 20'000)));
        if (watches_.size() < most_watches && (watches_.empty() || chance_.one_in(20)))
            begin_watch();
        if (chance_.one_in(5'000))
            restart();
        if (chance_.one_in(200))
            log_in();
        watch& asked = watches_[chance_.below(watches_.size())];
        const poll_answer answer = sky_.answer_to(asked);
        const auto decision = after_answer(
            asked.progress, asked.shown, answer, family_, limits_, span_between(asked.born, now_), now_,
            census_);
        census_.weigh(now_);
        const telling before = asked.latest;
        keep_record(asked, answer);
        check_conditions();
        check_ending(asked, answer, decision.ended);
        check_said(asked, answer, decision, before);
        check_progress(asked, decision);
        if (decision.ended || chance_.one_in(2'000)) // or a person removes it
            end_watch(asked);
    }

    // Nothing of a watch is left behind.
    void end_all()
    {
        while (!watches_.empty())
            end_watch(watches_.front());
        must(
            census_.describe_missing() == "404 for 0 of the 0 jobs that it has shown before",
            "counted to zero");
        must(census_.describe_refused() == "it refuses to show 0 of 0 jobs", "counted to zero");
        must(!census_.degraded() && !census_.forbidden(), "no trouble without a watch");
    }

    std::set<outcome> endings;
    int lost_though_seen = 0;
    int times_degraded = 0;
    int times_forbidden = 0;

private:
    void begin_watch()
    {
        watch fresh;
        fresh.born = now_;
        census_.enters(census_entry_of(fresh.progress));
        watches_.push_back(std::move(fresh));
    }

    void end_watch(watch& which)
    {
        if (which.latest == telling::shown)
            ended_shown_.push_back(now_);
        census_.leaves(census_entry_of(which.progress), now_);
        watches_.erase(watches_.begin() + (&which - watches_.data()));
        census_.weigh(now_);
        judge_conditions();
    }

    void log_in()
    {
        census_.proved_well(now_);
        well_at_ = now_;
    }

    // What the store knows stays; all else is forgotten.
    void restart()
    {
        census_ = appliance_census(unseen_limit, seen_limit);
        census_.recall(degraded_, forbidden_);
        for (watch& one : watches_)
        {
            const watch_progress old = one.progress;
            one.progress = watch_progress{};
            one.progress.polls = old.polls;
            one.progress.newest_updated_at = old.newest_updated_at;
            one.progress.seen = old.seen;
            one.progress.blocked = old.blocked;
            one.progress.overdue = old.overdue;
            one.progress.unrecognised = old.unrecognised;
            one.progress.said = census_.presumed(old.seen, old.blocked);
            one.latest = one.progress.said;
            one.missing_since.reset();
            census_.enters(census_entry_of(one.progress));
        }
        ended_shown_.clear();
        well_at_.reset();
        restored_at_.reset();
        most_since_.reset();
        surely_most_since_.reset();
        census_.weigh(now_);
        judge_conditions();
    }

    void keep_record(watch& asked, const poll_answer& answer)
    {
        ++asked.polls;
        if (answer)
        {
            asked.latest = telling::shown;
            asked.seen = true;
            asked.missing_since.reset();
            well_at_ = now_;
        }
        else if (answer.error().what == trouble::not_found)
        {
            asked.latest = telling::missing;
            if (!asked.missing_since)
                asked.missing_since = now_;
        }
        else if (is_refusal(answer))
        {
            asked.latest = telling::refused;
        }
    }

    static bool is_refusal(const poll_answer& answer)
    {
        return !answer
            && (answer.error().what == trouble::forbidden || answer.error().what == trouble::unauthorized);
    }

    std::int64_t count(bool (*is_one)(const watch&)) const { return std::ranges::count_if(watches_, is_one); }
    std::int64_t missing() const
    {
        return count([](const watch& one) { return one.seen && one.latest == telling::missing; });
    }
    std::int64_t seen() const
    {
        return count([](const watch& one) { return one.seen && one.latest != telling::none; });
    }
    std::int64_t ended_shown_since(boot_time since) const
    {
        return std::ranges::count_if(ended_shown_, [&](boot_time one) { return one >= since; });
    }
    bool most_refused() const
    {
        return 2 * refused() > count([](const watch& one) { return one.latest != telling::none; });
    }
    std::int64_t refused() const
    {
        return count([](const watch& one) { return one.latest == telling::refused; });
    }

    // More than half, if what ended in the last `span` counts to the letter.
    bool surely_most_missing(milliseconds span) const
    {
        return 2 * missing() > seen() + ended_shown_since(now_ - span);
    }
    // The same, if the count is as short as it may be.
    bool perhaps_most_missing(milliseconds span) const
    {
        return 2 * missing() > seen() + ended_shown_since(now_ - span + one_part);
    }

    static void keep_since(std::optional<boot_time>& since, bool is_so, boot_time now)
    {
        if (!is_so)
            since.reset();
        else if (!since)
            since = now;
    }

    // After each change of the census: what stands, and may it begin or end now?
    void judge_conditions()
    {
        keep_since(most_since_, perhaps_most_missing(unseen_limit), now_);
        keep_since(surely_most_since_, surely_most_missing(unseen_limit), now_);
        const bool degraded = census_.degraded();
        if (degraded && !degraded_)
        {
            must(most_since_ && now_ - *most_since_ >= unseen_limit, "degraded began too soon");
            ++times_degraded;
        }
        if (!degraded && degraded_)
            restored_at_ = now_;
        must(!degraded || perhaps_most_missing(unseen_limit), "degraded stands without its cause");
        must(
            degraded || !surely_most_since_ || now_ - *surely_most_since_ < unseen_limit,
            "degraded did not begin");
        degraded_ = degraded;
        must(!census_.forbidden() || most_refused(), "forbidden stands without its cause");
        must(!forbidden_ || census_.forbidden() || !most_refused(), "forbidden ended too soon");
        times_forbidden += census_.forbidden() && !forbidden_ ? 1 : 0;
        forbidden_before_ = forbidden_;
        forbidden_ = census_.forbidden();
    }

    void check_conditions()
    {
        judge_conditions();
        must(
            !forbidden_ || forbidden_before_ || refused() >= 2,
            "one watch alone made the appliance forbidden");
        std::erase_if(ended_shown_, [&](boot_time one) { return one < now_ - seen_limit; });
    }

    bool row_ends(const watch& asked, bool most_missing) const
    {
        if (degraded_ || most_missing || !well_at_ || *well_at_ < *asked.missing_since)
            return false;
        const boot_time since =
            restored_at_ ? std::max(*asked.missing_since, *restored_at_) : *asked.missing_since;
        return now_ - since >= seen_limit;
    }

    void check_lost(const watch& asked, bool lost)
    {
        if (!asked.seen)
        {
            const bool due = now_ - *asked.missing_since >= unseen_limit && now_ - asked.born >= unseen_limit;
            must(lost == due, "lost, never seen");
            return;
        }
        must(!lost || row_ends(asked, surely_most_missing(seen_limit)), "lost without a cause");
        must(lost || !row_ends(asked, perhaps_most_missing(seen_limit)), "not lost in spite of its cause");
        lost_though_seen += lost ? 1 : 0;
    }

    void check_ending(const watch& asked, const poll_answer& answer, std::optional<outcome> ended)
    {
        if (!answer && answer.error().what == trouble::not_found)
        {
            check_lost(asked, ended == outcome::lost);
            must(!ended || ended == outcome::lost, "404 ended a watch otherwise");
        }
        else if (!answer)
        {
            must(!ended, "an error while asking ended a watch");
        }
        else
        {
            const verdict found = judge(*answer, family_);
            must((found == verdict::succeeded) == (ended == outcome::succeeded), "succeeded");
            must((found == verdict::failed) == (ended == outcome::failed), "failed");
            must((found == verdict::cancelled) == (ended == outcome::cancelled), "cancelled");
            must(!ended || ended != outcome::lost, "a reading lost a watch");
        }
        if (ended)
            endings.insert(*ended);
    }

    void check_said(watch& asked, const poll_answer& answer, const answer_decision& decision, telling before)
    {
        const auto said = [&](event_type type) { return std::ranges::count(decision.say, type) != 0; };
        const bool told_of_all = most_refused() && (forbidden_before_ || refused() >= 2);
        const bool second = is_refusal(answer) && before == telling::refused && !asked.blocked;
        must(said(event_type::watch_blocked) == (second && !told_of_all), "watch.blocked");
        must(said(event_type::watch_unblocked) == (asked.blocked && answer), "watch.unblocked");
        must(!second || !told_of_all || forbidden_, "appliance.forbidden did not begin");
        must(
            forbidden_before_ || !forbidden_ || (second && told_of_all),
            "appliance.forbidden without a cause");
        if (said(event_type::watch_blocked) || said(event_type::watch_unblocked))
            asked.blocked = said(event_type::watch_blocked);
        must(!said(event_type::job_overdue) || (answer && !asked.overdue), "job.overdue");
        asked.overdue = asked.overdue || said(event_type::job_overdue);
        if (said(event_type::job_status))
            asked.shown = answer->status;
    }

    static void check_progress(watch& asked, const answer_decision& decision)
    {
        must(asked.progress.polls == asked.polls, "each answer is a poll");
        must(asked.progress.newest_updated_at >= asked.newest, "time goes on");
        must(decision.say.size() <= 4 && decision.reason.size() <= 400, "bounded words");
        asked.newest = asked.progress.newest_updated_at;
    }

    test::random_source& chance_;
    weather sky_;
    const kind& family_ = built_in_kinds().front();
    watch_limits limits_{milliseconds{7'200'000}, {}, unseen_limit, seen_limit};
    appliance_census census_{unseen_limit, seen_limit};
    std::vector<watch> watches_;
    boot_time now_{milliseconds(86'400'000)};
    bool degraded_ = false;
    bool forbidden_ = false;
    bool forbidden_before_ = false;
    std::deque<boot_time> ended_shown_;
    std::optional<boot_time> well_at_;
    std::optional<boot_time> restored_at_;
    std::optional<boot_time> most_since_;
    std::optional<boot_time> surely_most_since_;
};

} // namespace

TEST_CASE("millions of random answers to many watches: each ending has its cause, and trouble alternates")
{
    const auto seed = test::chosen_seed();
    INFO(test::how_to_repeat(seed));
    test::random_source chance(seed);
    appliance asked(chance);
    for (int heard = 0; heard < answers_in_all; ++heard)
        asked.hear_an_answer();
    asked.end_all();
    // The answers did reach every rule.
    CHECK(asked.endings.size() == 4);
    CHECK(asked.lost_though_seen > 0);
    CHECK(asked.times_degraded > 0);
    CHECK(asked.times_forbidden > 0);
}
