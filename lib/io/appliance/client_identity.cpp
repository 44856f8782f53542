#include "io/appliance/client_identity.hpp"

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
    void operator()(X509* certificate) const { X509_free(certificate); }
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

std::string date_of(const ASN1_TIME* time)
{
    const openssl_ptr<BIO> text(BIO_new(BIO_s_mem()));
    ASN1_TIME_print(text.get(), time);
    char* start = nullptr;
    const auto size = BIO_get_mem_data(text.get(), &start);
    return {start, static_cast<std::size_t>(size)};
}

// Ours first, then those between it and its authority.
explained<std::vector<openssl_ptr<X509>>> read_chain(const std::string& path)
{
    const auto text = read_small_file(certificate_file, path, max_identity_file);
    if (text.has_error())
        return text.error();
    const auto reader = reader_of(text->view());
    std::vector<openssl_ptr<X509>> chain;
    while (openssl_ptr<X509> one{PEM_read_bio_X509(reader.get(), nullptr, nullptr, nullptr)})
        chain.push_back(std::move(one));
    const unsigned long last = ERR_peek_last_error();
    const bool at_end = ERR_GET_LIB(last) == ERR_LIB_PEM && ERR_GET_REASON(last) == PEM_R_NO_START_LINE;
    ERR_clear_error();
    if (!at_end)
        return complaint(
            certificate_file, path, fmt::format("certificate {} cannot be read", chain.size() + 1));
    if (chain.empty())
        return complaint(
            certificate_file, path,
            "holds no certificate; allowed are certificates in PEM form "
            "(BEGIN CERTIFICATE), ours first");
    return chain;
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
    const ASN1_TIME* const ends = X509_get0_notAfter(ours);
    if (X509_cmp_current_time(ends) >= 0)
        return {};
    return fmt::format(
        "{} {}: has expired ({}); replace it and its key", certificate_file, path, date_of(ends));
}

} // namespace

explained<std::string> use_client_identity(SSL_CTX* with, const appliance_settings& appliance)
{
    const std::string& path = appliance.client_certificate_file;
    auto chain = read_chain(path);
    if (chain.has_error())
        return chain.error();
    const auto key = read_key(appliance.client_key_file);
    if (key.has_error())
        return key.error();
    X509* const ours = chain->front().get();
    if (X509_check_private_key(ours, key->get()) != 1)
    {
        ERR_clear_error();
        return complaint(
            key_file, appliance.client_key_file,
            fmt::format("is not the key of the certificate in {}", path));
    }
    bool taken = SSL_CTX_use_certificate(with, ours) == 1 && SSL_CTX_use_PrivateKey(with, key->get()) == 1;
    for (std::size_t i = 1; i < chain->size(); ++i)
        taken = taken && SSL_CTX_add1_chain_cert(with, (*chain)[i].get()) == 1;
    if (taken)
        return expiry_warning(ours, path);
    const char* const words = ERR_reason_error_string(ERR_peek_last_error());
    std::string why = words != nullptr ? words : "unknown error";
    ERR_clear_error();
    return complaint(certificate_file, path, "cannot be used: " + why);
}

} // namespace jobwatch
