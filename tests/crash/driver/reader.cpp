#include "driver/reader.hpp"

#include "checker/read_history.hpp"

namespace jobwatch::crash
{

namespace
{

namespace json = boost::json;

constexpr std::string_view event_opening = R"({"jsonrpc":"2.0","method":"event","params":)";
constexpr std::uint64_t events_per_connection = 1'500; // about
constexpr std::chrono::milliseconds rest{5};

} // namespace

reader::reader(stage& shared, const std::string& trace_path, std::uint64_t seed, std::string only) :
    client(shared, trace_path, seed), only_(std::move(only))
{
    if (!only_.empty())
        trace_.say("only", only_);
}

void reader::trace_start()
{
    trace_.say("start", place_.load(), log_.empty() ? "-" : log_);
}

void reader::take_event(std::string_view line)
{
    const auto one = read_event(line);
    trace_.say("event", one.seq, one.type, one.watch, one.outcome.empty() ? "-" : one.outcome, one.hash);
    place_ = one.seq;
    if (on_event)
        on_event(one);
}

void reader::take_heartbeat(std::uint64_t cursor)
{
    trace_.say("heartbeat", cursor);
    place_ = cursor;
}

void reader::take_gap(const json::object& told)
{
    const auto to = json::value_to<std::uint64_t>(told.at("to"));
    trace_.say(
        "gap", json::value_to<std::uint64_t>(told.at("from")), to, std::string(told.at("why").as_string()));
    place_ = to;
}

bool reader::wants_another_connection()
{
    return !stage_.settling && chance_.one_in(events_per_connection);
}

json::object subscriber::params() const
{
    json::object asked;
    if (log_.empty())
        asked["from"] = "begin";
    else
        asked["from"] = json::object{{"log", log_}, {"seq", place_.load()}};
    if (!only_.empty())
        asked["events"] = json::array{only_};
    return asked;
}

void subscriber::work()
{
    test::unix_client link(stage_.control);
    const auto told = link.result("subscribe", params());
    trace_start();
    log_ = std::string(told.at("log").as_string());
    while (!stage_.over && !wants_another_connection())
    {
        const auto line = link.line();
        if (!line)
            return std::this_thread::sleep_for(rest); // spares the processor while the daemon is dead
        take(*line);
    }
}

// The event's own bytes are what stands between the opening and the last brace.
void subscriber::take(const std::string& line)
{
    if (line.starts_with(event_opening))
        return take_event(
            std::string_view(line).substr(event_opening.size(), line.size() - event_opening.size() - 1));
    const auto told = json::parse(line).as_object();
    const auto& params = told.at("params").as_object();
    if (told.at("method") == "heartbeat")
        take_heartbeat(json::value_to<std::uint64_t>(params.at("cursor")));
    else
        take_gap(params);
}

void listener::work()
{
    test::unix_client link(stage_.events);
    const auto cursor = place_ == 0 ? std::string("begin")
                                    : "after " + (log_.empty() ? "" : log_ + ' ') + std::to_string(place_);
    trace_start();
    link.send(cursor + '\n');
    while (!stage_.over && !wants_another_connection())
    {
        const auto line = link.line(std::chrono::milliseconds{500}); // it has no heartbeat
        if (!line)
            return std::this_thread::sleep_for(rest);
        if (line->starts_with(R"({"event":"gap")"))
            take_gap(json::parse(*line).as_object());
        else
            take_event(*line);
    }
}

} // namespace jobwatch::crash
