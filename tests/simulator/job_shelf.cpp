#include "job_shelf.hpp"

#include "job_text.hpp"

#include <algorithm>

namespace jobwatch::simulator
{

namespace
{

void add_fate(std::string& out, const job_script& script)
{
    const auto member = [&out](std::string_view name, std::string_view value)
    { out.append(name).append(value).append("\""); };
    member(R"({"id":")", script.id);
    member(R"(,"fate":")", name_of(script.becomes));
    member(R"(,"outcome":")", expected_outcome(script.becomes));
    member(R"(,"overall_status":")", final_status(script.becomes));
    member(R"(,"operation":")", script.operation);
    member(R"(,"key_id":")", script.key_id);
    out += R"(,"versions_done":)" + std::to_string(script.versions_done);
    out += R"(,"version_count":)" + std::to_string(script.version_count);
    const bool ends = script.becomes != fate::endless;
    out += R"(,"life_ms":)" + (ends ? std::to_string(script.life.count() / 1000) : "null") + "}";
}

} // namespace

void job_shelf::add(std::string id, entry one)
{
    const auto [place, fresh] = jobs_.insert_or_assign(std::move(id), std::move(one));
    if (fresh)
        order_.push_back(&place->first);
}

void job_shelf::make(std::uint64_t count, time_point now)
{
    for (std::uint64_t end = made_ + count; made_ < end; ++made_)
    {
        job_script script = draw_script(plan_, seed_, stream::made_jobs, made_);
        std::string id = script.id;
        add(std::move(id),
            {std::move(script), begins_ == life_begins::at_start ? std::optional(now) : std::nullopt, 0});
    }
}

std::string job_shelf::post(std::string escaped_key_id, std::string_view operation, time_point now)
{
    job_script script = draw_script(plan_, seed_, stream::posted_jobs, posted_++);
    script.key_id = std::move(escaped_key_id);
    script.operation = operation;
    std::string text = new_job_text(script, now);
    std::string id = script.id;
    add(std::move(id), {std::move(script), now, 0});
    return text;
}

void job_shelf::put(job_document document, time_point now)
{
    std::string id = document.id;
    add(std::move(id),
        {std::move(document), begins_ == life_begins::at_start ? std::optional(now) : std::nullopt, 0});
}

// A job that is over before the first poll must be so for a clock that starts with that poll, too.
void job_shelf::begin(entry& one, time_point now) const
{
    const auto* script = std::get_if<job_script>(&one.what);
    const bool over_already = script && script->becomes == fate::instant;
    one.began = over_already ? now - script->life : now;
}

std::optional<std::string> job_shelf::read(const std::string& id, time_point now)
{
    const auto found = jobs_.find(id);
    if (found == jobs_.end())
        return std::nullopt;
    entry& one = found->second;
    if (!one.began)
        begin(one, now);
    ++one.reads;
    if (const auto* script = std::get_if<job_script>(&one.what))
        return job_text(*script, *one.began, now);
    const auto& document = std::get<job_document>(one.what);
    return now - *one.began < document.after ? document.before : document.text;
}

std::string job_shelf::fates_text() const
{
    std::string out = "[";
    for (const std::string* id : order_)
    {
        const auto* script = std::get_if<job_script>(&jobs_.at(*id).what);
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
    for (const std::string* id : order_)
        out.append(*id).append("\n");
    return out;
}

read_counts job_shelf::reads() const
{
    read_counts counts;
    for (const auto& [id, one] : jobs_)
    {
        ++counts.jobs;
        counts.most = std::max<std::uint64_t>(counts.most, one.reads);
        if (one.reads == 0)
            ++counts.unread;
        else if (counts.fewest == 0 || one.reads < counts.fewest)
            counts.fewest = one.reads;
    }
    return counts;
}

} // namespace jobwatch::simulator
