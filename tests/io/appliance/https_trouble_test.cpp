// What rude servers and broken networks do to us: each is an error of its class, in time, and nothing grows.
#include "appliance_fixture.hpp"
#include "io/appliance/http_answer.hpp"
#include "support/gzip_text.hpp"

#include <doctest/doctest.h>

using namespace jobwatch;
using namespace jobwatch::test;

namespace
{

rude_script sending(std::string bytes)
{
    return [sent = std::move(bytes)](rude_peer& peer)
    {
        peer.handshake();
        peer.read_request();
        peer.send(sent);
        peer.read_request(); // until we close
    };
}

asking_error error_after(const rude_script& script)
{
    appliance_fixture to;
    to.serve({script});
    return to.poll_error();
}

} // namespace

TEST_CASE("a server that nobody listens at is a connection error that names the address")
{
    appliance_fixture to;
    to.serve({answering("")});
    to.server.reset();
    const auto error = to.poll_error();
    CHECK(error.what == trouble::connect);
    CHECK(contains(error.text, "127.0.0.1"));
    CHECK(contains(error.text, "Connection refused"));
    CHECK(contains(error.text, "cm.test"));
}

TEST_CASE("all addresses of a host are tried")
{
    appliance_fixture to;
    to.serve({answering(http_answer_text("200 OK", job_document))});
    const auto two_addresses = [](const std::string&)
    {
        lookup_answer answer;
        answer.addresses.push_back(asio::ip::make_address("127.0.0.2")); // nobody listens there
        answer.addresses.push_back(asio::ip::make_address("127.0.0.1"));
        return answer;
    };
    to.api = make_https_appliance(to.context.get_executor(), to.settings, two_addresses).value();
    CHECK(to.poll().has_value());
}

TEST_CASE("a host name without an address is a resolve error with the name service's words")
{
    appliance_fixture to;
    to.serve({answering("")});
    const auto none = [](const std::string&)
    {
        lookup_answer answer;
        answer.failure = "Name or service not known";
        return answer;
    };
    to.api = make_https_appliance(to.context.get_executor(), to.settings, none).value();
    const auto error = to.poll_error();
    CHECK(error.what == trouble::resolve);
    CHECK(contains(error.text, "Name or service not known"));
}

TEST_CASE("a TLS handshake that never comes is a time-out")
{
    appliance_fixture to;
    to.settings.connect_timeout = short_limit;
    to.serve({[](rude_peer& peer) { peer.wait_until_closed(); }});
    const auto error = to.poll_error();
    CHECK(error.what == trouble::timed_out);
    CHECK(contains(error.text, "handshake"));
    CHECK(contains(error.text, "200ms"));
}

TEST_CASE("garbage instead of TLS is a TLS error that says so")
{
    const auto error = error_after(
        [](rude_peer& peer)
        {
            peer.send_raw("HTTP/1.0 400 Bad Request\r\n\r\nthis is no TLS");
            peer.wait_until_closed();
        });
    CHECK(error.what == trouble::tls);
    CHECK(contains(error.text, "does not speak TLS"));
}

TEST_CASE("a connection that is closed in the handshake is a TLS error")
{
    const auto error = error_after([](rude_peer& peer) { peer.vanish(); });
    CHECK(error.what == trouble::tls);
    CHECK(contains(error.text, "closed during the TLS handshake"));
}

TEST_CASE("a server that never answers is a time-out")
{
    appliance_fixture to;
    to.settings.request_timeout = short_limit;
    to.serve({[](rude_peer& peer)
              {
                  peer.handshake();
                  peer.wait_until_closed();
              }});
    const auto error = to.poll_error();
    CHECK(error.what == trouble::timed_out);
    CHECK(contains(error.text, "no whole answer within 200ms"));
    CHECK_FALSE(to.connection->connected());
}

TEST_CASE("half an answer and then silence is a time-out")
{
    appliance_fixture to;
    to.settings.request_timeout = short_limit;
    to.serve({sending(http_answer_text("200 OK", job_document).substr(0, 70))});
    CHECK(to.poll_error().what == trouble::timed_out);
}

TEST_CASE("an answer that never ends in drips is a time-out all the same")
{
    appliance_fixture to;
    to.settings.request_timeout = short_limit;
    to.serve({[](rude_peer& peer)
              {
                  peer.handshake();
                  peer.read_request();
                  peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
                  while (peer.send("1\r\n \r\n"))
                  {
                  }
              }});
    CHECK(to.poll_error().what == trouble::timed_out);
}

TEST_CASE("a body that is cut off is no answer, however the connection ends")
{
    const std::string half = http_answer_text("200 OK", job_document).substr(0, 70);
    const auto send_half = [half](rude_peer& peer)
    {
        peer.handshake();
        peer.read_request();
        peer.send(half);
    };
    const auto vanish = [=](rude_peer& peer)
    {
        send_half(peer);
        peer.vanish();
    };
    const auto reset = [=](rude_peer& peer)
    {
        send_half(peer);
        peer.reset();
    };
    for (const rude_script& script : {rude_script(send_half), rude_script(vanish), rude_script(reset)})
        CHECK(error_after(script).what == trouble::closed_early);
}

TEST_CASE("a chunked answer without its last chunk is no answer")
{
    const auto error = error_after(
        [](rude_peer& peer)
        {
            peer.handshake();
            peer.read_request();
            peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n");
        });
    CHECK(error.what == trouble::closed_early);
}

TEST_CASE("an answer without a length that ends without TLS's goodbye is no answer")
{
    const auto error = error_after(
        [](rude_peer& peer)
        {
            peer.handshake();
            peer.read_request();
            peer.send("HTTP/1.1 200 OK\r\n\r\n" + job_document);
            peer.vanish();
        });
    CHECK(error.what == trouble::closed_early);
}

TEST_CASE("an answer that is not HTTP is unreadable")
{
    const auto error = error_after(sending("220 mail.example.com ESMTP\r\n\r\n"));
    CHECK(error.what == trouble::unreadable);
    CHECK(contains(error.text, "not HTTP"));
}

TEST_CASE("a header may be as long as its limit, and not longer")
{
    const auto with_header_of = [](std::size_t size)
    {
        const std::string text = http_answer_text("200 OK", job_document, "X-Padding: \r\n");
        const std::size_t header = text.size() - job_document.size();
        return http_answer_text(
            "200 OK", job_document, "X-Padding: " + std::string(size - header, 'x') + "\r\n");
    };
    appliance_fixture to;
    to.serve({answering(with_header_of(max_answer_header))});
    CHECK(to.poll().has_value());
    const auto error = error_after(sending(with_header_of(max_answer_header + 1)));
    CHECK(error.what == trouble::too_large);
    CHECK(contains(error.text, "16384"));
    // One that never ends, too.
    CHECK(error_after(sending("HTTP/1.1 200 OK\r\n" + std::string(200'000, 'x'))).what == trouble::too_large);
}

TEST_CASE("a chunk's line that never ends is too large")
{
    const std::string endless = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;x=";
    CHECK(error_after(sending(endless + std::string(200'000, 'x'))).what == trouble::too_large);
}

TEST_CASE("a body may be as long as its limit, and not longer")
{
    const auto document_of = [](std::size_t size)
    { return job_document + std::string(size - job_document.size(), ' '); };
    appliance_fixture to;
    to.serve({answering(http_answer_text("200 OK", document_of(max_answer_body)))});
    CHECK(to.poll().has_value());

    const std::string longer = document_of(max_answer_body + 1);
    const auto error = error_after(sending(http_answer_text("200 OK", longer)));
    CHECK(error.what == trouble::too_large);
    CHECK(contains(error.text, "1048576"));
    CHECK(error_after(sending("HTTP/1.1 200 OK\r\n\r\n" + longer)).what == trouble::too_large);
    CHECK(
        error_after(sending("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n100001\r\n" + longer)).what
        == trouble::too_large);
    CHECK(
        error_after(sending("HTTP/1.1 200 OK\r\nContent-Length: 18446744073709551615\r\n\r\n")).what
        == trouble::too_large);
}

TEST_CASE("a gzip bomb is too large")
{
    const std::string bomb = gzip_text(std::string(50'000'000, ' '));
    REQUIRE(bomb.size() < max_answer_body);
    const auto error = error_after(sending(http_answer_text("200 OK", bomb, "Content-Encoding: gzip\r\n")));
    CHECK(error.what == trouble::too_large);
    CHECK(error.http_status == 200);
}

TEST_CASE("broken gzip and encodings that we never offered are unreadable")
{
    const std::string packed = gzip_text(job_document);
    for (const std::string& body : {packed.substr(0, packed.size() / 2), job_document})
    {
        const auto error =
            error_after(sending(http_answer_text("200 OK", body, "Content-Encoding: gzip\r\n")));
        CHECK(error.what == trouble::unreadable);
        CHECK(contains(error.text, "gzip encoding is broken"));
    }
    const auto error =
        error_after(sending(http_answer_text("200 OK", job_document, "Content-Encoding: br\r\n")));
    CHECK(error.what == trouble::unreadable);
    CHECK(contains(error.text, "not gzip"));
}

TEST_CASE("a broken body does not hide an error's status")
{
    CHECK(
        error_after(sending(http_answer_text("503 Service Unavailable", "{}", "Content-Encoding: gzip\r\n")))
            .what
        == trouble::unavailable);
}

TEST_CASE("after any trouble the next poll starts afresh")
{
    appliance_fixture to;
    to.serve(
        {sending("garbage\r\n\r\n"),
         [](rude_peer& peer)
         {
             peer.read_raw(); // or the reset may come before the connection counts as made
             peer.reset();
         },
         [](rude_peer& peer) { peer.send_raw("no TLS either"); },
         answering(http_answer_text("200 OK", job_document))});
    CHECK(to.poll_error().what == trouble::unreadable);
    CHECK(to.poll_error().what == trouble::tls);
    CHECK(to.poll_error().what == trouble::tls);
    CHECK(to.poll().has_value());
}

TEST_CASE("a peer that never says goodbye does not keep our loop from ending")
{
    appliance_fixture to;
    to.serve({[](rude_peer& peer)
              {
                  peer.handshake();
                  peer.read_request();
                  peer.send(http_answer_text("200 OK", job_document, "Connection: close\r\n"));
                  peer.wait_until_closed(); // reads our goodbye, and says none
              }});
    CHECK(to.poll().has_value());
    to.context.restart();
    const auto end = std::chrono::steady_clock::now() + patience;
    while (!to.context.stopped() && std::chrono::steady_clock::now() < end)
        to.context.run_one_for(std::chrono::milliseconds(100));
    CHECK(to.context.stopped()); // nothing is left to do
}
