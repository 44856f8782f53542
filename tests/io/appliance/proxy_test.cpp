// The way through an HTTP proxy.
#include "appliance_fixture.hpp"
#include "support/small_proxy.hpp"

#include <doctest/doctest.h>

using namespace jobwatch;
using namespace jobwatch::test;

namespace
{

class proxied : public appliance_fixture
{
public:
    proxied() { serve({answering(http_answer_text("200 OK", job_document))}); }

    void ask_through(const std::string& answer)
    {
        connection.reset();
        api.reset();
        proxy = std::make_unique<small_proxy>(answer, server->port());
        settings.proxy = proxy_address{"proxy.test", proxy->port()};
        api = make_https_appliance(
                  context.get_executor(), settings,
                  [this](const std::string& host)
                  {
                      looked_up.push_back(host); // in a thread that ends before the answer is used
                      return loopback_lookup(host);
                  })
                  .value();
    }

    asking_error error_after(const std::string& answer)
    {
        ask_through(answer);
        return poll_error();
    }

    std::vector<std::string> looked_up;
    std::unique_ptr<small_proxy> proxy;
};

} // namespace

TEST_CASE_FIXTURE(proxied, "TLS is with the node, through the proxy, which alone looks up the node's name")
{
    ask_through(tunnel_made);
    for (int polls = 0; polls < 3; ++polls)
    {
        CHECK(poll().has_value());
        INFO(last_text);
    }
    const std::string node = "cm.test:" + std::to_string(server->port());
    REQUIRE(proxy->requests().size() == 1); // the connection is kept
    CHECK(proxy->requests().front() == "CONNECT " + node + " HTTP/1.1\r\nHost: " + node + "\r\n\r\n");
    CHECK(looked_up == std::vector<std::string>{"proxy.test"});
    CHECK(server->connections() == 1);
    CHECK_FALSE(contains(proxy->requests().front(), used_jwt));
}

TEST_CASE_FIXTURE(proxied, "a certificate is checked through the proxy, too")
{
    settings.server_name = "another.test";
    CHECK(error_after(tunnel_made).what == trouble::tls);
}

TEST_CASE_FIXTURE(proxied, "what a proxy refuses is trouble on the way to the node, in words")
{
    auto error = error_after("HTTP/1.1 407 Proxy Authentication Required\r\nConnection: close\r\n\r\n");
    CHECK(error.what == trouble::connect);
    CHECK(error.http_status == 0); // not the appliance's
    CHECK(contains(error.text, "the proxy proxy.test port"));
    CHECK(contains(error.text, "wants a login"));
    CHECK(contains(error_after("HTTP/1.1 403 Forbidden\r\n\r\n").text, "403 Forbidden"));
    CHECK(contains(error_after("HTTP/1.1 502 Bad Gateway\r\n\r\n").text, "cannot reach the node"));
    error = error_after("SSH-2.0-OpenSSH_9.2\r\n");
    CHECK(error.what == trouble::connect);
    CHECK(contains(error.text, "not HTTP"));
    CHECK(contains(error_after("HTTP/1.1 200 OK\r\n").text, "closed the connection"));
    CHECK(server->connections() == 0);
}

TEST_CASE_FIXTURE(proxied, "a proxy whose answer has no end is given up at the limit")
{
    const auto error = error_after("HTTP/1.1 200 OK\r\nX: " + std::string(20'000, 'x'));
    CHECK(error.what == trouble::connect);
    CHECK(contains(error.text, "more than 8192 bytes"));
}

TEST_CASE_FIXTURE(proxied, "a proxy that says nothing costs the connect timeout")
{
    settings.connect_timeout = short_limit;
    const auto error = error_after("");
    CHECK(error.what == trouble::timed_out);
    CHECK(contains(error.text, "no answer to CONNECT within 200ms"));
}

TEST_CASE_FIXTURE(proxied, "a proxy that nobody finds, or where nobody listens, is named")
{
    ask_through(tunnel_made);
    proxy.reset();
    auto error = poll_error();
    CHECK(error.what == trouble::connect);
    CHECK(contains(error.text, "the proxy proxy.test port"));

    connection.reset();
    const auto none = [](const std::string&)
    {
        lookup_answer answer;
        answer.failure = "no such host";
        return answer;
    };
    api = make_https_appliance(context.get_executor(), settings, none).value();
    error = poll_error();
    CHECK(error.what == trouble::resolve);
    CHECK(contains(error.text, "the proxy proxy.test port"));
}
