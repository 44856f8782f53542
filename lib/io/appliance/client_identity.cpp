#include "io/appliance/client_identity.hpp"

#include "io/appliance/certificate_file.hpp"
#include "io/appliance/small_file.hpp"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include <memory>
#include <vector>

namespace jobwatch
{

namespace
{

struct free_openssl
{
    void operator()(BIO* file) const { BIO_free(file); }
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};

template <class T>
using openssl_ptr = std::unique_ptr<T, free_openssl>;

constexpr std::string_view certificate_file = "client certificate file";
constexpr std::string_view key_file = "client key file";

failure complaint(std::string_view what, const std::string& path, std::string_view text)
{
    return {
        make_error_code(boost::system::errc::invalid_argument), fmt::format("{} {}: {}", what, path, text)};
}

// The memory must outlive what is given.
openssl_ptr<BIO> reader_of(std::string_view text)
{
    return openssl_ptr<BIO>(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

// Asked for when the key is encrypted: nobody is there to type it.
int no_passphrase(char*, int, int, void* asked)
{
    *static_cast<bool*>(asked) = true;
    return -1;
}

// Ours first, then those between it and its authority.
explained<std::vector<certificate_ptr>> read_chain(const std::string& path)
{
    return read_certificates(certificate_file, path, max_identity_file);
}

explained<openssl_ptr<EVP_PKEY>> read_key(const std::string& path)
{
    const auto text = read_small_file(key_file, path, max_identity_file);
    if (text.has_error())
        return text.error();
    const auto reader = reader_of(text->view());
    bool passphrase_asked = false;
    openssl_ptr<EVP_PKEY> key(
        PEM_read_bio_PrivateKey(reader.get(), nullptr, no_passphrase, &passphrase_asked));
    ERR_clear_error();
    if (key)
        return key;
    return complaint(
        key_file, path,
        passphrase_asked
            ? "is protected by a passphrase; allowed is a key without one, in a file that only we "
              "may read"
            : "holds no key; allowed is a private key in PEM form (BEGIN PRIVATE KEY)");
}

std::string expiry_warning(const X509* ours, const std::string& path)
{
    if (!has_expired(ours))
        return {};
    return fmt::format(
        "{} {}: has expired ({}); replace it and its key", certificate_file, path,
        date_text(X509_get0_notAfter(ours)));
}

explained<void> check_pair(X509* ours, EVP_PKEY* key, const std::string& path, const std::string& certificate)
{
    const bool fits = X509_check_private_key(ours, key) == 1;
    ERR_clear_error();
    if (fits)
        return {};
    return complaint(
        key_file, path,
        fmt::format("is not the key of the certificate in {}; allowed is that key alone", certificate));
}

failure unusable(const std::string& path)
{
    const char* const words = ERR_reason_error_string(ERR_peek_last_error());
    const std::string why = words != nullptr ? words : "unknown error";
    ERR_clear_error();
    return complaint(certificate_file, path, "cannot be used: " + why);
}

struct free_context
{
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};

} // namespace

explained<std::string> check_client_certificate(const std::string& path)
{
    const auto chain = read_chain(path);
    if (chain.has_error())
        return chain.error();
    const std::unique_ptr<SSL_CTX, free_context> trial(SSL_CTX_new(TLS_client_method()));
    if (SSL_CTX_use_certificate(trial.get(), chain->front().get()) != 1)
        return unusable(path);
    return expiry_warning(chain->front().get(), path);
}

explained<void> check_client_key(const std::string& path, const std::string& certificate)
{
    const auto key = read_key(path);
    if (key.has_error())
        return key.error();
    if (certificate.empty())
        return {};
    const auto chain = read_chain(certificate);
    if (chain.has_error())
        return {};
    return check_pair(chain->front().get(), key->get(), path, certificate);
}

explained<std::string> use_client_identity(SSL_CTX* with, const appliance_settings& appliance)
{
    const std::string& path = appliance.client_certificate_file;
    const auto chain = read_chain(path);
    if (chain.has_error())
        return chain.error();
    const auto key = read_key(appliance.client_key_file);
    if (key.has_error())
        return key.error();
    X509* const ours = chain->front().get();
    const auto fits = check_pair(ours, key->get(), appliance.client_key_file, path);
    if (fits.has_error())
        return fits.error();
    bool taken = SSL_CTX_use_certificate(with, ours) == 1 && SSL_CTX_use_PrivateKey(with, key->get()) == 1;
    for (std::size_t i = 1; i < chain->size(); ++i)
        taken = taken && SSL_CTX_add1_chain_cert(with, (*chain)[i].get()) == 1;
    if (taken)
        return expiry_warning(ours, path);
    return unusable(path);
}

} // namespace jobwatch
