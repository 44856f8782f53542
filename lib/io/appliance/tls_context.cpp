#include "io/appliance/tls_context.hpp"

#include "io/appliance/client_identity.hpp"
#include "io/appliance/small_file.hpp"
#include "io/appliance/tls_session.hpp"

#include <boost/asio/ip/address.hpp>
#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

namespace jobwatch
{

namespace
{

struct free_openssl
{
    void operator()(BIO* file) const { BIO_free(file); }
    void operator()(X509* certificate) const { X509_free(certificate); }
};

template <class T>
using openssl_ptr = std::unique_ptr<T, free_openssl>;

failure complaint(const std::string& file, std::string_view text)
{
    return {
        make_error_code(boost::system::errc::invalid_argument), fmt::format("CA file {}: {}", file, text)};
}

std::string last_openssl_words()
{
    const unsigned long code = ERR_peek_last_error();
    const char* const words = ERR_reason_error_string(code);
    return words != nullptr ? words : "unknown error";
}

bool last_was_end_of_file()
{
    const unsigned long code = ERR_peek_last_error();
    return ERR_GET_LIB(code) == ERR_LIB_PEM && ERR_GET_REASON(code) == PEM_R_NO_START_LINE;
}

// Gives how many there were.
explained<std::size_t> add_authorities(X509_STORE* to, const std::string& path)
{
    const auto text = read_small_file("CA file", path, max_ca_file);
    if (text.has_error())
        return text.error();
    const openssl_ptr<BIO> reader(
        BIO_new_mem_buf(text->view().data(), static_cast<int>(text->view().size())));
    std::size_t count = 0;
    for (;;)
    {
        ERR_clear_error();
        const openssl_ptr<X509> one(PEM_read_bio_X509(reader.get(), nullptr, nullptr, nullptr));
        if (!one && last_was_end_of_file())
            break;
        if (!one)
            return complaint(
                path, fmt::format("certificate {} cannot be read: {}", count + 1, last_openssl_words()));
        if (X509_STORE_add_cert(to, one.get()) != 1)
            return complaint(
                path, fmt::format("certificate {} cannot be used: {}", count + 1, last_openssl_words()));
        ++count;
    }
    ERR_clear_error();
    if (count == 0)
        return complaint(
            path, "holds no certificate; allowed are certificates in PEM form (BEGIN CERTIFICATE)");
    return count;
}

explained<std::size_t> trust(tls_context& to, const appliance_settings& appliance)
{
    to.check = appliance.verify;
    if (appliance.verify == certificate_check::none)
    {
        to.native.set_verify_mode(asio::ssl::verify_none);
        return std::size_t{0};
    }
    to.native.set_verify_mode(asio::ssl::verify_peer);
    if (appliance.ca_file.empty())
    {
        to.authorities = "the system's authorities";
        to.native.set_default_verify_paths();
        return std::size_t{0};
    }
    to.authorities = "the authorities in " + appliance.ca_file;
    // What the operator put into the file is trusted as it stands, be it a root, an intermediate or the
    // appliance's own.
    X509_STORE* const store = SSL_CTX_get_cert_store(to.native.native_handle());
    X509_STORE_set_flags(store, X509_V_FLAG_PARTIAL_CHAIN);
    return add_authorities(store, appliance.ca_file);
}

} // namespace

explained<std::shared_ptr<tls_context>> make_tls_context(const appliance_settings& appliance)
{
    auto made = std::make_shared<tls_context>();
    SSL_CTX* const native = made->native.native_handle();
    SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION);
    tls_session::collect(native);
    const auto trusted = trust(*made, appliance);
    if (trusted.has_error())
        return trusted.error();
    if (appliance.credential != credential_form::client_certificate)
        return made;
    const auto shown = use_client_identity(native, appliance);
    if (shown.has_error())
        return shown.error();
    made->warning = *shown;
    return made;
}

std::string tls_files_stamp(const appliance_settings& appliance)
{
    std::string stamp = appliance.verify == certificate_check::full ? stamp_of(appliance.ca_file) : "";
    if (appliance.credential == credential_form::client_certificate)
        stamp +=
            ' ' + stamp_of(appliance.client_certificate_file) + ' ' + stamp_of(appliance.client_key_file);
    return stamp;
}

void expect_name(SSL* connection, const std::string& name)
{
    error_code not_an_address;
    asio::ip::make_address(name, not_an_address);
    X509_VERIFY_PARAM* const expected = SSL_get0_param(connection);
    X509_VERIFY_PARAM_set_hostflags(expected, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    if (!not_an_address)
    {
        X509_VERIFY_PARAM_set1_ip_asc(expected, name.c_str());
        return;
    }
    X509_VERIFY_PARAM_set1_host(expected, name.c_str(), name.size());
    SSL_set_tlsext_host_name(connection, name.c_str());
}

} // namespace jobwatch
