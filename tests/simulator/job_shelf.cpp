#include "job_shelf.hpp"

#include "job_life.hpp"
#include "job_text.hpp"

#include <algorithm>
#include <array>

namespace jobwatch::simulator
{

namespace
{

void add_fate(std::string& out, const job_script& script)
{
    const auto member = [&out](std::string_view name, std::string_view value)
    { out.append(name).append(value).append("\""); };
    const fate becomes = becomes_of(script);
    member(R"({"id":")", script.id);
    member(R"(,"kind":")", script.of->name);
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

std::optional<time_point> job_shelf::first_moment(time_point now) const
{
    return begins_ == life_begins::at_start ? std::optional(now) : std::nullopt;
}

void job_shelf::make(std::uint64_t count, time_point now, std::span<const family* const> of)
{
    for (std::uint64_t end = made_ + count; made_ < end; ++made_)
    {
        const family& one = *of[made_ % of.size()];
        job_script script = draw_script(plan_, seed_, stream::made_jobs, made_, one);
        std::string id = script.id;
        add(std::move(id), {std::move(script), first_moment(now), 0});
    }
}

void job_shelf::make(std::uint64_t count, time_point now)
{
    const std::array<const family*, 1> usual{&default_family()};
    make(count, now, usual);
}

std::string job_shelf::post(start_wish wish, time_point now)
{
    job_script script = draw_script(plan_, seed_, stream::posted_jobs, posted_++, *wish.of);
    if (!wish.key_id.empty())
        script.key_id = std::move(wish.key_id);
    if (!wish.operation.empty())
        script.operation = std::move(wish.operation);
    if (!wish.targets.empty())
        aim(script, std::move(wish.targets));
    std::string text = new_job_text(script, now);
    std::string id = script.id;
    add(std::move(id), {std::move(script), now, 0});
    return text;
}

void job_shelf::put(job_document document, time_point now)
{
    std::string id = document.id;
    add(std::move(id), {std::move(document), first_moment(now), 0});
}

// A job that is over before the first poll must be so for a clock that starts with that poll, too.
void job_shelf::begin(entry& one, time_point now) const
{
    const auto* script = std::get_if<job_script>(&one.what);
    const bool over_already = script && script->becomes == fate::instant;
    one.began = over_already ? now - script->life : now;
}

std::string job_shelf::text_of(entry& one, time_point now) const
{
    if (!one.began)
        begin(one, now);
    if (const auto* script = std::get_if<job_script>(&one.what))
        return job_text(*script, *one.began, now);
    const auto& document = std::get<job_document>(one.what);
    return now - *one.began < document.after ? document.before : document.text;
}

std::optional<std::string> job_shelf::read(const family& of, const std::string& id, time_point now)
{
    shelf& among = shelf_of(of);
    const auto found = among.find(id);
    if (found == among.end())
        return std::nullopt;
    ++found->second.reads;
    return text_of(found->second, now);
}

std::optional<std::string> job_shelf::cancel(const family& of, const std::string& id, time_point now)
{
    shelf& among = shelf_of(of);
    const auto found = among.find(id);
    if (found == among.end())
        return std::nullopt;
    entry& one = found->second;
    if (!one.began)
        begin(one, now);
    auto* script = std::get_if<job_script>(&one.what);
    if (script && !script->cancelled)
        script->cancelled = cancelled_at(*script, *one.began, now, cancel_takes);
    return text_of(one, now);
}

std::vector<std::string> job_shelf::list(const family& of, time_point now)
{
    std::vector<std::string> texts;
    for (const shelf::pointer one : order_)
        if (&family_of(one->second) == &of)
            texts.push_back(text_of(one->second, now));
    return texts;
}

std::string job_shelf::fates_text() const
{
    std::string out = "[";
    for (const shelf::pointer one : order_)
    {
        const auto* script = std::get_if<job_script>(&one->second.what);
        if (!script)
            continue;
        out += out.size() == 1 ? "\n" : ",\n";
        add_fate(out, *script);
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
