// The control paths of nodes, proxy and credentials: /simulator/nodes..., /simulator/proxy, /simulator/token-file,
// /simulator/lockout.
#include "appliance.hpp"
#include "json_fields.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <array>
#include <charconv>

namespace jobwatch::simulator
{

namespace
{

namespace json = boost::json;

constexpr std::array<std::string_view, 2> certificate_words{"new", "new_ca"};

std::optional<span> read_range(json_fields& body, std::string_view name)
{
    const json::value* found = body.any(name);
    const auto read = found && found->is_string() ? parse_span(found->get_string()) : std::nullopt;
    if (found && !read)
        body.blame(name, R"(a duration or a range such as "0s..2s")");
    return read;
}

answer reply(http::status status, const json::object& body)
{
    answer given;
    given.status = status;
    given.kind = request_class::control;
    given.body = json::serialize(body);
    return given;
}

answer fault_answer(const std::string& what, http::status status = http::status::bad_request)
{
    return reply(status, {{"error", what}});
}

answer nodes_answer(const appliance& of)
{
    return reply(http::status::ok, {{"nodes", nodes_page(of)}, {"ca_file", of.ca_file}});
}

new_certificate read_certificate(json_fields& body)
{
    const auto which = body.word("certificate", certificate_words);
    if (!which)
        return new_certificate::none;
    return *which == 0 ? new_certificate::same_authority : new_certificate::new_authority;
}

// A step that does not name a state stays in the one before it.
node_step read_step(json_fields& body, node_state before)
{
    node_step step;
    const auto state = body.word("state", node_state_names);
    step.state = state ? static_cast<node_state>(*state) : before;
    step.lasts = body.length("for");
    step.refuses_old_tokens = body.flag("refuse_old_tokens").value_or(false);
    step.resets_connections = body.flag("reset_connections").value_or(false);
    step.certificate = read_certificate(body);
    return step;
}

std::vector<node_step> read_steps(json_fields& body, const json::array& list, node_state before)
{
    std::vector<node_step> steps;
    for (const json::value& one : list)
    {
        const json::object empty;
        json_fields step(one.is_object() ? one.get_object() : empty);
        steps.push_back(read_step(step, before));
        before = steps.back().state;
        const std::string place = "steps[" + std::to_string(steps.size() - 1) + "]";
        if (!one.is_object())
            body.blame(place, "an object");
        else if (const auto wrong = step.mistake())
            body.blame(place, wrong->message);
    }
    return steps;
}

// What a body that names steps, or is one, asks of a node. Whatever lasts only for a time is followed by "up".
std::vector<node_step> read_plan(json_fields& body, node_state before)
{
    std::vector<node_step> steps;
    if (const json::value* list = body.any("steps"))
    {
        const std::size_t count = list->is_array() ? list->get_array().size() : 0;
        if (count > 0 && count <= node_step_limit)
            steps = read_steps(body, list->get_array(), before);
        else
            body.blame("steps", "an array of 1 to " + std::to_string(node_step_limit) + " steps");
    }
    else
        steps.push_back(read_step(body, before));
    if (!steps.empty() && steps.back().lasts)
        steps.emplace_back();
    return steps;
}

// The order in which an appliance comes back: nothing listens, handshakes fail, 503, and then it knows no old token.
std::vector<node_step> read_restart(json_fields& body)
{
    using std::chrono::seconds;
    const auto step = [](node_state state, duration lasts)
    {
        node_step made;
        made.state = state;
        made.lasts = lasts;
        return made;
    };
    std::vector<node_step> steps;
    steps.push_back(step(node_state::refusing, body.length("refusing").value_or(seconds{2})));
    steps.push_back(step(node_state::handshake_fails, body.length("handshake_fails").value_or(seconds{1})));
    steps.push_back(step(node_state::starting, body.length("starting").value_or(seconds{2})));
    node_step back = step(node_state::auth_down, body.length("auth_down").value_or(duration{0}));
    back.refuses_old_tokens = body.flag("refuse_old_tokens").value_or(true);
    steps.push_back(back);
    node_step last = step(node_state::up, body.length("certificate_after").value_or(duration{0}));
    steps.push_back(last);
    last.certificate = read_certificate(body);
    if (last.certificate != new_certificate::none)
        steps.push_back(last);
    return steps;
}

// "2" of "nodes/2" or "nodes/2/restart"; nothing when there is no such node.
std::optional<std::size_t> read_number(const appliance& of, std::string_view text)
{
    std::size_t number = 0;
    const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool good = ec == std::errc{} && end == text.data() + text.size();
    return good && number >= 1 && number <= of.nodes.size() ? std::optional(number - 1) : std::nullopt;
}

enum class node_wish
{
    change,
    restart,
};

std::optional<complaint>
change_node(appliance& of, std::size_t index, node_wish wish, const json::object& members, time_point now)
{
    json_fields body(members);
    node& one = of.nodes.at(index);
    const auto lag = wish == node_wish::change ? read_range(body, "lag") : std::nullopt;
    const bool only_lag = lag && members.size() == 1;
    const std::vector<node_step> steps =
        wish == node_wish::restart ? read_restart(body) : read_plan(body, one.step.state);
    if (auto wrong = body.mistake())
        return wrong;
    one.lag = lag.value_or(one.lag);
    if (!only_lag)
        of.nodes.plan(index, steps, now);
    return std::nullopt;
}

answer
change_nodes(appliance& of, std::string_view which, const json::object& body, node_wish wish, time_point now)
{
    const auto one = read_number(of, which);
    if (!which.empty() && !one)
        return fault_answer("there is no node " + std::string(which), http::status::not_found);
    const std::size_t first = one.value_or(0);
    const std::size_t last = one.value_or(of.nodes.size() - 1);
    for (std::size_t index = first; index <= last; ++index)
        if (const auto wrong = change_node(of, index, wish, body, now))
            return fault_answer(wrong->message);
    of.changed();
    return nodes_answer(of);
}

answer change_proxy(appliance& of, const json::object& members)
{
    json_fields body(members);
    const auto mode = body.word("mode", proxy_mode_names);
    if (!mode)
        body.blame("mode", listed(proxy_mode_names));
    const auto status = body.whole("status", 400, 599);
    if (const auto wrong = body.mistake())
        return fault_answer(wrong->message);
    of.proxy.mode = static_cast<proxy_mode>(*mode);
    of.proxy.refusal = static_cast<unsigned>(status.value_or(of.proxy.refusal));
    of.changed();
    return reply(http::status::ok, of.proxy.page());
}

answer change_token_file(appliance& of, const json::object& members)
{
    json_fields body(members);
    const bool fresh = body.flag("kept_fresh").value_or(of.token_file.kept_fresh);
    const bool due = body.flag("write").value_or(false);
    if (const auto wrong = body.mistake())
        return fault_answer(wrong->message);
    of.token_file.kept_fresh = fresh;
    of.token_file.due = due;
    of.changed();
    return reply(http::status::ok, {{"kept_fresh", fresh}, {"written", of.token_file.written}});
}

answer change_lockout(appliance& of, const json::object& members, time_point now)
{
    json_fields body(members);
    const auto text = body.text("rule", 100);
    const auto rule = text ? parse_lockout(*text) : std::nullopt;
    if (text && !rule)
        body.blame("rule", R"(a number of failures and a duration, such as "3:5m")");
    const bool release = body.flag("release").value_or(false);
    if (const auto wrong = body.mistake())
        return fault_answer(wrong->message);
    if (rule)
        of.guard.set(*rule);
    if (release)
        of.guard.release();
    return reply(http::status::ok, of.guard.page(clock_of(of, now)));
}

} // namespace

json::array nodes_page(const appliance& of)
{
    const auto seconds = [](duration length) { return static_cast<double>(length.count()) / 1e6; };
    json::array nodes;
    for (std::size_t index = 0; index < of.nodes.size(); ++index)
    {
        const node& one = of.nodes.at(index);
        nodes.push_back(json::object{
            {"node", index + 1},
            {"state", name_of(one.step.state)},
            {"steps_to_come", one.to_come.size()},
            {"lag_s", json::array{seconds(one.lag.low), seconds(one.lag.high)}},
            {"connections", one.counts.connections},
            {"handshakes", one.counts.handshakes},
            {"handshakes_failed", one.counts.handshakes_failed},
            {"requests", one.counts.requests}});
    }
    return nodes;
}

std::optional<answer>
answer_node_control(appliance& of, const request& asked, std::string_view what, time_point now)
{
    const bool about_nodes = what == "nodes" || what.starts_with("nodes/");
    if (asked.method == http::verb::get && what == "nodes")
        return nodes_answer(of);
    if (asked.method != http::verb::post
        || (!about_nodes && what != "proxy" && what != "token-file" && what != "lockout"))
        return std::nullopt;
    boost::system::error_code ec;
    const json::value body = asked.body.empty() ? json::value(json::object()) : json::parse(asked.body, ec);
    if (ec || !body.is_object())
        return fault_answer("the body must be a JSON object");
    const json::object& members = body.get_object();
    if (what == "proxy")
        return change_proxy(of, members);
    if (what == "token-file")
        return change_token_file(of, members);
    if (what == "lockout")
        return change_lockout(of, members, now);
    what.remove_prefix(std::min(what.size(), std::string_view("nodes/").size()));
    constexpr std::string_view restart = "restart";
    if (what == restart)
        return change_nodes(of, {}, members, node_wish::restart, now);
    if (what.ends_with("/restart"))
        return change_nodes(
            of, what.substr(0, what.size() - restart.size() - 1), members, node_wish::restart, now);
    return change_nodes(of, what, members, node_wish::change, now);
}

} // namespace jobwatch::simulator
