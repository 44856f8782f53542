// An HTTP proxy on loopback that is told what to answer. On bare sockets, with a thread for each connection.
#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace jobwatch::test
{

class small_proxy
{
public:
    // Every CONNECT gets `answer`; when that is a 200, what follows goes to and from `target` on loopback, whatever
    // name was asked for. An empty answer: it says nothing until the client goes.
    small_proxy(std::string answer, std::uint16_t target);
    ~small_proxy();
    small_proxy(const small_proxy&) = delete;
    small_proxy& operator=(const small_proxy&) = delete;

    std::uint16_t port() const { return port_; }
    std::vector<std::string> requests() const; // the headers that came, in order

private:
    void accept_all();
    void serve(int client);
    void keep(int socket);

    std::string answer_;
    std::uint16_t target_;
    std::uint16_t port_ = 0;
    int listener_ = -1;
    mutable std::mutex guard_; // of what follows
    std::vector<int> sockets_;
    std::vector<std::thread> serving_;
    std::vector<std::string> requests_;
    bool stopping_ = false;
    std::thread accepting_;
};

inline const std::string tunnel_made = "HTTP/1.1 200 Connection established\r\n\r\n";

} // namespace jobwatch::test
