#include "wire/node_url.hpp"

#include <algorithm>
#include <charconv>

#include <arpa/inet.h>

namespace jobwatch
{

namespace
{

constexpr std::size_t max_host_name = 253; // bytes, RFC 1035
constexpr std::size_t max_host_label = 63;
constexpr std::size_t max_base_path = 256;
constexpr std::string_view form = "allowed is \"https://HOST[:PORT][/BASE]\"";
constexpr std::string_view proxy_form = "allowed is \"http://HOST:PORT\"";

bool is_letter_or_digit(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

std::string lower(std::string_view text)
{
    std::string lowered(text);
    for (char& c : lowered)
        if (c >= 'A' && c <= 'Z')
            c = static_cast<char>(c - 'A' + 'a');
    return lowered;
}

bool is_ipv6(const std::string& text)
{
    in6_addr address{};
    return inet_pton(AF_INET6, text.c_str(), &address) == 1;
}

// Only what needs no encoding, since it goes into requests as it is.
bool is_base_path(std::string_view path)
{
    const auto fits = [](char c)
    { return is_letter_or_digit(c) || std::string_view("/-._~").find(c) != std::string_view::npos; };
    return path.size() <= max_base_path && std::all_of(path.begin(), path.end(), fits)
        && path.find("//") == std::string_view::npos
        && std::string(path).append("/").find("/../") == std::string::npos;
}

// Takes the host from the start of `rest`, brackets of an IPv6 address removed; "" when there is none.
std::string take_host(std::string_view& rest)
{
    if (rest.starts_with('['))
    {
        const auto end = rest.find(']');
        if (end == std::string_view::npos)
            return {};
        std::string host(rest.substr(1, end - 1));
        rest.remove_prefix(end + 1);
        return is_ipv6(host) ? lower(host) : std::string();
    }
    const auto end = std::min(rest.find_first_of(":/"), rest.size());
    const auto host = rest.substr(0, end);
    rest.remove_prefix(end);
    return is_host_name(host) ? lower(host) : std::string();
}

// Takes ":8443"; false when it is no port.
bool take_port(std::string_view& rest, std::uint16_t& port)
{
    if (!rest.starts_with(':'))
        return true;
    rest.remove_prefix(1);
    const auto digits = rest.substr(0, rest.find('/'));
    const auto [end, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    rest.remove_prefix(digits.size());
    return failed == std::errc() && end == digits.data() + digits.size() && port != 0;
}

// "https" of "https://cm1", in small letters; "" when there is none.
std::string scheme_of(std::string_view url)
{
    const auto end = url.find("://");
    return lower(url.substr(0, end == std::string_view::npos ? 0 : end));
}

std::string_view after_scheme(std::string_view url)
{
    return url.substr(url.find("://") + 3);
}

// "" when nothing is; then `node` is filled.
std::string what_is_wrong(std::string_view url, node_address& node)
{
    const auto scheme = scheme_of(url);
    if (url.find('@') != std::string_view::npos)
        return "a user name or password does not belong into a URL (see username and password_file)";
    if (scheme == "http")
        return "http is not encrypted";
    if (scheme != "https")
        return scheme.empty() ? "it has no scheme" : "the scheme is not https";
    std::string_view rest = after_scheme(url);
    if (rest.find_first_of("?#") != std::string_view::npos)
        return "a query or fragment does not belong into it";
    node.host = take_host(rest);
    if (node.host.empty())
        return "the host is not a name or an address";
    if (!take_port(rest, node.port))
        return "the port is not a number from 1 to 65535";
    while (rest.ends_with('/'))
        rest.remove_suffix(1);
    if ((!rest.empty() && rest.front() != '/') || !is_base_path(rest))
        return "the path after the host has parts that are not understood";
    if (rest.ends_with("/api"))
        return "\"/api\" is added by jobwatchd, leave it out";
    node.base_path = rest;
    return {};
}

std::string what_is_wrong(std::string_view url, proxy_address& proxy)
{
    const auto scheme = scheme_of(url);
    if (url.find('@') != std::string_view::npos)
        return "a user name or password does not belong into this file, and proxies that ask for one are "
               "not supported";
    if (scheme == "https")
        return "proxies that are spoken to with https are not supported (what goes through is encrypted "
               "all the same)";
    if (scheme != "http")
        return scheme.empty() ? "it has no scheme" : "the scheme is not http";
    std::string_view rest = after_scheme(url);
    proxy.host = take_host(rest);
    if (proxy.host.empty())
        return "the host is not a name or an address";
    if (!rest.starts_with(':'))
        return "the port is missing";
    if (!take_port(rest, proxy.port))
        return "the port is not a number from 1 to 65535";
    return rest.empty() || rest == "/" ? "" : "nothing belongs after the port";
}

} // namespace

bool is_host_name(std::string_view text)
{
    if (text.empty() || text.size() > max_host_name)
        return false;
    std::size_t label = 0;
    for (const char c : text)
    {
        if (c == '.' && label == 0)
            return false;
        if (c != '.' && c != '-' && c != '_' && !is_letter_or_digit(c))
            return false;
        label = c == '.' ? 0 : label + 1;
        if (label > max_host_label)
            return false;
    }
    return text.front() != '-';
}

std::optional<node_address> parse_node_url(std::string_view url, std::string& why)
{
    node_address node;
    why = what_is_wrong(url, node);
    if (why.empty())
        return node;
    why.append("; ").append(form);
    return std::nullopt;
}

std::optional<proxy_address> parse_proxy_url(std::string_view url, std::string& why)
{
    proxy_address proxy;
    why = what_is_wrong(url, proxy);
    if (why.empty())
        return proxy;
    why.append("; ").append(proxy_form);
    return std::nullopt;
}

} // namespace jobwatch
