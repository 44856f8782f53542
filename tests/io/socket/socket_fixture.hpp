// Both sockets, real ones, before the whole engine on a virtual clock: clients are real too, and everything runs
// on one thread, so that settle() lets all bytes arrive and no test sleeps.
#pragma once

#include "engine/engine_fixture.hpp"
#include "io/socket/socket_server.hpp"
#include "support/temporary_directory.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace jobwatch::test
{

class socket_fixture
{
public:
    socket_fixture() = default;
    ~socket_fixture();
    socket_fixture(const socket_fixture&) = delete;
    socket_fixture& operator=(const socket_fixture&) = delete;

    void start(); // after engine.configured and the rule were changed, if they were
    void stop();  // as the daemon does
    void advance(milliseconds span) { engine.advance(span); }
    void settle() { engine.clock.settle(); }

    // Stores `count` events that are about no watch.
    void happen(std::size_t count, event_type type = event_type::daemon_degraded, std::string appliance = "");
    // The same with lines of about 8 KiB: many of them do not stay in the feed's memory.
    void happen_at_length(std::size_t count);

    std::size_t tasks_running() const { return tasks->running(); }
    std::string control_path() const { return directory.file("control.sock"); }
    std::string events_path() const { return directory.file("events.sock"); }

    temporary_directory directory;
    engine_fixture engine;
    change_rule rule{0, {}};
    std::unique_ptr<task_group> tasks;
    std::unique_ptr<socket_server> server;
    int control_listener = -1;
    bool listener_throws = false; // a surprise in the middle of a commit
};

// A client with a non-blocking socket.
class socket_client
{
public:
    socket_client(socket_fixture& around, const std::string& path);
    socket_client(socket_fixture& around, int connected) : around_(around), socket_(connected) {}
    ~socket_client() { leave(); }
    socket_client(const socket_client&) = delete;
    socket_client& operator=(const socket_client&) = delete;

    // Sends all of it; false when the server takes no more of it (or has closed).
    bool say(std::string_view bytes);
    std::size_t said() const { return said_; } // bytes of the last say() that went out
    void half_close();
    void leave();                               // closes
    void say_and_leave(std::string_view bytes); // before the server looks; few bytes

    // Takes what has come, at most so many bytes.
    void take(std::size_t most = std::string::npos);
    std::vector<std::string> lines();       // takes all; the whole lines that came since the last call
    std::vector<std::string> taken_lines(); // those of what was taken
    std::string line();                     // the only one of them; "" when there is none
    std::string ask(std::string_view request);
    bool closed(); // by the server

private:
    socket_fixture& around_;
    int socket_;
    std::string text_;
    std::size_t said_ = 0;
    bool ended_ = false;
};

// A request with these params (JSON text).
std::string request(int id, std::string_view method, std::string_view params);

// Does the line hold this part? (CHECK shows both.)
bool holds(std::string_view line, std::string_view part);

} // namespace jobwatch::test
