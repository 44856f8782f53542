#include "io/appliance/tls_context.hpp"

#include "io/appliance/client_identity.hpp"
#include "io/appliance/small_file.hpp"
#include "io/appliance/tls_session.hpp"

#include <boost/asio/ip/address.hpp>
#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>

namespace jobwatch
{

namespace
{

std::string last_openssl_words()
{
    const char* const words = ERR_reason_error_string(ERR_peek_last_error());
    return words != nullptr ? words : "unknown error";
}

explained<void> add_authorities(X509_STORE* to, const std::string& path)
{
    const auto authorities = read_authorities(path);
    if (authorities.has_error())
        return authorities.error();
    std::size_t number = 0;
    for (const certificate_ptr& one : *authorities)
    {
        ++number;
        if (X509_STORE_add_cert(to, one.get()) == 1)
            continue;
        const std::string words = last_openssl_words();
        ERR_clear_error();
        return failure{
            make_error_code(boost::system::errc::invalid_argument),
            fmt::format("CA file {}: certificate {} cannot be used: {}", path, number, words)};
    }
    return {};
}

explained<void> trust(tls_context& to, const appliance_settings& appliance)
{
    to.check = appliance.verify;
    if (appliance.verify == certificate_check::none)
    {
        to.native.set_verify_mode(asio::ssl::verify_none);
        return {};
    }
    to.native.set_verify_mode(asio::ssl::verify_peer);
    if (appliance.ca_file.empty())
    {
        to.authorities = "the system's authorities";
        to.native.set_default_verify_paths();
        return {};
    }
    to.authorities = "the authorities in " + appliance.ca_file;
    // What the operator put into the file is trusted as it stands, be it a root, an intermediate or the
    // appliance's own.
    X509_STORE* const store = SSL_CTX_get_cert_store(to.native.native_handle());
    X509_STORE_set_flags(store, X509_V_FLAG_PARTIAL_CHAIN);
    return add_authorities(store, appliance.ca_file);
}

} // namespace

explained<std::vector<certificate_ptr>> read_authorities(const std::string& path)
{
    return read_certificates("CA file", path, max_ca_file);
}

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
