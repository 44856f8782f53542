#include "io/appliance/tls_errors.hpp"

#include "io/appliance/certificate_file.hpp"
#include "wire/json_text.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ssl/error.hpp>
#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <memory>

namespace jobwatch
{

namespace
{

namespace asio = boost::asio;

constexpr std::size_t max_names_shown = 10; // of a certificate
constexpr std::size_t max_name_shown = 200; // bytes

struct free_openssl
{
    void operator()(GENERAL_NAMES* names) const { GENERAL_NAMES_free(names); }
};

template <class T>
using openssl_ptr = std::unique_ptr<T, free_openssl>;

std::string_view view_of(const ASN1_STRING* text)
{
    return {
        reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
        static_cast<std::size_t>(ASN1_STRING_length(text))};
}

std::string address_text(std::string_view bytes)
{
    asio::ip::address_v4::bytes_type v4;
    asio::ip::address_v6::bytes_type v6;
    if (bytes.size() == v4.size())
    {
        std::copy(bytes.begin(), bytes.end(), v4.begin());
        return asio::ip::address_v4(v4).to_string();
    }
    if (bytes.size() == v6.size())
    {
        std::copy(bytes.begin(), bytes.end(), v6.begin());
        return asio::ip::address_v6(v6).to_string();
    }
    return "an address of odd length";
}

// Host names and addresses; what else may stand there is not looked at in a comparison either.
std::string names_in(X509* certificate)
{
    const openssl_ptr<GENERAL_NAMES> names(
        static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
    if (!names)
        return "none but its subject " + subject_text(certificate);
    std::string text;
    std::size_t shown = 0;
    const int count = sk_GENERAL_NAME_num(names.get());
    for (int i = 0; i < count; ++i)
    {
        const GENERAL_NAME* const name = sk_GENERAL_NAME_value(names.get(), i);
        if (name->type != GEN_DNS && name->type != GEN_IPADD)
            continue;
        if (!text.empty())
            text += ", ";
        if (++shown > max_names_shown)
            return text + "and others";
        const auto value = view_of(name->type == GEN_DNS ? name->d.dNSName : name->d.iPAddress);
        text += name->type == GEN_DNS ? printable(value, max_name_shown) : address_text(value);
    }
    return text.empty() ? "no host name" : text;
}

bool is_unknown_authority(int code)
{
    switch (code)
    {
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    case X509_V_ERR_CERT_SIGNATURE_FAILURE: // an authority of the same name with another key
    case X509_V_ERR_CERT_UNTRUSTED:
        return true;
    default:
        return false;
    }
}

connection_fault fault_of(int code)
{
    if (code == X509_V_ERR_HOSTNAME_MISMATCH || code == X509_V_ERR_IP_ADDRESS_MISMATCH)
        return connection_fault::wrong_name;
    if (code == X509_V_ERR_CERT_HAS_EXPIRED)
        return connection_fault::certificate_expired;
    if (code == X509_V_ERR_CERT_NOT_YET_VALID)
        return connection_fault::certificate_early;
    return is_unknown_authority(code) ? connection_fault::unknown_authority
                                      : connection_fault::bad_certificate;
}

// The case, without OpenSSL's words for it.
std::string describe_case(connection_fault fault, X509* certificate, const certificate_demand& demand)
{
    const std::string subject = subject_text(certificate);
    switch (fault)
    {
    case connection_fault::wrong_name:
        return fmt::format(
            "the certificate is not for {}; the names in it are: {}", demand.name, names_in(certificate));
    case connection_fault::certificate_expired:
        return fmt::format(
            "the certificate {} expired on {}", subject, date_text(X509_get0_notAfter(certificate)));
    case connection_fault::certificate_early:
        return fmt::format(
            "the certificate {} is not valid before {}", subject,
            date_text(X509_get0_notBefore(certificate)));
    case connection_fault::unknown_authority:
        return fmt::format(
            "the certificate {}, issued by {}, is signed by nobody we trust; we trust {}", subject,
            name_text(X509_get_issuer_name(certificate)), demand.authorities);
    default:
        return fmt::format("the certificate {} is refused", subject);
    }
}

int reason_of(error_code failed)
{
    if (!is_tls_error(failed))
        return 0;
    return ERR_GET_REASON(static_cast<unsigned long>(failed.value()));
}

// Its reason alone, without the name of its part.
std::string openssl_words(error_code failed)
{
    const char* const words = ERR_reason_error_string(static_cast<unsigned long>(failed.value()));
    return words != nullptr ? words : failed.message();
}

// What the server's alert means; "" when its name says as much.
std::string_view meaning_of_alert(int reason)
{
    switch (reason)
    {
    case SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE:
        return "the server broke the TLS handshake off: it allows none of our ciphers, or wants a client "
               "certificate";
    case SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED:
        return "the server wants a client certificate, and we showed none";
    case SSL_R_SSLV3_ALERT_BAD_CERTIFICATE:
    case SSL_R_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_REVOKED:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN:
    case SSL_R_TLSV1_ALERT_UNKNOWN_CA:
    case SSL_R_TLSV1_ALERT_ACCESS_DENIED:
        return "the server does not accept our client certificate";
    case SSL_R_TLSV1_UNRECOGNIZED_NAME:
        return "the server serves no host of this name";
    case SSL_R_TLSV1_ALERT_INTERNAL_ERROR:
        return "the server reports an error of its own";
    default:
        return {};
    }
}

} // namespace

std::string describe_refused_certificate(X509_STORE_CTX* verifying, const certificate_demand& demand)
{
    const int code = X509_STORE_CTX_get_error(verifying);
    const char* const words = X509_verify_cert_error_string(code);
    X509* const certificate = X509_STORE_CTX_get_current_cert(verifying);
    if (certificate == nullptr)
        return words;
    return fmt::format("{} (OpenSSL: {})", describe_case(fault_of(code), certificate, demand), words);
}

connection_fault fault_of_refused_certificate(X509_STORE_CTX* verifying)
{
    return fault_of(X509_STORE_CTX_get_error(verifying));
}

connection_fault fault_of_failed_handshake(error_code failed)
{
    if (failed == asio::error::eof || failed == asio::ssl::error::stream_truncated
        || failed == asio::error::connection_reset || failed == asio::error::broken_pipe)
        return connection_fault::handshake_closed;
    switch (reason_of(failed))
    {
    case SSL_R_WRONG_VERSION_NUMBER:
    case SSL_R_HTTP_REQUEST:
    case SSL_R_RECORD_LENGTH_MISMATCH:
    case SSL_R_PACKET_LENGTH_TOO_LONG:
        return connection_fault::not_tls;
    case SSL_R_UNSUPPORTED_PROTOCOL:
    case SSL_R_TLSV1_ALERT_PROTOCOL_VERSION:
        return connection_fault::old_tls;
    default:
        return connection_fault::handshake_failed;
    }
}

std::string describe_failed_handshake(error_code failed)
{
    switch (fault_of_failed_handshake(failed))
    {
    case connection_fault::handshake_closed:
        return "the connection was closed during the TLS handshake";
    case connection_fault::not_tls:
        return fmt::format("what answers there does not speak TLS (OpenSSL: {})", openssl_words(failed));
    case connection_fault::old_tls:
        return fmt::format("the server does not offer TLS 1.2 or newer (OpenSSL: {})", openssl_words(failed));
    default:
        return describe_tls_error(failed, "the TLS handshake failed");
    }
}

bool is_tls_error(error_code failed)
{
    return failed.category() == asio::error::get_ssl_category();
}

std::string describe_tls_error(error_code failed, std::string_view otherwise)
{
    if (!is_tls_error(failed))
        return fmt::format("{}: {}", otherwise, failed.message());
    const std::string_view meaning = meaning_of_alert(reason_of(failed));
    return fmt::format("{} (OpenSSL: {})", meaning.empty() ? otherwise : meaning, openssl_words(failed));
}

} // namespace jobwatch
