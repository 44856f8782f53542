#include "wire/connect_message.hpp"

#include <doctest/doctest.h>

using namespace jobwatch;

namespace
{

bool tells(std::string_view answer, std::string_view words)
{
    const auto told = connect_trouble(answer);
    INFO(told);
    return told.find(words) != std::string::npos;
}

} // namespace

TEST_CASE("a proxy is asked for the node by name and port, the port always said")
{
    CHECK(
        connect_request({"cm1.example.com", 443, "/base"})
        == "CONNECT cm1.example.com:443 HTTP/1.1\r\nHost: cm1.example.com:443\r\n\r\n");
    CHECK(connect_request({"::1", 8443, ""}).starts_with("CONNECT [::1]:8443 HTTP/1.1\r\n"));
}

TEST_CASE("an answer is over at the empty line, or where it turns out to be no HTTP")
{
    CHECK_FALSE(is_over_connect_answer(""));
    CHECK_FALSE(is_over_connect_answer("HTT"));
    CHECK_FALSE(is_over_connect_answer("HTTP/1.1 200 OK\r\nVia: x\r\n"));
    CHECK(is_over_connect_answer("HTTP/1.1 200 OK\r\nVia: x\r\n\r\n"));
    CHECK(is_over_connect_answer("S"));
    CHECK(is_over_connect_answer("SSH-2.0-OpenSSH_9.2"));
}

TEST_CASE("any success makes the tunnel")
{
    for (const auto* good :
         {"HTTP/1.1 200 Connection established\r\n\r\n", "HTTP/1.0 200\r\nVia: x\r\n\r\n",
          "HTTP/1.1 204 \r\n\r\n"})
        CHECK_MESSAGE(connect_trouble(good).empty(), good);
}

TEST_CASE("a refusal is told in the proxy's words, and what can be done about it")
{
    CHECK(tells("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n", "407 Proxy Authentication Required"));
    CHECK(tells("HTTP/1.1 407 Nope\r\n\r\n", "wants a login"));
    CHECK(tells("HTTP/1.1 403 Forbidden\r\n\r\n", "does not allow"));
    CHECK(tells("HTTP/1.1 502 Bad Gateway\r\n\r\n", "cannot reach the node"));
    CHECK(tells("HTTP/1.1 500 Oops\r\n\r\n", "500 Oops (it failed itself)"));
    CHECK(tells("HTTP/1.1 404 Not Found\r\n\r\n", "a web server that is no proxy"));
    CHECK(tells("HTTP/1.1 301 Moved\r\n\r\n", "301 Moved"));
    CHECK(tells("HTTP/1.1 100 Continue\r\n\r\n", "100 Continue"));
}

TEST_CASE(
    "programs are told apart a proxy that refuses, that wants a login, that is cut off, and that is none")
{
    CHECK(connect_fault("HTTP/1.1 200 OK\r\n\r\n") == connection_fault::none);
    CHECK(connect_fault("HTTP/1.1 407 Nope\r\n\r\n") == connection_fault::proxy_wants_login);
    for (const auto* cut_off : {"502", "503", "504"})
        CHECK(
            connect_fault("HTTP/1.1 " + std::string(cut_off) + " x\r\n\r\n")
            == connection_fault::proxy_cannot_reach);
    for (const auto* refusing : {"403", "405", "400", "429"})
        CHECK(
            connect_fault("HTTP/1.1 " + std::string(refusing) + " x\r\n\r\n") == connection_fault::no_tunnel);
    CHECK(connect_fault("HTTP/1.1 500 x\r\n\r\n") == connection_fault::proxy_failed);
    for (const auto* web_server : {"301", "404", "501"})
        CHECK(
            connect_fault("HTTP/1.1 " + std::string(web_server) + " x\r\n\r\n")
            == connection_fault::no_proxy);
    for (const auto* garbage : {"", "SSH-2.0-OpenSSH_9.2\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\nmore"})
        CHECK(connect_fault(garbage) == connection_fault::no_proxy);
}

TEST_CASE("what is no answer of a proxy is told as that, in one short line")
{
    for (const auto* garbage :
         {"", "\r\n\r\n", "SSH-2.0-OpenSSH_9.2\r\n\r\n", "HTTP/2 200\r\n\r\n", "HTTP/1.1 2000 x\r\n\r\n",
          "HTTP/1.1 20\r\n\r\n", "HTTP/1.1 2x0 OK\r\n\r\n", "HTTP/1.1\t200\r\n\r\n"})
        CHECK_MESSAGE(tells(garbage, "not HTTP"), garbage);
    const auto told = connect_trouble("\x1b[2J" + std::string(5'000, 'x') + "\r\n\r\n");
    CHECK(told.size() < 200);
    CHECK(told.find('\x1b') == std::string::npos);
    CHECK(tells("HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 500", "behind its answer"));
}
