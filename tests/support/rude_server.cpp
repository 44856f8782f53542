#include "support/rude_server.hpp"

#include <openssl/pem.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdlib>
#include <stdexcept>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace jobwatch::test
{

namespace
{

openssl_ptr<BIO> reading_from(const std::string& text)
{
    return openssl_ptr<BIO>(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

SSL_CTX* make_context(const identity& shown)
{
    SSL_CTX* const context = SSL_CTX_new(TLS_server_method());
    const auto certificate_text = reading_from(shown.certificate);
    const auto key_text = reading_from(shown.key);
    const openssl_ptr<X509> certificate(PEM_read_bio_X509(certificate_text.get(), nullptr, nullptr, nullptr));
    const openssl_ptr<EVP_PKEY> key(PEM_read_bio_PrivateKey(key_text.get(), nullptr, nullptr, nullptr));
    constexpr std::string_view tag = "rude";
    SSL_CTX_set_session_id_context(context, reinterpret_cast<const unsigned char*>(tag.data()), tag.size());
    if (SSL_CTX_use_certificate(context, certificate.get()) != 1
        || SSL_CTX_use_PrivateKey(context, key.get()) != 1)
        throw std::runtime_error("the server cannot use its certificate");
    return context;
}

int listen_on_loopback(std::uint16_t& port)
{
    const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in where{};
    where.sin_family = AF_INET;
    where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof where;
    if (bind(listener, reinterpret_cast<sockaddr*>(&where), size) != 0 || listen(listener, 64) != 0
        || getsockname(listener, reinterpret_cast<sockaddr*>(&where), &size) != 0)
        throw std::runtime_error("the server cannot listen");
    port = ntohs(where.sin_port);
    return listener;
}

std::size_t body_length(const std::string& header)
{
    constexpr std::string_view field = "Content-Length: ";
    const auto place = header.find(field);
    return place == std::string::npos ? 0 : std::strtoul(header.c_str() + place + field.size(), nullptr, 10);
}

} // namespace

bool rude_peer::handshake()
{
    const bool done = SSL_accept(tls_) == 1;
    silent_ = silent_ || !done;
    return done;
}

bool rude_peer::resumed() const
{
    return SSL_session_reused(tls_) == 1;
}

std::string rude_peer::asked_name() const
{
    const char* const name = SSL_get_servername(tls_, TLSEXT_NAMETYPE_host_name);
    return name != nullptr ? name : "";
}

std::string rude_peer::client_certificate() const
{
    const openssl_ptr<X509> shown(SSL_get1_peer_certificate(tls_));
    const openssl_ptr<BIO> memory(BIO_new(BIO_s_mem()));
    if (!shown || PEM_write_bio_X509(memory.get(), shown.get()) != 1)
        return {};
    char* text = nullptr;
    const auto size = BIO_get_mem_data(memory.get(), &text);
    return {text, static_cast<std::size_t>(size)};
}

std::string rude_peer::read_request()
{
    std::string text;
    std::array<char, 4'096> piece;
    auto end = std::string::npos;
    while (end == std::string::npos || text.size() < end + 4 + body_length(text.substr(0, end)))
    {
        const int count = SSL_read(tls_, piece.data(), static_cast<int>(piece.size()));
        if (count <= 0)
            return {};
        text.append(piece.data(), static_cast<std::size_t>(count));
        end = text.find("\r\n\r\n");
    }
    const std::lock_guard held(server_.guard_);
    server_.requests_.push_back(text);
    return text;
}

bool rude_peer::send(std::string_view text)
{
    while (!text.empty())
    {
        const int count =
            SSL_write(tls_, text.data(), static_cast<int>(std::min<std::size_t>(text.size(), 16'384)));
        if (count <= 0)
            return false;
        text.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
}

void rude_peer::send_bytewise(std::string_view text)
{
    for (const char c : text)
        send({&c, 1});
}

void rude_peer::send_raw(std::string_view bytes)
{
    [[maybe_unused]] const auto count = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
}

void rude_peer::wait_until_closed()
{
    std::array<char, 4'096> piece;
    while (recv(socket_, piece.data(), piece.size(), 0) > 0)
    {
    }
    silent_ = true;
}

void rude_peer::read_raw()
{
    char first = 0;
    [[maybe_unused]] const auto count = recv(socket_, &first, 1, 0);
}

void rude_peer::reset()
{
    const linger now{1, 0}; // closing sends a reset
    setsockopt(socket_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    silent_ = true;
}

void rude_peer::vanish()
{
    silent_ = true;
}

rude_server::rude_server(const identity& shown, std::vector<rude_script> scripts) :
    context_(make_context(shown)), scripts_(std::move(scripts)), listener_(listen_on_loopback(port_))
{
    std::signal(SIGPIPE, SIG_IGN); // OpenSSL writes to sockets whose peer has gone
    accepting_ = std::thread([this] { accept_all(); });
}

rude_server::~rude_server()
{
    {
        const std::lock_guard held(guard_);
        stopping_ = true;
        shutdown(listener_, SHUT_RDWR);
        for (const int socket : sockets_)
            shutdown(socket, SHUT_RDWR); // whatever a script waits for ends
    }
    accepting_.join();
    for (std::thread& one : serving_)
        one.join();
    close(listener_);
    SSL_CTX_free(context_);
}

std::size_t rude_server::connections() const
{
    const std::lock_guard held(guard_);
    return connections_;
}

std::vector<std::string> rude_server::requests() const
{
    const std::lock_guard held(guard_);
    return requests_;
}

void rude_server::accept_all()
{
    for (;;)
    {
        // accept() takes a descriptor before it waits, and a test may leave none for a while.
        pollfd caller{listener_, POLLIN, 0};
        poll(&caller, 1, -1);
        const int socket = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
        const std::lock_guard held(guard_);
        if (socket < 0 || stopping_)
        {
            if (socket >= 0)
                close(socket);
            return;
        }
        const int yes = 1;
        setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
        sockets_.push_back(socket);
        const auto script = scripts_[std::min(connections_, scripts_.size() - 1)];
        ++connections_;
        serving_.emplace_back([this, socket, script] { serve(socket, script); });
    }
}

void rude_server::serve(int socket, rude_script script)
{
    SSL* const tls = SSL_new(context_);
    SSL_set_fd(tls, socket);
    rude_peer peer(*this, tls, socket);
    script(peer);
    if (!peer.silent_)
        SSL_shutdown(tls);
    SSL_free(tls);
    const std::lock_guard held(guard_);
    std::erase(sockets_, socket);
    close(socket);
}

std::string http_answer_text(std::string_view status, std::string_view body, std::string_view more_headers)
{
    std::string text = "HTTP/1.1 ";
    text.append(status).append("\r\n").append(more_headers);
    text.append("Content-Length: ").append(std::to_string(body.size())).append("\r\n\r\n").append(body);
    return text;
}

rude_script answering(std::string whole_answer)
{
    return [answer = std::move(whole_answer)](rude_peer& peer)
    {
        if (!peer.handshake())
            return;
        while (!peer.read_request().empty())
            peer.send(answer);
    };
}

} // namespace jobwatch::test
