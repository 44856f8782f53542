#include "wire/connect_message.hpp"

#include "core/one_line.hpp"
#include "wire/http_request.hpp"

#include <algorithm>

namespace jobwatch
{

namespace
{

constexpr std::string_view start_of_header = "HTTP/1.";
constexpr std::string_view end_of_header = "\r\n\r\n";
constexpr std::size_t max_quoted = 80; // bytes of what the proxy says

// An IPv6 address stands in brackets, and the port is never left out (RFC 9110, 9.3.6).
std::string authority_of(const node_address& node)
{
    const bool literal = node.host.find(':') != std::string::npos;
    return (literal ? '[' + node.host + ']' : node.host) + ':' + std::to_string(node.port);
}

std::string quoted_part(std::string_view said)
{
    return one_line(said.substr(0, max_quoted));
}

bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

// "HTTP/1.1 200 Connection established" -> "200 Connection established"; "" when it is no status line.
std::string_view status_of(std::string_view header)
{
    const std::string_view line = header.substr(0, header.find("\r\n"));
    const bool is_http = line.starts_with(start_of_header) && line.size() >= 12 && line[8] == ' ';
    if (!is_http || !std::ranges::all_of(line.substr(9, 3), is_digit))
        return {};
    return line.size() == 12 || line[12] == ' ' ? line.substr(9) : std::string_view();
}

bool is_out_of_reach(std::string_view code)
{
    return code == "502" || code == "503" || code == "504";
}

// To CONNECT, which it takes for a request to itself.
bool is_of_web_server(std::string_view code)
{
    return code == "404" || code == "501" || code.front() == '3';
}

std::string advice_for(std::string_view code)
{
    if (code == "407")
        return " (it wants a login; jobwatchd cannot log in to a proxy)";
    if (code == "403" || code == "405")
        return " (it does not allow connections to this node and port)";
    if (is_out_of_reach(code))
        return " (it cannot reach the node)";
    if (code == "500")
        return " (it failed itself)";
    if (is_of_web_server(code))
        return " (so answers a web server that is no proxy)";
    return {};
}

bool has_more_behind(std::string_view header)
{
    return header.find(end_of_header) + end_of_header.size() != header.size();
}

} // namespace

std::string connect_request(const node_address& node)
{
    const std::string authority = authority_of(node);
    return "CONNECT " + authority + " HTTP/1.1\r\nHost: " + authority + "\r\n\r\n";
}

bool is_over_connect_answer(std::string_view header)
{
    const bool may_be_http = start_of_header.starts_with(header.substr(0, start_of_header.size()));
    return !may_be_http || header.find(end_of_header) != std::string_view::npos;
}

std::string connect_trouble(std::string_view header)
{
    const std::string_view status = status_of(header);
    if (status.empty())
        return "what it answers is not HTTP: " + quoted_part(header.substr(0, header.find("\r\n")));
    const std::string_view code = status.substr(0, 3);
    if (code.front() != '2')
        return "it answers " + quoted_part(status) + advice_for(code);
    if (has_more_behind(header))
        return "it sends something behind its answer";
    return {};
}

connection_fault connect_fault(std::string_view header)
{
    const std::string_view code = status_of(header).substr(0, 3);
    if (code.empty() || (code.front() == '2' && has_more_behind(header)))
        return connection_fault::no_proxy;
    if (code.front() == '2')
        return connection_fault::none;
    if (code == "407")
        return connection_fault::proxy_wants_login;
    if (code == "500")
        return connection_fault::proxy_failed;
    if (is_of_web_server(code))
        return connection_fault::no_proxy;
    return is_out_of_reach(code) ? connection_fault::proxy_cannot_reach : connection_fault::no_tunnel;
}

} // namespace jobwatch
