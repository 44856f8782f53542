#include "io/appliance/tls_session.hpp"

namespace jobwatch
{

int tls_session::slot_index()
{
    static const int index = SSL_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
    return index;
}

// A copy is kept: OpenSSL marks the connection's own one as not resumable when the connection ends without a
// goodbye, which is just when we want to resume.
int tls_session::take(SSL* connection, SSL_SESSION* brought)
{
    auto* const slot = static_cast<tls_session*>(SSL_get_ex_data(connection, slot_index()));
    if (slot == nullptr || slot->context_ != SSL_get_SSL_CTX(connection))
        return 0;
    SSL_SESSION* const copy = SSL_SESSION_dup(brought);
    if (copy == nullptr)
        return 0;
    slot->forget();
    slot->kept_ = copy;
    return 0; // `brought` stays OpenSSL's
}

void tls_session::collect(SSL_CTX* context)
{
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
    SSL_CTX_sess_set_new_cb(context, take);
}

void tls_session::attach(SSL* connection)
{
    SSL_set_ex_data(connection, slot_index(), this);
    if (context_ != SSL_get_SSL_CTX(connection))
        forget();
    context_ = SSL_get_SSL_CTX(connection);
    SSL_SESSION* const copy = kept_ != nullptr ? SSL_SESSION_dup(kept_) : nullptr; // as in take()
    if (copy == nullptr)
        return;
    SSL_set_session(connection, copy);
    SSL_SESSION_free(copy);
}

void tls_session::detach(SSL* connection)
{
    SSL_set_ex_data(connection, slot_index(), nullptr);
}

void tls_session::forget()
{
    SSL_SESSION_free(kept_);
    kept_ = nullptr;
}

} // namespace jobwatch
