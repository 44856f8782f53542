// A TLS server on loopback that does what a test tells it to, however rude. It is written on bare sockets and
// OpenSSL, with a thread for each connection, and shares nothing with what it tests.
#pragma once

#include "support/test_authority.hpp"

#include <openssl/ssl.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace jobwatch::test
{

class rude_server;

// One connection, as its script sees it. All calls wait for the peer; none throws.
class rude_peer
{
public:
    bool handshake();               // the first thing most scripts do; false when the peer did not like it
    bool resumed() const;           // was the handshake an abbreviated one?
    std::string asked_name() const; // SNI; "" when there was none
    std::string client_certificate() const; // PEM; "" when none was shown
    std::string read_request();             // header and body
    bool send(std::string_view text);       // in one TLS record, if it fits; false when the peer has gone
    void send_bytewise(std::string_view);   // in a TLS record for each byte
    void send_raw(std::string_view bytes);  // past TLS
    void wait_until_closed();
    void read_raw(); // until something came
    void reset();    // no goodbye of any kind
    void vanish();   // closes the socket without TLS's goodbye

private:
    friend class rude_server;
    rude_peer(rude_server& server, SSL* tls, int socket) : server_(server), tls_(tls), socket_(socket) {}

    rude_server& server_;
    SSL* tls_;
    int socket_;
    bool silent_ = false; // no goodbye
};

using rude_script = std::function<void(rude_peer&)>;

class rude_server
{
public:
    // The first connection follows the first script, and so on; the last one serves all further ones. When a
    // script ends, the connection is closed politely.
    rude_server(const identity& shown, std::vector<rude_script> scripts);
    ~rude_server();
    rude_server(const rude_server&) = delete;
    rude_server& operator=(const rude_server&) = delete;

    std::uint16_t port() const { return port_; }
    SSL_CTX* context() { return context_; } // to change before the first connection

    std::size_t connections() const;
    std::vector<std::string> requests() const; // read so far, in order

private:
    friend class rude_peer;
    void accept_all();
    void serve(int socket, rude_script script);

    SSL_CTX* context_;
    std::vector<rude_script> scripts_;
    std::uint16_t port_ = 0; // before the listener, which sets it
    int listener_ = -1;
    mutable std::mutex guard_; // of what follows
    std::vector<int> sockets_;
    std::vector<std::thread> serving_;
    std::vector<std::string> requests_;
    std::size_t connections_ = 0;
    bool stopping_ = false;
    std::thread accepting_;
};

// Scripts that many tests need.
std::string
http_answer_text(std::string_view status, std::string_view body, std::string_view more_headers = "");
rude_script answering(std::string whole_answer); // to every request, on a kept connection

} // namespace jobwatch::test
