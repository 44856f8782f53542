#include "driver/submitter.hpp"

#include <stdexcept>

namespace jobwatch::crash
{

namespace
{

namespace json = boost::json;

constexpr std::uint64_t most_requests = 6; // on their way at once
constexpr std::uint64_t most_jobs = 20;    // in one request
constexpr std::uint64_t most_labels = 12;  // of
constexpr std::size_t label_size = 200;    // bytes: they make the event files grow, so that these are rotated
constexpr std::chrono::milliseconds rest{4}; // while there is nothing to open

json::object labels(test::random_source& chance)
{
    json::object all;
    for (auto left = chance.below(most_labels); left > 0; --left)
        all["note-" + std::to_string(left)] =
            std::string(label_size, static_cast<char>('a' + chance.below(26)));
    return all;
}

} // namespace

void submitter::work()
{
    test::unix_client link(stage_.control);
    while (!stage_.over)
    {
        if (stage_.may_open())
            send_and_hear(link);
        else
            std::this_thread::sleep_for(rest); // a pace, not a wait
        if (chance_.one_in(20))
            return;
    }
}

void submitter::send_and_hear(test::unix_client& link)
{
    std::string lines;
    const auto count = 1 + chance_.below(most_requests);
    for (std::uint64_t made = 0; made < count; ++made)
        lines += make_request() + '\n';
    if (!link.send(lines))
        throw std::runtime_error("gone");
    for (std::uint64_t heard = 0; heard < count; ++heard)
    {
        const auto line = link.line();
        if (!line)
            throw std::runtime_error("gone");
        hear(*line);
    }
}

// Every request here has at least one job. A bare line is a request, too.
std::string submitter::make_request()
{
    if (chance_.one_in(4))
        return choose_job(false);
    const bool again = chance_.one_in(3);
    json::array jobs;
    const auto count = 1 + chance_.below(most_jobs);
    for (std::uint64_t made = 0; made < count; ++made)
    {
        jobs.emplace_back(choose_job(again));
        if (again)
            trace_.say("asked-again", std::string(jobs.back().as_string()));
    }
    json::object params{{"jobs", std::move(jobs)}, {"again", again}};
    if (chance_.one_in(2))
        params["labels"] = labels(chance_);
    const json::object call{{"jsonrpc", "2.0"}, {"id", 1}, {"method", "submit"}, {"params", params}};
    return json::serialize(call);
}

std::string submitter::choose_job(bool again)
{
    if (const auto known = stage_.pick(chance_, false); known && (again || chance_.one_in(8)))
        return known->job;
    if (auto fresh = stage_.fresh_job())
        return std::move(*fresh);
    return stage_.jobs[chance_.below(stage_.jobs.size())];
}

void submitter::hear(const std::string& line)
{
    const auto answer = json::parse(line).as_object();
    if (const auto* result = answer.if_contains("result"))
        for (const auto& one : result->at("jobs").as_array())
            hear_job(one.as_object());
    else if (answer.contains("watch"))
        hear_job(answer);
}

void submitter::hear_job(const json::object& told)
{
    if (!told.contains("watch"))
        return; // refused
    acknowledged one{
        std::string(told.at("job").as_string()), json::value_to<std::uint64_t>(told.at("watch"))};
    std::string said = "new";
    if (const auto* outcome = told.if_contains("outcome"))
        said = std::string(outcome->as_string());
    else if (told.at("already").as_bool())
        said = "open";
    trace_.say("told", one.job, one.watch, said);
    ++stage_.acknowledged_submits;
    if (said != "new")
        return;
    ++stage_.opened;
    --stage_.allowance;
    stage_.remember(std::move(one));
}

} // namespace jobwatch::crash
