// The simulator's own paths, /simulator/...: no appliance has them, and they need no token. Whoever can reach the
// simulator may change it.
#include "appliance.hpp"
#include "documents.hpp"
#include "weather_step.hpp"

#include <boost/json.hpp>

namespace jobwatch::simulator
{

namespace
{

namespace json = boost::json;

answer reply(http::status status, std::string body)
{
    answer given;
    given.status = status;
    given.kind = request_class::control;
    given.body = std::move(body);
    return given;
}

answer fault_answer(http::status status, const std::string& what)
{
    return reply(status, json::serialize(json::object{{"error", what}}));
}

answer done()
{
    return reply(http::status::ok, "{}");
}

answer set_password(appliance& of, const json::object& body)
{
    const json::value* password = body.if_contains("password");
    if (!password || !password->is_string())
        return fault_answer(http::status::bad_request, R"(needs {"password":"..."})");
    of.who.password = password->get_string();
    return done();
}

answer revoke(appliance& of, const json::object& body, time_point now)
{
    const json::value* all = body.if_contains("refresh_tokens");
    const bool everything = all && all->is_bool() && all->get_bool();
    of.tokens.revoke_all(
        everything ? what_to_revoke::everything : what_to_revoke::bearer_tokens, clock_of(of, now));
    return done();
}

answer add_jobs(appliance& of, std::string_view text, time_point now)
{
    auto documents = read_documents(text, of.domains);
    if (!documents)
        return fault_answer(http::status::bad_request, documents.error().message);
    json::array ids;
    for (job_document& document : *documents)
    {
        ids.emplace_back(document.id);
        of.jobs.put(std::move(document), clock_of(of, now), arrival::fresh);
    }
    return reply(
        http::status::ok, json::serialize(json::object{{"added", ids.size()}, {"ids", std::move(ids)}}));
}

answer weather_now(const appliance& of, time_point now)
{
    const auto seconds = [](duration length) { return static_cast<double>(length.count()) / 1e6; };
    const json::object page{
        {"latency_s", seconds(of.sky.latency)},
        {"login_time_s", seconds(of.sky.login_time)},
        {"appears_after_s", seconds(of.jobs.appears_after())},
        {"faults", fault_list(of.sky, now)},
        {"to_come", of.to_come.list(now)},
        {"mishaps", json::value_from(of.to_come.mishaps())}};
    return reply(http::status::ok, json::serialize(page));
}

answer look(appliance& of, std::string_view what, time_point now)
{
    if (what == "ledger")
        return reply(http::status::ok, ledger_text(of, now));
    if (what == "fates")
        return reply(http::status::ok, of.jobs.fates_text(of.domains));
    if (what == "weather")
        return weather_now(of, now);
    return fault_answer(
        http::status::not_found,
        "there are GET /simulator/ledger, /ledger/requests, /ledger/pace, /fates, /weather, /nodes");
}

answer change(appliance& of, std::string_view what, const json::object& body, time_point now)
{
    if (what == "password")
        return set_password(of, body);
    if (what == "tokens/revoke")
        return revoke(of, body, now);
    if (what == "ledger/reset")
    {
        of.witness.reset(now);
        of.nodes.reset_counts();
        of.proxy.reset();
        of.grants.clear();
        return done();
    }
    return fault_answer(
        http::status::not_found,
        "there are POST /simulator/jobs, /password, /tokens/revoke, /weather, /ledger/reset, /nodes, "
        "/nodes/N, /nodes/N/restart, /proxy, /token-file, /lockout");
}

} // namespace

answer answer_control(appliance& of, const request& asked, time_point now)
{
    const std::string_view what = asked.path.substr(control_prefix.size());
    if (auto given = answer_node_control(of, asked, what, now))
        return *given;
    if (asked.method == http::verb::get)
        if (auto told = answer_ledger(of, asked, what))
            return *told;
    if (asked.method == http::verb::get)
        return look(of, what, now);
    if (asked.method != http::verb::post)
        return refuse_method(request_class::control, "GET, POST");
    if (what == "jobs")
        return add_jobs(of, asked.body, now);
    if (what == "weather")
    {
        const auto wrong = change_weather(of, asked.body, now);
        of.changed(); // there may be a step to come before all others
        return wrong ? fault_answer(http::status::bad_request, wrong->message) : done();
    }
    boost::system::error_code ec;
    const json::value body = asked.body.empty() ? json::value(json::object()) : json::parse(asked.body, ec);
    if (ec || !body.is_object())
        return fault_answer(http::status::bad_request, "the body must be a JSON object");
    return change(of, what, body.get_object(), now);
}

std::string ledger_text(appliance& of, time_point now)
{
    json::object page = of.witness.page(now);
    const read_counts reads = of.jobs.reads();
    page["jobs"] = reads.jobs;
    page["jobs_unread"] = reads.unread;
    page["reads_per_job_min"] = reads.fewest;
    page["reads_per_job_max"] = reads.most;
    page["reads_stale"] = reads.stale;
    page["reads_gone_back"] = reads.gone_back;
    page["refresh_tokens"] = of.tokens.refresh_tokens(clock_of(of, now));
    json::object grants;
    for (const auto& [name, count] : of.grants)
        grants[name] = json::object{{"granted", count.granted}, {"refused", count.refused}};
    page["grants"] = std::move(grants);
    page["lockout"] = of.guard.page(clock_of(of, now));
    page["nodes"] = nodes_page(of);
    page["proxy"] = of.proxy.page();
    page["token_file_written"] = of.token_file.written;
    return json::serialize(page);
}

} // namespace jobwatch::simulator
