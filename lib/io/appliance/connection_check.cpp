#include "io/appliance/connection_check.hpp"

#include "core/node_name.hpp"
#include "core/secret_text.hpp"
#include "io/appliance/appliance_requests.hpp"
#include "wire/document.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <algorithm>
#include <exception>

namespace jobwatch
{

namespace
{

// A report says already which node it is about.
std::string without_node(const std::string& text, const node_address& node)
{
    const std::string prefix = host_and_port(node) + ": ";
    return text.starts_with(prefix) ? text.substr(prefix.size()) : text;
}

std::string list_of(const std::vector<asio::ip::address>& addresses)
{
    std::string list;
    for (const auto& one : addresses)
        list += (list.empty() ? "" : ", ") + one.to_string();
    return list;
}

node_facts facts_of(const https_connection& on, const exchange_result& opened)
{
    const opening_trace& trace = on.opening();
    node_facts facts;
    facts.node = on.node_asked();
    facts.step = trace.step;
    facts.addresses = list_of(trace.addresses);
    if (trace.peer)
        facts.peer = trace.peer->to_string();
    facts.tls = on.tls_version();
    if (opened.has_value())
        return facts;
    facts.fault = trace.fault;
    facts.text = without_node(opened.error().text, facts.node);
    return facts;
}

asio::awaitable<node_facts> check_node(std::shared_ptr<appliance_link> link, std::size_t number)
{
    https_connection connection(link);
    connection.choose_node(number);
    const auto opened = co_await connection.open();
    node_facts facts = facts_of(connection, opened);
    connection.close();
    co_return facts;
}

bool says_expired(std::string text)
{
    std::transform(
        text.begin(), text.end(), text.begin(),
        [](unsigned char c) { return static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c); });
    return text.find("expired") != std::string::npos;
}

bool is_html(const http_answer& answer)
{
    const auto start = answer.body.find_first_not_of(" \t\r\n");
    return answer.content_type.starts_with("text/html")
        || (start != std::string::npos && answer.body[start] == '<');
}

// The connection was opened for this request, and may not have come about.
request_facts
failed_request(connection_step step, https_connection& on, const asking_error& error, bool was_open)
{
    request_facts facts;
    facts.sent = true;
    facts.text = without_node(error.text, on.node_asked());
    if (error.http_status == 0 && !was_open && on.opening().fault != connection_fault::none)
    {
        facts.sent = false;
        facts.fault = on.opening().fault;
        return facts;
    }
    exchange_end end;
    end.what = error.what;
    end.http_status = error.http_status;
    if (error.http_status != 0)
    {
        const std::string own_words = read_error_body(on.answer().body);
        end.own_error = !own_words.empty();
        end.says_expired = says_expired(own_words);
        end.is_html = is_html(on.answer());
        end.broken_body = on.answer().body_trouble.has_value();
    }
    facts.fault = fault_of(step, end);
    return facts;
}

// Our clock now against the appliance's when it made the token.
std::optional<milliseconds> clock_ahead(const token_grant& grant)
{
    if (!grant.expires_at || !grant.duration)
        return std::nullopt;
    const auto now = std::chrono::time_point_cast<wall_time::duration>(std::chrono::system_clock::now());
    return std::chrono::duration_cast<milliseconds>(*grant.expires_at - now) - *grant.duration;
}

// "" when there is none.
asio::awaitable<secret_text>
check_login(https_connection& on, const request_way& way, connection_facts& facts)
{
    facts.login = {};
    const bool asks = facts.appliance.credential != credential_form::token_file;
    auto granted = co_await request_login(on, way);
    if (granted.has_error())
    {
        facts.login = failed_request(connection_step::login, on, granted.error(), false);
        co_return secret_text();
    }
    facts.login.sent = asks;
    facts.token_life = granted->duration;
    if (asks)
        facts.clock_ahead = clock_ahead(*granted);
    wipe(granted->refresh_token);
    co_return secret_text(std::move(granted->jwt));
}

asio::awaitable<void> check_read(
    https_connection& on, const request_way& way, const wished_read& wish, std::string_view jwt,
    connection_facts& facts)
{
    std::string request;
    facts.read = {};
    on.choose_node(way.node);
    const bool was_open = on.connected();
    auto answer = co_await request_job(on, way, request, wish.family, wish.job, jwt);
    const bool stale = answer.has_error() && answer.error().what == trouble::kept_closed;
    if (stale)
        answer = co_await request_job(on, way, request, wish.family, wish.job, jwt);
    wipe(request);
    if (answer.has_error())
    {
        facts.read = failed_request(connection_step::read, on, answer.error(), was_open && !stale);
        co_return;
    }
    facts.read.sent = true;
    facts.status = answer->status;
}

bool had_no_answer(connection_fault fault)
{
    return fault == connection_fault::answer_timed_out || fault == connection_fault::closed_early;
}

// The next node after this one whose certificate was good.
std::optional<std::size_t> next_node(const connection_facts& facts, std::size_t after)
{
    for (std::size_t number = after + 1; number < facts.nodes.size(); ++number)
        if (facts.nodes[number].fault == connection_fault::none)
            return number;
    return std::nullopt;
}

// Whom to ask instead, after this request: nobody, when it was well, or when it was answered in a way that asking
// elsewhere cannot mend. What was not even sent may be sent to another.
std::optional<std::size_t>
asked_instead(const connection_facts& facts, const request_facts& ended, std::size_t node)
{
    const bool not_sent = !ended.sent && ended.fault != connection_fault::secret_unusable;
    if (ended.fault == connection_fault::none || !(not_sent || may_ask_next_node(ended.fault)))
        return std::nullopt;
    return next_node(facts, node);
}

asio::awaitable<secret_text> find_login(https_connection& on, connection_facts& facts)
{
    int unanswered = 0;
    for (;;)
    {
        request_way way;
        way.node = *facts.asked;
        secret_text token = co_await check_login(on, way, facts);
        unanswered += had_no_answer(facts.login.fault) ? 1 : 0;
        const auto next = asked_instead(facts, facts.login, way.node);
        if (!next || unanswered >= max_unanswered_logins)
            co_return token;
        facts.nodes[way.node].login = facts.login;
        facts.asked = next;
    }
}

asio::awaitable<void>
find_read(https_connection& on, const wished_read& wish, std::string_view jwt, connection_facts& facts)
{
    facts.read_at = facts.asked;
    for (;;)
    {
        request_way way;
        way.node = *facts.read_at;
        co_await check_read(on, way, wish, jwt, facts);
        const auto next = asked_instead(facts, facts.read, way.node);
        if (!next)
            co_return;
        facts.nodes[way.node].read = facts.read;
        facts.read_at = next;
    }
}

} // namespace

asio::awaitable<connection_facts>
check_connection(std::shared_ptr<appliance_link> link, const wished_read& wish)
{
    connection_facts facts;
    facts.appliance = link->settings;
    facts.kind = wish.family.name;
    facts.job = wish.job;
    facts.made_up = wish.made_up;
    for (std::size_t number = 0; number < link->nodes.size(); ++number)
    {
        node_facts node = co_await check_node(link, number);
        if (!facts.asked && node.fault == connection_fault::none)
            facts.asked = number;
        facts.nodes.push_back(std::move(node));
    }
    if (!facts.asked)
        co_return facts;
    // A connection of its own: one of the above may have been closed while the other nodes were tried.
    https_connection connection(link);
    const secret_text token = co_await find_login(connection, facts);
    const std::string_view jwt = token.view();
    if (!jwt.empty())
        co_await find_read(connection, wish, jwt, facts);
    connection.close();
    co_return facts;
}

std::vector<connection_facts> check_connections(
    const std::vector<const appliance_settings*>& appliances, const wished_read& wish,
    const lookup_function& lookup)
{
    asio::io_context context(1);
    std::vector<connection_facts> all(appliances.size());
    std::exception_ptr surprise;
    for (std::size_t i = 0; i < appliances.size(); ++i)
    {
        auto link = make_appliance_link(context.get_executor(), *appliances[i], lookup);
        if (link.has_error())
        {
            all[i].appliance = *appliances[i];
            all[i].login.fault = connection_fault::secret_unusable;
            all[i].login.text = link.error().text;
            continue;
        }
        asio::co_spawn(
            context, check_connection(std::move(*link), wish),
            [&surprise, &to = all[i]](std::exception_ptr thrown, connection_facts facts)
            {
                if (thrown)
                    surprise = thrown;
                to = std::move(facts);
            });
    }
    context.run();
    if (surprise)
        std::rethrow_exception(surprise);
    return all;
}

} // namespace jobwatch
