#include "checker/rules.hpp"

#include "checker/sequence.hpp"

namespace jobwatch::crash
{

namespace
{

constexpr const char* database = "state.db";

struct endings_of_watch
{
    number beginnings = 0;
    std::vector<const event_fact*> endings;
};

bool is_ending(const event_fact& one)
{
    return one.type == "job.finished" || one.type == "watch.removed";
}

class examination
{
public:
    explicit examination(const history& run) : run_(run)
    {
        for (const auto& one : run_.watches)
            watches_[one.watch] = &one;
    }

    std::vector<finding> all()
    {
        check_database();
        check_submits();
        check_watches();
        check_told();
        check_file();
        for (const auto& one : run_.readers)
            check_reader(one);
        for (const auto& one : run_.backups)
            check_backup(one);
        return std::move(found_);
    }

private:
    void say(const char* rule, const std::string& where, std::string text)
    {
        found_.push_back({rule, where, std::move(text)});
    }

    sequence::sink sink_for(const std::string& where)
    {
        return [this, where](const char* rule, std::string text) { say(rule, where, std::move(text)); };
    }

    static std::string name(number watch) { return "watch " + std::to_string(watch); }

    std::string outcome_of(number watch) const
    {
        const auto found = watches_.find(watch);
        return found == watches_.end() ? std::string("(no such watch)") : found->second->outcome;
    }

    void check_database()
    {
        if (run_.integrity != "ok")
            say("damaged", database, "integrity_check says: " + run_.integrity);
        number last = 0;
        for (const auto& one : run_.events)
        {
            if (one.seq != last + 1)
                say("hole", database,
                    "event " + std::to_string(one.seq) + " follows event " + std::to_string(last));
            last = one.seq;
            auto& of = history_[one.watch];
            if (one.type == "watch.added")
                ++of.beginnings;
            if (is_ending(one))
                of.endings.push_back(&one);
        }
    }

    void check_submits()
    {
        std::map<number, std::string> opened;
        for (const auto& one : run_.submits)
        {
            const auto stored = watches_.find(one.watch);
            if (stored == watches_.end() || stored->second->job != one.job)
            {
                if (lost_.insert(one.watch).second)
                    say("lost", database, "acknowledged " + name(one.watch) + " of job " + one.job);
                continue;
            }
            if (one.said == "new" && !opened.emplace(one.watch, one.job).second)
                say("reused", database, name(one.watch) + " was given out twice as new");
            if (one.said != "new" && one.said != "open" && one.said != stored->second->outcome)
                say("changed", database,
                    name(one.watch) + " was told as " + one.said + " and is " + stored->second->outcome);
        }
    }

    void check_watches()
    {
        std::map<std::string, number> by_job;
        for (const auto& one : run_.watches)
        {
            check_endings(one);
            check_fate(one);
            if (++by_job[one.job] == 2 && !run_.asked_again.contains(one.job))
                say("doubled", database,
                    "job " + one.job + " has two watches, though nobody submitted it again");
        }
        for (const auto& [watch, of] : history_)
            if (watch != 0 && !watches_.contains(watch) && !lost_.contains(watch))
                say("stranger", database, "there are events of " + name(watch) + ", which is not there");
    }

    void check_endings(const watch_fact& one)
    {
        const auto& of = history_[one.watch];
        if (of.beginnings != 1)
            say("beginning", database,
                name(one.watch) + " has " + std::to_string(of.beginnings) + " watch.added");
        if (of.endings.size() > 1)
            return say(
                "two-endings", database,
                name(one.watch) + " ends in event " + std::to_string(of.endings[0]->seq) + " ("
                    + of.endings[0]->outcome + ") and in event " + std::to_string(of.endings[1]->seq) + " ("
                    + of.endings[1]->outcome + ")");
        if (of.endings.empty() && !one.outcome.empty())
            return say(
                "no-ending", database, name(one.watch) + " is " + one.outcome + ", but no event says so");
        if (!of.endings.empty() && of.endings[0]->outcome != one.outcome)
            return say(
                "changed", database,
                name(one.watch) + " is '" + one.outcome + "', but event " + std::to_string(of.endings[0]->seq)
                    + " says " + of.endings[0]->outcome);
        if (run_.settled && one.outcome.empty())
            say("still-open", database, name(one.watch) + " of job " + one.job + " never ended");
    }

    void check_fate(const watch_fact& one)
    {
        const auto fate = run_.fates.find(one.job);
        if (fate == run_.fates.end())
            return say(
                "stranger", database, name(one.watch) + " is of job " + one.job + ", which nobody has");
        if (one.outcome.empty() || one.outcome == fate->second)
            return;
        if (one.outcome == "removed" && run_.asked_to_remove.contains(one.watch))
            return;
        say("wrong-fate", database,
            name(one.watch) + " is " + one.outcome + "; at the appliance its job is " + fate->second);
    }

    void check_told()
    {
        for (const auto& one : run_.endings)
            if (const auto now = outcome_of(one.watch); now != one.outcome && !lost_.contains(one.watch))
                say("changed", one.by,
                    name(one.watch) + " was told as " + one.outcome + " and is '" + now + "'");
        for (const auto watch : run_.removed)
            if (const auto now = outcome_of(watch); now != "removed" && !lost_.contains(watch))
                say("changed", database,
                    name(watch) + " was removed, as was acknowledged, and is '" + now + "'");
    }

    void check_file()
    {
        sequence file(run_.events, {}, sink_for("events.jsonl"));
        if (run_.pruned && !run_.file.empty())
            file.begin_after(run_.file.front().seq - 1);
        for (const auto& one : run_.file)
            file.take(one);
        file.finish(run_.settled);
        for (const auto& one : run_.litter)
            say("litter", "events.jsonl", one);
    }

    void check_reader(const reader_history& reader)
    {
        sequence seen(run_.events, reader.only, sink_for(reader.name));
        bool begun = false;
        for (const auto& step : reader.steps)
        {
            if (step.what == reader_step::kind::start && !begun)
                seen.begin_after(step.seq);
            begun = true;
            take_step(reader, step, seen);
        }
        // A filtered reader is held against what it was promised only: its heartbeats.
        seen.finish(run_.settled && reader.only.empty());
    }

    void check_backup(const backup_fact& one)
    {
        if (one.integrity != "ok")
            say("damaged", one.name, "integrity_check says: " + one.integrity);
        else if (one.newest < one.promised)
            say("lost", one.name,
                "it ends with " + name(one.newest) + ", though " + name(one.promised)
                    + " was acknowledged before it was asked for");
    }

    void take_step(const reader_history& reader, const reader_step& step, sequence& seen)
    {
        switch (step.what)
        {
        case reader_step::kind::start:
            if (reader.may_repeat)
                seen.may_repeat();
            break;
        case reader_step::kind::event:
            seen.take(step.event);
            break;
        case reader_step::kind::heartbeat:
            seen.pass(step.seq);
            break;
        case reader_step::kind::gap:
            // Nothing is removed from the database in a run, and its log stays the same.
            say("gap", reader.name,
                "events " + std::to_string(step.seq) + " to " + std::to_string(step.to) + " (" + step.text
                    + ") were there");
            break;
        }
    }

    const history& run_;
    std::vector<finding> found_;
    std::map<number, const watch_fact*> watches_;
    std::map<number, endings_of_watch> history_;
    std::set<number> lost_;
};

} // namespace

std::vector<finding> check(const history& run)
{
    return examination(run).all();
}

std::string text_of(const finding& one)
{
    return one.rule + " in " + one.where + ": " + one.text;
}

} // namespace jobwatch::crash
