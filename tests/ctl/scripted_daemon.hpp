// A daemon that a test plays: it listens on a Unix socket of its own and answers every line as the test's script says,
// in a thread. It knows nothing of lib/wire's writers, so that a misreading cannot agree with itself.
#pragma once

#include "support/temporary_directory.hpp"

#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace jobwatch::test
{

class scripted_daemon
{
public:
    // One client's connection, as the script sees it.
    class client
    {
    public:
        explicit client(int socket) : socket_(socket) {}

        void put(std::string_view bytes) const;
        // {"jsonrpc":"2.0","id":ID,"result":RESULT} and a newline; the id is that of `request`.
        void answer(const std::string& request, std::string_view result) const;
        void refuse(const std::string& request, int code, std::string_view message) const;
        void hang_up();
        bool hung_up() const { return hung_up_; }

    private:
        int socket_;
        bool hung_up_ = false;
    };

    // Called for each line of each client, one client after the other; `line` counts all lines from 1.
    using script = std::function<void(client&, const std::string& line, std::size_t number)>;

    // `bare_path` of a directory that outlives it.
    scripted_daemon(std::string path, script play);
    ~scripted_daemon();
    scripted_daemon(const scripted_daemon&) = delete;
    scripted_daemon& operator=(const scripted_daemon&) = delete;

    std::vector<std::string> heard() const;

private:
    void run();
    void serve(int socket);

    std::string path_;
    script play_;
    int listening_ = -1;
    int stop_ = -1; // an eventfd
    std::size_t count_ = 0;
    mutable std::mutex guard_; // of heard_
    std::vector<std::string> heard_;
    std::thread thread_;
};

// The id of a request, as its text.
std::string id_of(const std::string& request);

// What a request asks: its "method".
std::string method_of(const std::string& request);

} // namespace jobwatch::test
