#include "checker/sequence.hpp"

#include <algorithm>

namespace jobwatch::crash
{

namespace
{

bool before(const event_fact& one, number seq)
{
    return one.seq < seq;
}

std::string named(number seq)
{
    return "event " + std::to_string(seq);
}

} // namespace

sequence::sequence(const std::vector<event_fact>& database, std::string only, sink found) :
    database_(database), only_(std::move(only)), found_(std::move(found))
{
}

void sequence::begin_after(number seq)
{
    last_ = seq;
}

void sequence::may_repeat()
{
    repeat_allowed_ = true;
}

const event_fact* sequence::known(number seq) const
{
    const auto at = std::lower_bound(database_.begin(), database_.end(), seq, before);
    return at != database_.end() && at->seq == seq ? &*at : nullptr;
}

void sequence::take(const event_fact& one)
{
    const auto* stored = known(one.seq);
    if (stored == nullptr)
        found_("stranger", named(one.seq) + " (" + one.type + ") is not in the database");
    else if (stored->hash != one.hash)
        found_("altered", named(one.seq) + " has another text than in the database");
    if (!only_.empty() && one.type != only_)
        found_("unasked", named(one.seq) + " is of the type " + one.type);
    if (one.seq <= last_)
        return take_again(one);
    miss_between(last_, one.seq);
    repeat_allowed_ = false;
    seen_.insert(one.seq);
    last_ = one.seq;
}

void sequence::take_again(const event_fact& one)
{
    if (missing_.erase(one.seq) != 0)
        found_("out-of-order", named(one.seq) + " comes after " + named(last_));
    else if (repeat_allowed_)
    {
        last_ = one.seq; // from here on it goes on without a hole
        seen_.erase(seen_.upper_bound(one.seq), seen_.end());
    }
    else
        found_("repeated", named(one.seq) + " comes again after " + named(last_));
    repeat_allowed_ = false;
}

void sequence::miss_between(number after, number until)
{
    auto at = std::lower_bound(database_.begin(), database_.end(), after + 1, before);
    for (; at != database_.end() && at->seq < until; ++at)
        if ((only_.empty() || at->type == only_) && !seen_.contains(at->seq))
            missing_.insert(at->seq);
}

void sequence::pass(number seq)
{
    if (seq < last_)
        found_("backwards", "a heartbeat says " + std::to_string(seq) + " after " + named(last_));
    miss_between(last_, seq + 1);
    last_ = std::max(last_, seq);
}

// A run of holes is one finding.
void sequence::finish(bool settled)
{
    for (auto from = missing_.begin(); from != missing_.end();)
    {
        auto to = from;
        while (std::next(to) != missing_.end() && *std::next(to) == *to + 1)
            ++to;
        found_(
            "hole",
            *from == *to ? named(*from) + " is missing"
                         : "events " + std::to_string(*from) + " to " + std::to_string(*to) + " are missing");
        from = std::next(to);
    }
    if (!settled)
        return;
    const auto newest = std::find_if(
        database_.rbegin(), database_.rend(),
        [this](const event_fact& one) { return only_.empty() || one.type == only_; });
    if (newest != database_.rend() && newest->seq > last_)
        found_("behind", "it ends after " + named(last_) + ", the database goes on to " + named(newest->seq));
}

} // namespace jobwatch::crash
