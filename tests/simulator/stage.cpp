#include "stage.hpp"

#include "files.hpp"
#include "weather_step.hpp"

#include <stdexcept>

namespace jobwatch::simulator
{

namespace
{

void make_weather(const options& wanted, appliance& made, time_point now)
{
    for (const std::string& text : wanted.weather_steps)
        if (const auto wrong = change_weather(made, text, now))
            throw std::runtime_error("--weather " + text + ": " + wrong->message);
    for (const std::string& file : wanted.scenario_files)
    {
        const std::string text = read_file(file);
        if (text.size() > scenario_file_limit)
            throw std::runtime_error(
                file + ": a scenario is at most " + std::to_string(scenario_file_limit) + " bytes");
        if (const auto wrong = change_weather(made, text, now))
            throw std::runtime_error(file + ": " + wrong->message);
    }
}

void set_lags(const options& wanted, node_board& nodes)
{
    for (const node_lag& one : wanted.lags)
    {
        if (one.node.value_or(0) >= nodes.size())
            throw std::runtime_error("--node-lag: there is no node " + std::to_string(*one.node + 1));
        for (std::size_t index = 0; index < nodes.size(); ++index)
            if (one.node ? index == *one.node : index > 0)
                nodes.at(index).lag = one.lag;
    }
}

} // namespace

appliance make_appliance(const options& wanted, time_point at)
{
    const time_point now = at + wanted.clock_ahead;
    credentials who{wanted.user, wanted.password, wanted.refresh_token_life};
    seeded chance(wanted.seed, stream::identities, 0);
    who.client_id = draw_uuid(chance);
    who.home = wanted.home;
    if (who.password.empty())
        who.password = unforeseen_hex(12);
    appliance made{
        std::move(who), token_office(wanted.token_duration, wanted.tokens),
        job_shelf(wanted.jobs, wanted.seed, wanted.clock), ledger(at, wanted.ledger_records), wanted.sky};
    made.domains.names.insert(made.domains.names.end(), wanted.domains.begin(), wanted.domains.end());
    made.jobs.set_appears_after(wanted.appears_after);
    for (const std::string& file : wanted.document_files)
    {
        auto documents = read_documents(read_file(file), made.domains);
        if (!documents)
            throw std::runtime_error(file + ": " + documents.error().message);
        for (job_document& document : *documents)
            made.jobs.put(std::move(document), now);
    }
    made.jobs.make(wanted.make_jobs, now, wanted.kinds, made.domains.names.size());
    made.guard.set(wanted.lockout);
    made.nodes = node_board(wanted.nodes);
    set_lags(wanted, made.nodes);
    made.proxy.mode = wanted.proxy;
    made.proxy.refusal = wanted.proxy_refusal;
    made.clock_ahead = wanted.clock_ahead;
    make_weather(wanted, made, at); // last: it may change all the others
    return made;
}

} // namespace jobwatch::simulator
