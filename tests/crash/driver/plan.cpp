#include "driver/plan.hpp"

#include "support/seed.hpp"

#include <algorithm>
#include <array>

namespace jobwatch::crash
{

namespace
{

using std::chrono::milliseconds;

constexpr int logs_folder = 1; // the campaign's second: events.jsonl and its archives

// A class's calls are counted from the start of a life: the first ordinals are hit one after another, up to `swept`,
// and beyond them at random up to `most`. Most calls are SQLite's; so those on the event files are also aimed at alone.
struct sweep
{
    call_class what;
    int folder;
    unsigned weight; // of 100 points
    unsigned long swept;
    unsigned long most;
    milliseconds limit; // for the calls that are rare
    unsigned long next = 1;
};

class planner
{
public:
    explicit planner(std::uint64_t seed) : chance_(seed) {}

    life violent(bool cut)
    {
        life one;
        one.cut = cut;
        one.seed = chance_.next();
        const auto dice = chance_.below(20);
        if (dice < 13)
            aim(one);
        else
            one.limit = milliseconds{chance_.below(chance_.one_in(3) ? 120 : 900)};
        if (dice == 19)
            one.how = life::end::stop_then_kill;
        one.respite = milliseconds{chance_.below(40)};
        return one;
    }

    life orderly()
    {
        life one;
        one.how = life::end::stop;
        one.limit = milliseconds{50 + chance_.below(500)};
        return one;
    }

    std::uint64_t below(std::uint64_t count) { return chance_.below(count); }

private:
    void aim(life& one)
    {
        auto& chosen = choose();
        kill_point point;
        point.what = chosen.what;
        point.folder = chosen.folder;
        if (chosen.next <= chosen.swept && !chance_.one_in(3))
            point.ordinal = chosen.next++;
        else
            point.ordinal = 1 + chance_.below(chosen.most);
        point.when = chance_.one_in(2) ? moment::before : moment::after;
        if (chosen.what == call_class::write && chance_.one_in(2))
            point.when = moment::half;
        one.point = point;
        one.limit = chosen.limit;
    }

    sweep& choose()
    {
        auto ticket = chance_.below(100);
        for (auto& one : sweeps_)
        {
            if (ticket < one.weight)
                return one;
            ticket -= one.weight;
        }
        return sweeps_.back();
    }

    test::random_source chance_;
    std::array<sweep, 8> sweeps_{
        {{call_class::create, any_folder, 8, 4, 6, milliseconds{1'200}},
         {call_class::rename, any_folder, 10, 2, 3, milliseconds{1'500}},
         {call_class::unlink, any_folder, 8, 2, 3, milliseconds{1'500}},
         {call_class::truncate, any_folder, 6, 8, 8, milliseconds{600}},
         {call_class::sync, logs_folder, 14, 40, 60, milliseconds{1'500}},
         {call_class::write, logs_folder, 16, 40, 60, milliseconds{1'500}},
         {call_class::sync, any_folder, 16, 100, 300, milliseconds{1'500}},
         {call_class::write, any_folder, 22, 120, 4'000, milliseconds{1'500}}}};
};

const char* word_of(life::end how)
{
    return how == life::end::kill ? "SIGKILL" : how == life::end::stop ? "SIGTERM" : "SIGTERM, then SIGKILL";
}

} // namespace

std::vector<life> make_plan(std::uint64_t seed, std::size_t kills, std::size_t cuts)
{
    planner from(seed);
    std::vector<life> lives;
    auto kills_left = kills;
    auto cuts_left = cuts;
    while (kills_left + cuts_left > 0)
    {
        const bool cut = from.below(kills_left + cuts_left) < cuts_left;
        --(cut ? cuts_left : kills_left);
        lives.push_back(from.violent(cut));
        if (lives.size() % 12 == 0)
            lives.push_back(from.orderly());
    }
    return lives;
}

std::string text_of(const kill_point& point)
{
    return std::string(call_class_names[static_cast<std::size_t>(point.what)]) + ':'
        + std::to_string(point.ordinal) + ':' + moment_names[static_cast<std::size_t>(point.when)]
        + (point.folder == any_folder ? "" : ':' + std::to_string(point.folder));
}

std::string text_of(const life& one)
{
    std::string text = one.point ? "kill at " + text_of(*one.point) + ", or after "
                                 : std::string(word_of(one.how)) + " after ";
    text += std::to_string(one.limit.count()) + " ms";
    return one.cut ? text + ", and the power goes" : text;
}

} // namespace jobwatch::crash
