#include "core/connection_fault.hpp"

namespace jobwatch
{

namespace
{

connection_fault fault_without_answer(trouble what)
{
    switch (what)
    {
    case trouble::no_token:
        return connection_fault::secret_unusable;
    case trouble::resolve:
        return connection_fault::no_address;
    case trouble::connect:
        return connection_fault::no_connection;
    case trouble::tls:
        return connection_fault::handshake_failed;
    case trouble::own_limit:
        return connection_fault::own_limit;
    case trouble::timed_out:
        return connection_fault::answer_timed_out;
    case trouble::too_large:
        return connection_fault::too_large;
    case trouble::unreadable: // no HTTP at all
        return connection_fault::foreign_answer;
    default:
        return connection_fault::closed_early;
    }
}

connection_fault fault_of_server_error(int status)
{
    if (status == 503)
        return connection_fault::not_ready;
    return status == 502 || status == 504 ? connection_fault::gateway : connection_fault::server_error;
}

connection_fault fault_of_refusal(connection_step step, const exchange_end& end)
{
    if (!end.own_error)
        return connection_fault::refused_by_other;
    if (step == connection_step::login)
        return connection_fault::login_refused;
    if (end.http_status == 403)
        return connection_fault::may_not_read;
    return end.says_expired ? connection_fault::token_expired : connection_fault::token_refused;
}

connection_fault fault_of_missing(connection_step step, const exchange_end& end)
{
    if (end.own_error && step == connection_step::read && end.http_status == 404)
        return connection_fault::job_unknown;
    return connection_fault::no_such_path;
}

} // namespace

connection_fault fault_of(connection_step step, const exchange_end& end)
{
    const int status = end.http_status;
    if (status == 0)
        return fault_without_answer(end.what);
    if (end.what == trouble::too_large)
        return connection_fault::too_large;
    if (status >= 500 && status <= 599)
        return fault_of_server_error(status);
    if (status == 429)
        return connection_fault::throttled;
    if (end.broken_body)
        return connection_fault::broken_body;
    if (status == 401 || status == 403)
        return fault_of_refusal(step, end);
    if (status == 404 || status == 405)
        return fault_of_missing(step, end);
    if (end.is_html || end.what == trouble::unreadable || (status >= 300 && status <= 399))
        return connection_fault::foreign_answer;
    return connection_fault::request_refused;
}

bool may_ask_next_node(connection_fault fault)
{
    switch (fault)
    {
    case connection_fault::not_ready:
    case connection_fault::gateway:
    case connection_fault::answer_timed_out:
    case connection_fault::closed_early:
        return true;
    default:
        return false;
    }
}

std::string_view to_string(connection_step value)
{
    switch (value)
    {
    case connection_step::resolve:
        return "resolve";
    case connection_step::connect:
        return "connect";
    case connection_step::proxy:
        return "proxy";
    case connection_step::tls:
        return "tls";
    case connection_step::login:
        return "login";
    case connection_step::read:
        return "read";
    }
    return "unknown";
}

std::string_view to_string(connection_fault value)
{
    switch (value)
    {
    case connection_fault::none:
        return "none";
    case connection_fault::no_address:
        return "no_address";
    case connection_fault::refused:
        return "refused";
    case connection_fault::unreachable:
        return "unreachable";
    case connection_fault::connect_timed_out:
        return "connect_timed_out";
    case connection_fault::no_connection:
        return "no_connection";
    case connection_fault::own_limit:
        return "own_limit";
    case connection_fault::no_tunnel:
        return "no_tunnel";
    case connection_fault::proxy_wants_login:
        return "proxy_wants_login";
    case connection_fault::proxy_cannot_reach:
        return "proxy_cannot_reach";
    case connection_fault::proxy_failed:
        return "proxy_failed";
    case connection_fault::proxy_silent:
        return "proxy_silent";
    case connection_fault::no_proxy:
        return "no_proxy";
    case connection_fault::unknown_authority:
        return "unknown_authority";
    case connection_fault::wrong_name:
        return "wrong_name";
    case connection_fault::certificate_expired:
        return "certificate_expired";
    case connection_fault::certificate_early:
        return "certificate_early";
    case connection_fault::bad_certificate:
        return "bad_certificate";
    case connection_fault::not_tls:
        return "not_tls";
    case connection_fault::old_tls:
        return "old_tls";
    case connection_fault::handshake_closed:
        return "handshake_closed";
    case connection_fault::handshake_timed_out:
        return "handshake_timed_out";
    case connection_fault::handshake_failed:
        return "handshake_failed";
    case connection_fault::answer_timed_out:
        return "answer_timed_out";
    case connection_fault::closed_early:
        return "closed_early";
    case connection_fault::too_large:
        return "too_large";
    case connection_fault::broken_body:
        return "broken_body";
    case connection_fault::foreign_answer:
        return "foreign_answer";
    case connection_fault::refused_by_other:
        return "refused_by_other";
    case connection_fault::no_such_path:
        return "no_such_path";
    case connection_fault::throttled:
        return "throttled";
    case connection_fault::not_ready:
        return "not_ready";
    case connection_fault::gateway:
        return "gateway";
    case connection_fault::server_error:
        return "server_error";
    case connection_fault::request_refused:
        return "request_refused";
    case connection_fault::secret_unusable:
        return "secret_unusable";
    case connection_fault::login_refused:
        return "login_refused";
    case connection_fault::token_expired:
        return "token_expired";
    case connection_fault::token_refused:
        return "token_refused";
    case connection_fault::may_not_read:
        return "may_not_read";
    case connection_fault::job_unknown:
        return "job_unknown";
    }
    return "unknown";
}

} // namespace jobwatch
