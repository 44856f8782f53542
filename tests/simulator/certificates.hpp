// The simulator's own certificate authority, and the server certificate it signs: made anew at each start, as
// an appliance makes its own at first boot. Only the key of the client certificate leaves the process.
#pragma once

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <memory>
#include <string>
#include <vector>

namespace jobwatch::simulator
{

struct certificate_delete
{
    void operator()(X509* certificate) const { X509_free(certificate); }
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
using certificate_ptr = std::unique_ptr<X509, certificate_delete>;
using private_key_ptr = std::unique_ptr<EVP_PKEY, certificate_delete>;

enum class validity
{
    current,
    expired, // ended yesterday
};

struct identity
{
    certificate_ptr certificate;
    private_key_ptr key;
};

identity make_authority();

// `hosts`: DNS names and IP addresses the certificate speaks for.
identity
make_server_identity(const identity& authority, const std::vector<std::string>& hosts, validity valid);

// For the TLS handshake of a client named `common_name`.
identity make_client_identity(const identity& authority, const std::string& common_name);

std::string pem_of(const X509& certificate);
std::string pem_of(const EVP_PKEY& key);

// SHA-256 over the certificate, as lower-case hexadecimal.
std::string fingerprint_of(const X509& certificate);

} // namespace jobwatch::simulator
