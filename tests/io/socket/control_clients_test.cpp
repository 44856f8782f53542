// Clients of control.sock that wait, stay away, do not read, or are too many; and the stop.
#include "io/socket/socket_fixture.hpp"

#include <doctest/doctest.h>

#include <fcntl.h>
#include <unistd.h>

using namespace jobwatch;
using namespace jobwatch::test;
using namespace std::chrono_literals;

namespace
{

std::string wait_for(int id, const std::string& job)
{
    return request(id, "wait", R"({"jobs":[")" + job + "\"]}");
}

} // namespace

TEST_CASE("a wait answers when its job has ended, and other requests go on meanwhile")
{
    socket_fixture daemon;
    daemon.start();
    socket_client client(daemon, daemon.control_path());
    CHECK(holds(client.ask("job-1"), "\"watch\":1"));
    client.say(wait_for(1, "job-1"));
    CHECK(client.lines().empty());
    CHECK(holds(client.ask(request(2, "version", "{}")), "\"id\":2"));
    daemon.engine.prod.ends("job-1", daemon.engine.clock.now());
    daemon.advance(5s);
    CHECK(holds(client.line(), "\"id\":1,\"result\":{\"ended\":[{"));
    CHECK_FALSE(client.closed());
}

TEST_CASE("a wait is released when its client leaves, half-closed or not")
{
    socket_fixture daemon;
    daemon.start();
    const std::size_t before = daemon.tasks_running();
    for (const bool half_closed : {false, true})
    {
        CAPTURE(half_closed);
        socket_client client(daemon, daemon.control_path());
        client.say("job-1\n" + wait_for(1, "job-1"));
        if (half_closed)
            client.half_close();
        CHECK(daemon.tasks_running() > before);
        client.leave();
        CHECK(daemon.tasks_running() == before);
    }
    CHECK(daemon.engine.polled().open() == 1); // the watch stays
}

TEST_CASE("so many waits are under way on a connection, one more is refused, and an ended one makes room")
{
    socket_fixture daemon;
    daemon.start();
    socket_client client(daemon, daemon.control_path());
    std::string text = "job-1\njob-2\n" + wait_for(0, "job-1");
    for (std::size_t at = 1; at < max_waits_per_client; ++at)
        text += wait_for(1, "job-2");
    client.say(text);
    CHECK(client.lines().size() == 2);
    client.say(wait_for(99, "job-2") + wait_for(98, "job-2"));
    const auto refused = client.lines();
    REQUIRE(refused.size() == 2);
    CHECK(holds(refused[0], R"("id":99,"error":{"code":-32006)"));
    CHECK(holds(refused[0], "at most 16 waits"));
    daemon.engine.prod.ends("job-1", daemon.engine.clock.now());
    daemon.advance(5s);
    CHECK(holds(client.line(), "\"id\":0,\"result\""));
    client.say(wait_for(97, "job-2"));
    CHECK(client.lines().empty()); // it waits
}

TEST_CASE(
    "a client that never reads is read from no more, and closed when it has taken nothing for the limit")
{
    socket_fixture daemon;
    daemon.start();
    const std::size_t before = daemon.tasks_running();
    socket_client other(daemon, daemon.control_path());
    socket_client client(daemon, daemon.control_path());
    std::string requests;
    for (int id = 0; id < 1'000; ++id)
        requests += request(id, "version", "{}");
    std::size_t taken = 0;
    bool more = true;
    while (more && taken < (64U << 20))
    {
        more = client.say(requests);
        taken += client.said();
    }
    CHECK_FALSE(more);
    CHECK(taken < (8U << 20)); // the queue, one read, and what the kernel holds

    daemon.advance(daemon.engine.configured.control.stalled_reader_after - 2s);
    CHECK(daemon.tasks_running() > before + 3);
    CHECK(holds(other.ask(request(1, "version", "{}")), "\"result\""));
    daemon.advance(4s);
    CHECK(client.closed());
    CHECK(holds(other.ask(request(1, "version", "{}")), "\"result\""));
    CHECK(daemon.server->clients() == 1);
    CHECK(daemon.tasks_running() == before + 3); // of the other client
}

TEST_CASE("a client that reads a little now and then is served to the end")
{
    socket_fixture daemon;
    daemon.start();
    socket_client client(daemon, daemon.control_path());
    std::string requests;
    for (int id = 0; id < 40'000; ++id)
        requests += request(id, "version", "{}");
    std::size_t sent = 0;
    for (int turn = 0; turn < 2'000 && sent < requests.size(); ++turn)
    {
        client.say(std::string_view(requests).substr(sent));
        sent += client.said();
        daemon.advance(daemon.engine.configured.control.stalled_reader_after / 2);
        client.take(64 << 10);
    }
    const auto answers = client.lines();
    REQUIRE(answers.size() == 40'000);
    CHECK(holds(answers.front(), "\"id\":0,"));
    CHECK(holds(answers.back(), "\"id\":39999,"));
}

TEST_CASE("one client more than the limit is told so and closed; when one leaves there is room")
{
    socket_fixture daemon;
    daemon.engine.configured.control.clients = 2;
    daemon.start();
    socket_client first(daemon, daemon.control_path());
    auto second = std::make_unique<socket_client>(daemon, daemon.events_path());
    for (const std::string& path : {daemon.control_path(), daemon.events_path()})
    {
        socket_client third(daemon, path);
        CHECK(holds(third.line(), "too many clients: at most 2 are served ([control] clients)"));
        CHECK(third.closed());
    }
    second->leave();
    socket_client fourth(daemon, daemon.control_path());
    CHECK(holds(fourth.ask(request(1, "version", "{}")), "\"result\""));
}

TEST_CASE("when accepting fails it is said once, tried again, and clients are served when it works")
{
    socket_fixture daemon;
    daemon.start();
    // Another file in the listener's place: accept() fails as it does when descriptors have run out.
    const int kept = dup(daemon.control_listener);
    const int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    REQUIRE(dup2(null, daemon.control_listener) == daemon.control_listener);
    socket_client client(daemon, daemon.control_path());
    daemon.advance(10s);
    CHECK(daemon.engine.lines.holds("cannot accept a client: "));
    CHECK(daemon.engine.lines.count(log_level::warning) == 1);

    REQUIRE(dup2(kept, daemon.control_listener) == daemon.control_listener);
    close(kept);
    close(null);
    daemon.advance(1s);
    CHECK(holds(client.ask("job-1"), "\"watch\":1"));
}

TEST_CASE("a stop answers waits with `stopping`, ends subscriptions and closes every connection")
{
    socket_fixture daemon;
    daemon.start();
    socket_client waiting(daemon, daemon.control_path());
    waiting.say("job-1\n" + wait_for(7, "job-1"));
    CHECK(holds(waiting.line(), "\"watch\":1"));
    socket_client subscribed(daemon, daemon.control_path());
    CHECK(holds(subscribed.ask(request(1, "subscribe", "{}")), "\"result\""));
    socket_client idle(daemon, daemon.control_path());
    socket_client half_closed(daemon, daemon.control_path());
    half_closed.say(wait_for(8, "job-1"));
    half_closed.half_close();
    socket_client silent(daemon, daemon.events_path());
    socket_client reading(daemon, daemon.events_path());
    reading.say("tail\n");

    daemon.server->stop();
    daemon.settle();
    CHECK(holds(waiting.line(), R"("id":7,"error":{"code":-32007)"));
    CHECK(holds(half_closed.line(), R"("id":8,"error":{"code":-32007)"));
    for (socket_client* const one : {&waiting, &subscribed, &idle, &half_closed, &silent, &reading})
        CHECK(one->closed());
    CHECK(daemon.tasks_running() == 0);
}

TEST_CASE("a client that does not read cannot hold up the stop for ever")
{
    socket_fixture daemon;
    daemon.start();
    socket_client client(daemon, daemon.control_path());
    std::string requests;
    for (int id = 0; id < 50'000; ++id)
        requests += request(id, "version", "{}");
    CHECK_FALSE(client.say(requests));
    daemon.server->stop();
    daemon.settle();
    CHECK(daemon.tasks_running() != 0);
    daemon.server->close_all();
    daemon.settle();
    CHECK(daemon.tasks_running() == 0);
}

TEST_CASE("close_all closes whoever is left, those too that have nothing to read")
{
    socket_fixture daemon;
    daemon.start();
    socket_client control(daemon, daemon.control_path());
    socket_client events(daemon, daemon.events_path());
    daemon.server->close_all();
    CHECK(control.closed());
    CHECK(events.closed());
}

TEST_CASE("a surprise in a request closes that connection only, and is told")
{
    socket_fixture daemon;
    daemon.start();
    const std::size_t before = daemon.tasks_running();
    socket_client other(daemon, daemon.control_path());
    socket_client client(daemon, daemon.control_path());
    daemon.listener_throws = true;
    client.say("job-1\n");
    daemon.listener_throws = false;
    CHECK(client.closed());
    CHECK(daemon.engine.lines.holds("surprise: a control client"));
    CHECK(holds(other.ask(request(1, "version", "{}")), "\"result\""));
    CHECK(daemon.tasks_running() == before + 3);
}
