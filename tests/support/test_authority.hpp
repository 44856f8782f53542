// A certificate authority that lasts as long as the test, and the certificates it issues.
#pragma once

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <memory>
#include <string>
#include <vector>

namespace jobwatch::test
{

struct free_openssl
{
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
    void operator()(X509* certificate) const { X509_free(certificate); }
    void operator()(BIO* file) const { BIO_free(file); }
};

template <class T>
using openssl_ptr = std::unique_ptr<T, free_openssl>;

struct identity
{
    std::string certificate; // PEM, as the next
    std::string key;
};

struct certificate_wish
{
    std::string names = "DNS:cm.test,IP:127.0.0.1"; // as OpenSSL writes subjectAltName
    long starts = -3'600;                           // seconds from now, as the next
    long ends = 3'600;
};

class test_authority
{
public:
    explicit test_authority(std::string name);

    std::string certificate() const; // PEM
    identity issue(const certificate_wish& wish = {}) const;

private:
    openssl_ptr<EVP_PKEY> key_;
    openssl_ptr<X509> certificate_;
};

} // namespace jobwatch::test
