#include "certificates.hpp"

#include "seeded.hpp"

#include <boost/asio/ip/address.hpp>
#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <array>
#include <stdexcept>

namespace jobwatch::simulator
{

namespace
{

constexpr long day = 24L * 3600L;

// OpenSSL refuses only when we ask for nonsense or memory is out: nothing to go on with.
void need(bool good, const char* what)
{
    if (!good)
        throw std::runtime_error(std::string("making a certificate: ") + what);
}

void name_it(X509_NAME* name, const char* common_name)
{
    const auto add = [name](const char* field, const char* value)
    {
        need(
            X509_NAME_add_entry_by_txt(
                name, field, MBSTRING_UTF8, reinterpret_cast<const unsigned char*>(value), -1, -1, 0)
                == 1,
            field);
    };
    add("O", "cm-simulator");
    add("CN", common_name);
}

void extend(X509& certificate, X509& issuer, int which, const std::string& value)
{
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, &issuer, &certificate, nullptr, nullptr, 0);
    X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, which, value.c_str());
    need(extension != nullptr, value.c_str());
    const int added = X509_add_ext(&certificate, extension, -1);
    X509_EXTENSION_free(extension);
    need(added == 1, value.c_str());
}

void number_it(X509& certificate)
{
    BIGNUM* serial = BN_new();
    need(serial && BN_hex2bn(&serial, unforeseen_hex(15).c_str()) > 0, "serial number");
    BN_to_ASN1_INTEGER(serial, X509_get_serialNumber(&certificate));
    BN_free(serial);
}

identity blank(const char* common_name, long from, long to)
{
    identity made{certificate_ptr(X509_new()), private_key_ptr(EVP_EC_gen("P-256"))};
    need(made.certificate && made.key, "key");
    X509& certificate = *made.certificate;
    need(X509_set_version(&certificate, X509_VERSION_3) == 1, "version");
    number_it(certificate);
    X509_gmtime_adj(X509_getm_notBefore(&certificate), from);
    X509_gmtime_adj(X509_getm_notAfter(&certificate), to);
    name_it(X509_get_subject_name(&certificate), common_name);
    need(X509_set_pubkey(&certificate, made.key.get()) == 1, "public key");
    return made;
}

std::string alternative_names(const std::vector<std::string>& hosts)
{
    std::string names;
    for (const std::string& host : hosts)
    {
        boost::system::error_code ec;
        boost::asio::ip::make_address(host, ec);
        names += (names.empty() ? "" : ",") + std::string(ec ? "DNS:" : "IP:") + host;
    }
    return names;
}

std::string text_in(BIO* memory)
{
    char* bytes = nullptr;
    const long length = BIO_get_mem_data(memory, &bytes);
    std::string text(bytes, static_cast<std::size_t>(length));
    BIO_free(memory);
    return text;
}

} // namespace

identity make_authority()
{
    identity made = blank("CipherTrust Manager Root CA (simulated)", -day, 365 * day);
    X509& certificate = *made.certificate;
    X509_set_issuer_name(&certificate, X509_get_subject_name(&certificate));
    extend(certificate, certificate, NID_basic_constraints, "critical,CA:TRUE");
    extend(certificate, certificate, NID_key_usage, "critical,keyCertSign,cRLSign");
    extend(certificate, certificate, NID_subject_key_identifier, "hash");
    need(X509_sign(&certificate, made.key.get(), EVP_sha256()) > 0, "signature");
    return made;
}

identity
make_server_identity(const identity& authority, const std::vector<std::string>& hosts, validity valid)
{
    const bool expired = valid == validity::expired;
    identity made =
        blank("web.ciphertrustmanager.local", expired ? -2 * day : -day, expired ? -day : 90 * day);
    X509& certificate = *made.certificate;
    X509& issuer = *authority.certificate;
    X509_set_issuer_name(&certificate, X509_get_subject_name(&issuer));
    extend(certificate, issuer, NID_basic_constraints, "critical,CA:FALSE");
    extend(certificate, issuer, NID_key_usage, "critical,digitalSignature");
    extend(certificate, issuer, NID_ext_key_usage, "serverAuth");
    extend(certificate, issuer, NID_subject_key_identifier, "hash");
    extend(certificate, issuer, NID_authority_key_identifier, "keyid");
    extend(certificate, issuer, NID_subject_alt_name, alternative_names(hosts));
    need(X509_sign(&certificate, authority.key.get(), EVP_sha256()) > 0, "signature");
    return made;
}

identity make_client_identity(const identity& authority, const std::string& common_name)
{
    identity made = blank(common_name.c_str(), -day, 90 * day);
    X509& certificate = *made.certificate;
    X509& issuer = *authority.certificate;
    X509_set_issuer_name(&certificate, X509_get_subject_name(&issuer));
    extend(certificate, issuer, NID_basic_constraints, "critical,CA:FALSE");
    extend(certificate, issuer, NID_key_usage, "critical,digitalSignature");
    extend(certificate, issuer, NID_ext_key_usage, "clientAuth");
    need(X509_sign(&certificate, authority.key.get(), EVP_sha256()) > 0, "signature");
    return made;
}

std::string pem_of(const X509& certificate)
{
    BIO* memory = BIO_new(BIO_s_mem());
    need(memory && PEM_write_bio_X509(memory, const_cast<X509*>(&certificate)) == 1, "PEM");
    return text_in(memory);
}

std::string pem_of(const EVP_PKEY& key)
{
    BIO* memory = BIO_new(BIO_s_mem());
    auto* secret = const_cast<EVP_PKEY*>(&key);
    need(
        memory && PEM_write_bio_PrivateKey(memory, secret, nullptr, nullptr, 0, nullptr, nullptr) == 1,
        "PEM of a key");
    return text_in(memory);
}

std::string fingerprint_of(const X509& certificate)
{
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned length = 0;
    need(X509_digest(&certificate, EVP_sha256(), digest.data(), &length) == 1, "digest");
    return hex_of({reinterpret_cast<const char*>(digest.data()), length});
}

} // namespace jobwatch::simulator
