// What an appliance that behaves gets from us, and we from it.
#include "appliance_fixture.hpp"
#include "support/gzip_text.hpp"

#include <doctest/doctest.h>

#include <future>
#include <optional>

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

using namespace jobwatch;
using namespace jobwatch::test;

TEST_CASE("a poll over TLS gives the reading, and polls after it use the same connection")
{
    appliance_fixture to;
    to.serve({answering(http_answer_text("200 OK", job_document))});
    for (int i = 0; i < 3; ++i)
    {
        const auto answer = to.poll();
        INFO(to.last_text);
        REQUIRE(answer.has_value());
        CHECK(answer->status == "in_progress");
        CHECK(answer->operation == "disable");
        CHECK(to.connection->connected());
    }
    CHECK(to.server->connections() == 1);
    REQUIRE(to.server->requests().size() == 3);
    const auto request = to.server->requests().front();
    CHECK(request.starts_with(
        "GET /api/v1/cckm/google/update-all-versions-jobs/778a1024-dc18-49cb-833b-cfd6c000c090 "
        "HTTP/1.1\r\n"));
    CHECK(contains(request, "\r\nHost: cm.test:" + std::to_string(to.server->port()) + "\r\n"));
    CHECK(contains(request, "\r\nAuthorization: Bearer " + std::string(used_jwt) + "\r\n"));
}

TEST_CASE("nothing is connected before the first poll")
{
    appliance_fixture to;
    to.serve({answering(http_answer_text("200 OK", job_document))});
    const auto connection = to.appliance().make_connection();
    CHECK_FALSE(connection->connected());
}

TEST_CASE("an answer that comes byte by byte is the same answer")
{
    appliance_fixture to;
    to.serve({[](rude_peer& peer)
              {
                  peer.handshake();
                  peer.read_request();
                  peer.send_bytewise(http_answer_text("200 OK", job_document));
                  peer.read_request();
              }});
    CHECK(to.poll().has_value());
}

TEST_CASE("a chunked answer is put together, and its trailers change nothing")
{
    appliance_fixture to;
    const std::string first = job_document.substr(0, 16);
    const std::string second = job_document.substr(16);
    std::string answer =
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10;strange=extension\r\n" + first;
    std::array<char, 16> size{};
    std::snprintf(size.data(), size.size(), "%zx", second.size());
    answer += "\r\n" + std::string(size.data()) + "\r\n" + second + "\r\n0\r\nContent-Encoding: br\r\n\r\n";
    to.serve({answering(answer)});
    CHECK(to.poll().has_value());
    CHECK(to.poll().has_value());
    CHECK(to.server->connections() == 1);
}

TEST_CASE("a gzip answer is unpacked")
{
    appliance_fixture to;
    to.serve({answering(http_answer_text("200 OK", gzip_text(job_document), "Content-Encoding: GZip\r\n"))});
    CHECK(to.poll().has_value());
    CHECK(to.poll().has_value());
    CHECK(to.server->connections() == 1);
}

TEST_CASE("an answer without a length that ends with TLS's goodbye is whole")
{
    appliance_fixture to;
    to.serve({[](rude_peer& peer)
              {
                  peer.handshake();
                  peer.read_request();
                  peer.send("HTTP/1.1 200 OK\r\n\r\n" + job_document);
              }});
    CHECK(to.poll().has_value());
    CHECK_FALSE(to.connection->connected());
}

TEST_CASE("interim answers are skipped, but not for ever")
{
    const std::string early = "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n";
    appliance_fixture to;
    to.serve({answering(early + early + http_answer_text("200 OK", job_document))});
    CHECK(to.poll().has_value());
    CHECK(to.connection->connected());

    appliance_fixture endless;
    std::string many;
    for (int i = 0; i < 100; ++i)
        many += early;
    endless.serve({answering(many)});
    CHECK(endless.poll_error().what == trouble::unreadable);
}

TEST_CASE("a server that wants the connection closed gets a new one for the next poll")
{
    appliance_fixture to;
    to.serve({answering(http_answer_text("200 OK", job_document, "Connection: close\r\n"))});
    CHECK(to.poll().has_value());
    CHECK_FALSE(to.connection->connected());
    CHECK(to.poll().has_value());
    CHECK(to.server->connections() == 2);
}

TEST_CASE("a kept connection that the server closed while it was idle is told from trouble, and the next "
          "poll works")
{
    const auto answer_once = [](rude_peer& peer)
    {
        peer.handshake();
        peer.read_request();
        peer.send(http_answer_text("200 OK", job_document));
    };
    const auto answer_and_vanish = [=](rude_peer& peer)
    {
        answer_once(peer);
        peer.vanish();
    };
    const auto answer_and_reset = [=](rude_peer& peer)
    {
        answer_once(peer);
        peer.reset();
    };
    for (const rude_script& first :
         {rude_script(answer_once), rude_script(answer_and_vanish), rude_script(answer_and_reset)})
    {
        appliance_fixture to;
        to.serve({first, answering(http_answer_text("200 OK", job_document))});
        CHECK(to.poll().has_value());
        CHECK(to.poll_error().what == trouble::kept_closed);
        CHECK(to.poll().has_value());
        CHECK(to.server->connections() == 2);
    }
}

TEST_CASE("a connection repeats nothing by itself: each request of a poll is the budget's to allow")
{
    const auto take_and_leave = [](rude_peer& peer)
    {
        peer.handshake();
        peer.read_request();
    };
    appliance_fixture to;
    to.serve(
        {[=](rude_peer& peer)
         {
             peer.handshake();
             peer.read_request();
             peer.send(http_answer_text("200 OK", job_document));
             peer.read_request();
         },
         take_and_leave});
    CHECK(to.poll().has_value());
    CHECK(to.poll_error().what == trouble::kept_closed);
    CHECK(to.server->requests().size() == 2);
    CHECK(to.poll_error().what == trouble::closed_early);
    CHECK(to.server->requests().size() == 3);
}

TEST_CASE("a fresh connection that is closed without an answer is an error at once")
{
    appliance_fixture to;
    to.serve({[](rude_peer& peer)
              {
                  peer.handshake();
                  peer.read_request();
              }});
    const auto error = to.poll_error();
    CHECK(error.what == trouble::closed_early);
    CHECK(contains(error.text, "before an answer came"));
    CHECK(to.server->requests().size() == 1);
}

TEST_CASE("what comes behind an answer is not taken for the next one")
{
    appliance_fixture to;
    to.serve({answering(
        http_answer_text("200 OK", job_document) + http_answer_text("404 Not Found", not_found_body))});
    CHECK(to.poll().has_value());
    CHECK(to.poll().has_value());
    CHECK(to.server->connections() == 2);
}

TEST_CASE("each poll asks the node that it is told to ask")
{
    appliance_fixture to;
    to.serve({answering(http_answer_text("200 OK", job_document))});
    rude_server dead(to.authority.issue(), {[](rude_peer&) {}});
    to.settings.nodes.insert(to.settings.nodes.begin(), node_address{"cm.test", dead.port(), ""});
    CHECK(to.poll_error().what == trouble::tls);
    to.way.node = 1;
    CHECK(to.poll().has_value());
    CHECK(to.poll().has_value());
    CHECK(dead.connections() == 1);
    CHECK(to.server->connections() == 1);
}

TEST_CASE("a kept connection is closed when another node is asked")
{
    appliance_fixture to;
    to.serve({answering(http_answer_text("200 OK", job_document))});
    rude_server second(to.authority.issue(), {answering(http_answer_text("503 Service Unavailable", ""))});
    to.settings.nodes.push_back(node_address{"cm.test", second.port(), ""});
    CHECK(to.poll().has_value());
    to.way.node = 1;
    CHECK(to.poll_error().what == trouble::unavailable);
    CHECK(contains(to.last_text, std::to_string(second.port())));
    to.way.node = 0;
    CHECK(to.poll().has_value());
    CHECK(to.poll().has_value());
    CHECK(to.server->connections() == 2);
    CHECK(second.connections() == 1);
}

TEST_CASE(
    "a request that may not go out when its connection is open is kept back, and the connection serves later")
{
    appliance_fixture to;
    to.serve({answering(http_answer_text("200 OK", job_document))});
    int asked = 0;
    to.way.allowed = [&] { return ++asked > 2; };
    CHECK(to.poll_error().what == trouble::held_back);
    CHECK(to.poll_error().what == trouble::held_back);
    CHECK(to.server->requests().empty());
    CHECK(to.connection->connected());
    CHECK(to.poll().has_value());
    CHECK(to.server->connections() == 1);
    CHECK(asked == 3);
}

TEST_CASE("that we may open no more sockets is trouble of our own, and no node's")
{
    appliance_fixture to;
    to.serve({answering(http_answer_text("200 OK", job_document))});
    (void)to.appliance();
    rlimit before{};
    REQUIRE(::getrlimit(RLIMIT_NOFILE, &before) == 0);
    const int next = ::open("/dev/null", O_RDONLY); // the lowest number that is free
    ::close(next);
    const rlimit none_left{static_cast<rlim_t>(next), before.rlim_max};
    REQUIRE(::setrlimit(RLIMIT_NOFILE, &none_left) == 0);
    const auto error = to.poll_error();
    REQUIRE(::setrlimit(RLIMIT_NOFILE, &before) == 0);
    CHECK(error.what == trouble::own_limit);
    CHECK(contains(error.text, "Too many open files"));
    CHECK(to.poll().has_value());
}

TEST_CASE("a name service that hangs for one appliance holds up no other one")
{
    appliance_fixture to;
    to.serve({answering(http_answer_text("200 OK", job_document))});
    std::promise<void> released;
    const auto until = std::make_shared<std::shared_future<void>>(released.get_future().share());
    const auto hanging = [until](const std::string& host)
    {
        until->wait();
        return loopback_lookup(host);
    };
    appliance_settings other = to.settings;
    other.name = "hanging";
    other.connect_timeout = std::chrono::minutes(1); // longer than the other one's polls take
    auto stuck = make_https_appliance(to.context.get_executor(), other, hanging).value();
    const auto waiting = stuck->make_connection();
    const kind family = asked_kind();
    std::optional<poll_answer> late;
    asio::co_spawn(
        to.context, waiting->poll(to.way, family, asked_job, used_jwt),
        [&](const std::exception_ptr&, poll_answer answer) { late.emplace(std::move(answer)); });
    for (int polls = 0; polls < 20; ++polls)
        CHECK(to.poll().has_value());
    CHECK_FALSE(late.has_value());
    released.set_value();
    const auto end = std::chrono::steady_clock::now() + patience;
    while (!late && std::chrono::steady_clock::now() < end)
    {
        to.context.restart();
        to.context.run_one_for(std::chrono::milliseconds(10));
    }
    CHECK((late && late->has_value()));
}

TEST_CASE("an aborted connection ends a poll under way, and every later one")
{
    appliance_fixture to;
    to.serve({[&](rude_peer& peer)
              {
                  peer.handshake();
                  peer.read_request();
                  asio::post(to.context, [&] { to.connection->abort(); });
                  peer.wait_until_closed();
              }});
    CHECK(to.poll_error().what == trouble::closed_early);
    CHECK(to.poll_error().what == trouble::closed_early);
    CHECK_FALSE(to.connection->connected());
    CHECK(to.server->connections() == 1);
}

TEST_CASE("a connection and its appliance may be destroyed while a poll is under way")
{
    appliance_fixture to;
    to.serve({[&](rude_peer& peer)
              {
                  peer.handshake();
                  peer.read_request();
                  asio::post(
                      to.context,
                      [&]
                      {
                          to.connection.reset();
                          to.api.reset();
                      });
                  peer.wait_until_closed();
              }});
    CHECK(to.poll_error().what == trouble::closed_early);
}

TEST_CASE("a poll left behind with its loop harms nobody")
{
    appliance_fixture to;
    to.serve({[](rude_peer& peer)
              {
                  peer.handshake();
                  peer.wait_until_closed();
              }});
    to.connection = to.appliance().make_connection();
    const kind family = asked_kind();
    asio::co_spawn(
        to.context, to.connection->poll(to.way, family, asked_job, used_jwt),
        [](std::exception_ptr, poll_answer) {});
    const auto end = std::chrono::steady_clock::now() + patience;
    while (to.server->connections() == 0 && std::chrono::steady_clock::now() < end)
        to.context.run_one_for(std::chrono::milliseconds(10));
    CHECK(to.server->connections() == 1);
    CHECK_FALSE(to.context.stopped());
}
