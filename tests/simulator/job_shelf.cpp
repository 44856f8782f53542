#include "job_shelf.hpp"

#include "job_life.hpp"
#include "job_text.hpp"

#include <algorithm>
#include <array>

namespace jobwatch::simulator
{

namespace
{

void add_fate(std::string& out, const job_script& script, std::string_view domain)
{
    const auto member = [&out](std::string_view name, std::string_view value)
    { out.append(name).append(value).append("\""); };
    const fate becomes = becomes_of(script);
    member(R"({"id":")", script.id);
    member(R"(,"kind":")", script.of->name);
    if (domain != root_name)
        member(R"(,"domain":")", domain);
    member(R"(,"fate":")", name_of(becomes));
    member(R"(,"outcome":")", expected_outcome(becomes));
    member(R"(,"overall_status":")", final_status(*script.of, becomes));
    if (!script.operation.empty())
        member(R"(,"operation":")", script.operation);
    if (script.of->one_key)
        member(R"(,"key_id":")", script.key_id);
    const bool versions = script.of->shape == job_shape::versions;
    out += (versions ? R"(,"versions_done":)" : R"(,"targets_done":)") + std::to_string(script.versions_done);
    out += (versions ? R"(,"version_count":)" : R"(,"target_count":)") + std::to_string(script.version_count);
    const bool ends = becomes != fate::endless;
    out += R"(,"life_ms":)" + (ends ? std::to_string(script.life.count() / 1000) : "null") + "}";
}

} // namespace

const family& job_shelf::family_of(const entry& one)
{
    return std::visit([](const auto& what) -> const family& { return *what.of; }, one.what);
}

job_shelf::shelf& job_shelf::shelf_of(const family& of)
{
    return by_family_.at(static_cast<std::size_t>(&of - families().data()));
}

void job_shelf::add(std::string id, entry one)
{
    shelf& among = shelf_of(family_of(one));
    const auto [place, fresh] = among.insert_or_assign(std::move(id), std::move(one));
    if (fresh)
        order_.push_back(&*place);
}

job_shelf::entry job_shelf::made_entry(std::variant<job_script, job_document> what, time_point now) const
{
    entry one;
    one.what = std::move(what);
    if (begins_ == life_begins::at_start)
        begin(one, now);
    return one;
}

void job_shelf::make(
    std::uint64_t count, time_point now, std::span<const family* const> of, domain_number domains)
{
    for (std::uint64_t end = made_ + count; made_ < end; ++made_)
    {
        const family& one = *of[made_ % of.size()];
        job_script script = draw_script(plan_, seed_, stream::made_jobs, made_, one);
        std::string id = script.id;
        entry made = made_entry(std::move(script), now);
        made.domain = made_ / of.size() % domains;
        add(std::move(id), std::move(made));
    }
}

void job_shelf::make(std::uint64_t count, time_point now)
{
    const std::array<const family*, 1> usual{&default_family()};
    make(count, now, usual);
}

std::string job_shelf::post(start_wish wish, const vantage& from)
{
    job_script script = draw_script(plan_, seed_, stream::posted_jobs, posted_++, *wish.of);
    if (!wish.key_id.empty())
        script.key_id = std::move(wish.key_id);
    if (!wish.operation.empty())
        script.operation = std::move(wish.operation);
    if (!wish.targets.empty())
        aim(script, std::move(wish.targets));
    std::string text = new_job_text(script, from.now);
    std::string id = script.id;
    entry one;
    one.what = std::move(script);
    one.began = from.now;
    one.home = from.node;
    one.domain = from.domain;
    one.known_from = from.now + appears_after_;
    add(std::move(id), std::move(one));
    return text;
}

void job_shelf::put(job_document document, time_point now, arrival how)
{
    std::string id = document.id;
    const shelf& among = shelf_of(*document.of);
    const auto before = among.find(id);
    const domain_number domain = document.domain;
    entry one = made_entry(std::move(document), now);
    one.domain = domain;
    if (before != among.end())
        one.known_from = before->second.known_from;
    else if (how == arrival::fresh)
        one.known_from = now + appears_after_;
    add(std::move(id), std::move(one));
}

job_shelf::entry* job_shelf::find(const family& of, const std::string& id, const vantage& from)
{
    shelf& among = shelf_of(of);
    const auto found = among.find(id);
    if (found == among.end() || found->second.domain != from.domain)
        return nullptr;
    if (!found->second.began)
        begin(found->second, from.now);
    return &found->second;
}

// A job that is over before the first poll must be so for a clock that starts with that poll, too.
void job_shelf::begin(entry& one, time_point now) const
{
    const auto* script = std::get_if<job_script>(&one.what);
    const bool over_already =
        begins_ == life_begins::at_first_read && script && script->becomes == fate::instant;
    one.began = over_already ? now - script->life : now;
    if (appears_after_ > duration{0} && one.known_from == time_point::min())
        one.known_from = now + appears_after_;
}

// Of a time before its life, a job that was always there tells its beginning.
std::optional<std::string> job_shelf::text_at(const entry& one, time_point when)
{
    if (when < one.known_from)
        return std::nullopt;
    if (const auto* script = std::get_if<job_script>(&one.what))
        return job_text(*script, *one.began, when);
    const auto& document = std::get<job_document>(one.what);
    const bool waits = document.after > duration{0} && when - *one.began < document.after;
    return waits ? document.before : document.text;
}

void job_shelf::count(entry& one, time_point told, time_point now)
{
    if (told < now)
    {
        const auto text = text_at(one, told);
        stale_ += text != text_at(one, now) ? 1 : 0;
        gone_back_ += told < one.told_until && text != text_at(one, one.told_until) ? 1 : 0;
    }
    one.told_until = std::max(one.told_until, told);
    ++one.reads;
}

std::optional<std::string> job_shelf::read(const family& of, const std::string& id, const vantage& from)
{
    entry* one = find(of, id, from);
    if (!one)
        return std::nullopt;
    const time_point when = one->home == from.node ? from.now : from.now - from.lag;
    count(*one, when, from.now);
    return text_at(*one, when);
}

std::optional<std::string> job_shelf::cancel(const family& of, const std::string& id, const vantage& from)
{
    entry* one = find(of, id, from);
    if (!one || !text_at(*one, one->home == from.node ? from.now : from.now - from.lag))
        return std::nullopt;
    auto* script = std::get_if<job_script>(&one->what);
    if (script && !script->cancelled)
        script->cancelled = cancelled_at(*script, *one->began, from.now, cancel_takes);
    return text_at(*one, from.now);
}

std::vector<std::string> job_shelf::list(const family& of, const vantage& from)
{
    std::vector<std::string> texts;
    for (const shelf::pointer place : order_)
    {
        entry& one = place->second;
        if (&family_of(one) != &of || one.domain != from.domain)
            continue;
        if (!one.began)
            begin(one, from.now);
        if (auto text = text_at(one, one.home == from.node ? from.now : from.now - from.lag))
            texts.push_back(std::move(*text));
    }
    return texts;
}

std::string job_shelf::fates_text(const domain_list& domains) const
{
    std::string out = "[";
    for (const shelf::pointer one : order_)
    {
        const auto* script = std::get_if<job_script>(&one->second.what);
        if (!script)
            continue;
        out += out.size() == 1 ? "\n" : ",\n";
        add_fate(out, *script, domains.names.at(one->second.domain));
    }
    return out + "\n]\n";
}

std::string job_shelf::ids_text() const
{
    std::string out;
    for (const shelf::pointer one : order_)
        out.append(one->first).append("\n");
    return out;
}

read_counts job_shelf::reads() const
{
    read_counts counts;
    counts.stale = stale_;
    counts.gone_back = gone_back_;
    for (const shelf::pointer one : order_)
    {
        const std::uint64_t reads = one->second.reads;
        ++counts.jobs;
        counts.most = std::max(counts.most, reads);
        if (reads == 0)
            ++counts.unread;
        else if (counts.fewest == 0 || reads < counts.fewest)
            counts.fewest = reads;
    }
    return counts;
}

} // namespace jobwatch::simulator
