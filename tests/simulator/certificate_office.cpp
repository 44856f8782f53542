#include "certificate_office.hpp"

#include "files.hpp"

#include <openssl/ssl.h>

#include <stdexcept>

namespace jobwatch::simulator
{

namespace
{

namespace asio = boost::asio;
namespace fs = std::filesystem;

void take_identity(asio::ssl::context& tls, const std::string& file)
{
    boost::system::error_code failed;
    tls.use_certificate_chain_file(file, failed);
    if (!failed)
        tls.use_private_key_file(file, asio::ssl::context::pem, failed);
    if (failed)
        throw std::runtime_error(file + ": no certificate with its key in PEM form: " + failed.message());
}

// Who shows no certificate is welcome, too.
void ask_for_certificates_of(asio::ssl::context& tls, const X509& authority)
{
    auto* issuer = const_cast<X509*>(&authority);
    SSL_CTX* native = tls.native_handle();
    X509_STORE_add_cert(SSL_CTX_get_cert_store(native), issuer);
    SSL_CTX_add_client_CA(native, issuer);
    SSL_CTX_set_verify(native, SSL_VERIFY_PEER, nullptr);
}

} // namespace

certificate_office::certificate_office(office_wish wish) :
    wish_{std::move(wish)},
    authority_{std::make_shared<const identity>(make_authority())},
    client_authority_{authority_},
    ca_file_{wish_.directory / "ca.pem"}
{
    write_file(ca_file_, pem_of(*authority_->certificate), readable_by::everyone);
    server_context(); // what is wrong with the identity file is said now
}

tls_ptr certificate_office::server_context() const
{
    auto tls = std::make_shared<asio::ssl::context>(asio::ssl::context::tls_server);
    tls->set_options(
        asio::ssl::context::default_workarounds | asio::ssl::context::no_tlsv1
        | asio::ssl::context::no_tlsv1_1);
    SSL_CTX_set_session_id_context(tls->native_handle(), reinterpret_cast<const unsigned char*>("cm"), 2);
    if (wish_.identity_file.empty())
        show_own_certificate(*tls);
    else
        take_identity(*tls, wish_.identity_file);
    ask_for_certificates_of(*tls, *client_authority_->certificate);
    return tls;
}

void certificate_office::show_own_certificate(asio::ssl::context& tls) const
{
    const identity host =
        make_server_identity(*authority_, wish_.hosts, wish_.expired ? validity::expired : validity::current);
    SSL_CTX* native = tls.native_handle();
    if (SSL_CTX_use_certificate(native, host.certificate.get()) != 1
        || SSL_CTX_use_PrivateKey(native, host.key.get()) != 1)
        throw std::runtime_error("OpenSSL does not take our own certificate");
}

fs::path certificate_office::change_authority()
{
    authority_ = std::make_shared<const identity>(make_authority());
    ca_file_ = wish_.directory / ("ca-" + std::to_string(++authorities_) + ".pem");
    write_file(ca_file_, pem_of(*authority_->certificate), readable_by::everyone);
    return ca_file_;
}

// The key first: whoever reads the pair when the certificate changes finds both new.
client_card certificate_office::issue_client(const std::string& common_name) const
{
    const identity client = make_client_identity(*client_authority_, common_name);
    const fs::path certificate_file = wish_.directory / "client.pem";
    const fs::path key_file = wish_.directory / "client.key";
    write_file(key_file, pem_of(*client.key), readable_by::owner);
    write_file(certificate_file, pem_of(*client.certificate), readable_by::everyone);
    return {certificate_file.string(), key_file.string(), fingerprint_of(*client.certificate)};
}

} // namespace jobwatch::simulator
