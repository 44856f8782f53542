#include "wire/node_url.hpp"

#include <doctest/doctest.h>

using namespace jobwatch;

namespace
{

std::optional<node_address> node(std::string_view url)
{
    std::string why;
    auto found = parse_node_url(url, why);
    CHECK(why.empty() == found.has_value());
    return found;
}

std::string why_not(std::string_view url)
{
    std::string why;
    const auto found = parse_node_url(url, why);
    CHECK_MESSAGE(!found.has_value(), url);
    CHECK(why.find("https://HOST") != std::string::npos);
    return why;
}

} // namespace

TEST_CASE("a node is a host, perhaps with a port and a path")
{
    CHECK(node("https://cm1.example.com") == node_address{"cm1.example.com", 443, ""});
    CHECK(node("HTTPS://CM1.example.com/") == node_address{"cm1.example.com", 443, ""});
    CHECK(node("https://cm1:8443/x/y/") == node_address{"cm1", 8443, "/x/y"});
    CHECK(node("https://127.0.0.1:65535") == node_address{"127.0.0.1", 65535, ""});
    CHECK(node("https://[::1]:8443/x") == node_address{"::1", 8443, "/x"});
    CHECK(node("https://[2001:DB8::1]") == node_address{"2001:db8::1", 443, ""});
}

TEST_CASE("only https is spoken")
{
    CHECK(why_not("http://cm1").find("not encrypted") != std::string::npos);
    CHECK(why_not("ftp://cm1").find("not https") != std::string::npos);
    CHECK(why_not("cm1.example.com").find("no scheme") != std::string::npos);
    why_not("");
    why_not("://");
}

TEST_CASE("a secret in a URL is refused and not repeated")
{
    CHECK(why_not("https://me:hunter2@cm1").find("hunter2") == std::string::npos);
    CHECK(why_not("https://me:hunter2@cm1").find("password_file") != std::string::npos);
}

TEST_CASE("what does not belong into a node's URL is refused")
{
    for (const auto* bad : {"https://",        "https:///x",     "https://a b",       "https://a\r\nb",
                            "https://-a",      "https://a..b",   "https://.a",        "https://[::1",
                            "https://[::g]",   "https://[]",     "https://[1.2.3.4]", "https://[::1%eth0]",
                            "https://[::1]x",  "https://::1",    "https://a:",        "https://a:0",
                            "https://a:65536", "https://a:8x",   "https://a:-1",      "https://a?x=1",
                            "https://a/#x",    "https://a/x y",  "https://a/%41",     "https://a//x",
                            "https://a/../x",  "https://a/x/..", "https://a/api",     "https://a/x/api/"})
        why_not(bad);
    why_not("https://" + std::string(64, 'a'));
    why_not("https://a/" + std::string(300, 'x'));
    why_not(std::string_view("https://a\0b", 11));
}

TEST_CASE("host names have a length")
{
    const std::string label(63, 'a');
    CHECK(is_host_name(label));
    CHECK(is_host_name(label + '.' + label + '.' + label + '.' + std::string(61, 'a')));
    CHECK_FALSE(is_host_name(label + '.' + label + '.' + label + '.' + std::string(62, 'a')));
    CHECK_FALSE(is_host_name(""));
}

TEST_CASE("a proxy is http, a host and a port")
{
    const auto proxy = [](std::string_view url)
    {
        std::string why;
        const auto found = parse_proxy_url(url, why);
        CHECK(why.empty() == found.has_value());
        return found;
    };
    CHECK(proxy("http://proxy.example.com:3128") == proxy_address{"proxy.example.com", 3128});
    CHECK(proxy("HTTP://Proxy:1/") == proxy_address{"proxy", 1});
    CHECK(proxy("http://[2001:DB8::1]:65535") == proxy_address{"2001:db8::1", 65535});
    for (const auto* bad :
         {"", "proxy:3128", "http://", "http://proxy", "http://proxy/", "http://proxy:", "http://proxy:0",
          "http://proxy:65536", "http://proxy:x", "http://:3128", "http://a b:1", "http://proxy:1/x",
          "http://proxy:1?x", "https://proxy:1", "socks5://proxy:1", "http://me:hunter2@proxy:1",
          "http://a\r\nb:1"})
    {
        CAPTURE(bad);
        std::string why;
        CHECK_FALSE(parse_proxy_url(bad, why));
        CHECK(why.ends_with("; allowed is \"http://HOST:PORT\""));
        CHECK(why.find("hunter2") == std::string::npos);
    }
}
