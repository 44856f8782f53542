// The last TLS session with one node, so that a new connection costs half a handshake. A resumed session is checked
// for nothing: one that was made in another context (with other authorities, with another certificate of ours) is
// never offered, nor kept when it comes late.
#pragma once

#include <openssl/ssl.h>

namespace jobwatch
{

// Not shared between nodes: a resumed session skips the check of the certificate's name.
class tls_session
{
public:
    tls_session() = default;
    ~tls_session() { SSL_SESSION_free(kept_); }
    tls_session(const tls_session&) = delete;
    tls_session& operator=(const tls_session&) = delete;

    // Once for a context: sessions of its connections are kept in their slots.
    static void collect(SSL_CTX* context);

    // Offers the kept session in the handshake to come, and keeps those that this connection brings. The slot
    // must outlive the connection, or detach() must be called.
    void attach(SSL* connection);
    static void detach(SSL* connection);

    // Also whenever the context is made anew: the next one may lie where an old one lay.
    void forget();

private:
    static int slot_index();
    static int take(SSL* connection, SSL_SESSION* brought);

    SSL_SESSION* kept_ = nullptr;
    const SSL_CTX* context_ = nullptr; // of the connection that was attached last; only compared
};

} // namespace jobwatch
