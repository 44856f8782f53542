// A plain, blocking client of the daemon's sockets, for measuring: it shares nothing with lib/, so that what it
// costs stays the same whatever the daemon does.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace jobwatch::bench
{

// What a benchmark cannot go on after.
struct bench_failure : std::runtime_error
{
    using std::runtime_error::runtime_error;
};

class socket_client
{
public:
    explicit socket_client(const std::string& path);
    ~socket_client();
    socket_client(socket_client&& from) noexcept;
    socket_client& operator=(socket_client&&) = delete;

    int native() const { return descriptor_; }
    void send(std::string_view bytes); // all of them, waiting for room

    // Waits for bytes and gives what came; never empty, since an end is a failure.
    std::string_view receive();
    std::string receive_line(); // with its newline; nothing may follow it yet

private:
    int descriptor_;
    std::vector<char> buffer_;
};

// One request, one answer.
std::string ask(const std::string& path, std::string_view request);
std::string ask_status(const std::string& path);

// The sum of the numbers behind each `"name":` of a text that is known to hold them.
double sum_of(std::string_view json, std::string_view name);

std::vector<std::string> read_lines(const std::string& path);

double seconds_now(); // on a clock that only goes forward

} // namespace jobwatch::bench
