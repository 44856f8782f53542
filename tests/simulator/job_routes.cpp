// The paths of jobs: who asks for what, and what a family does not have.
#include "appliance.hpp"
#include "headers.hpp"

namespace jobwatch::simulator
{

namespace
{

answer job_answer(std::optional<std::string> text, request_class kind)
{
    if (!text)
        return refuse(kind, http::status::not_found, not_found, "Resource not found");
    answer found;
    found.kind = kind;
    found.body = std::move(*text);
    return found;
}

answer answer_collection(appliance& of, const request& asked, const family& which, time_point now)
{
    const bool starts = asked.method == http::verb::post && which.starts;
    const bool lists = asked.method == http::verb::get && which.lists;
    if (!starts && !lists)
        return refuse_method(
            request_class::other, which.starts && which.lists ? "GET, POST" : (which.lists ? "GET" : "POST"));
    const request_class kind = starts ? request_class::start : request_class::other;
    if (auto refusal = refuse_at_door(of, asked, kind, now))
        return *refusal;
    return starts ? answer_job_start(of, asked, which, now) : answer_job_list(of, asked, which, now);
}

// A read, or a cancel.
answer answer_one(appliance& of, const request& asked, const job_place& place, time_point now)
{
    const bool cancels = place.where == job_place::cancel;
    const request_class kind = cancels ? request_class::other : request_class::read;
    if (asked.method != (cancels ? http::verb::post : http::verb::get))
        return refuse_method(request_class::other, cancels ? "POST" : "GET");
    if (auto refusal = refuse_at_door(of, asked, kind, now))
        return *refusal;
    const auto id = percent_decoded(place.id);
    if (!id)
        return refuse(kind, http::status::bad_request, bad_request, "Malformed escape in path");
    const vantage from = vantage_of(of, asked, now);
    return job_answer(
        cancels ? of.jobs.cancel(*place.of, *id, from) : of.jobs.read(*place.of, *id, from), kind);
}

} // namespace

vantage vantage_of(appliance& of, const request& asked, time_point now)
{
    const auto bearer = bearer_token(asked.authorization);
    const domain_number domain = bearer ? of.tokens.domain_of(std::string(*bearer)) : root_domain;
    return {now, asked.node, of.nodes.draw_lag(asked.node), domain};
}

answer answer_jobs(appliance& of, const request& asked, const job_place& place, time_point now)
{
    if (place.where == job_place::collection)
        return answer_collection(of, asked, *place.of, now);
    answer given = answer_one(of, asked, place, now);
    given.job = percent_decoded(place.id).value_or("");
    return given;
}

} // namespace jobwatch::simulator
