#include "support/test_authority.hpp"

#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <stdexcept>

namespace jobwatch::test
{

namespace
{

openssl_ptr<EVP_PKEY> make_key()
{
    openssl_ptr<EVP_PKEY> key(EVP_EC_gen("P-256"));
    if (!key)
        throw std::runtime_error("no key");
    return key;
}

void add_extension(X509* to, X509* issuer, int which, const std::string& value)
{
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, issuer, to, nullptr, nullptr, 0);
    X509_EXTENSION* const extension = X509V3_EXT_conf_nid(nullptr, &context, which, value.c_str());
    if (extension == nullptr)
        throw std::runtime_error("no extension " + value);
    X509_add_ext(to, extension, -1);
    X509_EXTENSION_free(extension);
}

openssl_ptr<X509> make_certificate(const std::string& name, EVP_PKEY* key, const certificate_wish& wish)
{
    static long serial = 0;
    openssl_ptr<X509> made(X509_new());
    X509_set_version(made.get(), X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(made.get()), ++serial);
    X509_gmtime_adj(X509_getm_notBefore(made.get()), wish.starts);
    X509_gmtime_adj(X509_getm_notAfter(made.get()), wish.ends);
    X509_NAME_add_entry_by_txt(
        X509_get_subject_name(made.get()), "CN", MBSTRING_UTF8,
        reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
    X509_set_pubkey(made.get(), key);
    return made;
}

template <class Write>
std::string pem_of(Write write)
{
    const openssl_ptr<BIO> memory(BIO_new(BIO_s_mem()));
    write(memory.get());
    char* text = nullptr;
    const long size = BIO_get_mem_data(memory.get(), &text);
    return {text, static_cast<std::size_t>(size)};
}

} // namespace

test_authority::test_authority(std::string name) : key_(make_key())
{
    certificate_ = make_certificate(name, key_.get(), {});
    X509* const own = certificate_.get();
    X509_set_issuer_name(own, X509_get_subject_name(own));
    add_extension(own, own, NID_basic_constraints, "critical,CA:TRUE");
    add_extension(own, own, NID_key_usage, "critical,keyCertSign");
    X509_sign(own, key_.get(), EVP_sha256());
}

std::string test_authority::certificate() const
{
    return pem_of([this](BIO* to) { PEM_write_bio_X509(to, certificate_.get()); });
}

identity test_authority::issue(const certificate_wish& wish) const
{
    const auto key = make_key();
    const auto made = make_certificate("the appliance", key.get(), wish);
    X509_set_issuer_name(made.get(), X509_get_subject_name(certificate_.get()));
    if (!wish.names.empty())
        add_extension(made.get(), certificate_.get(), NID_subject_alt_name, wish.names);
    X509_sign(made.get(), key_.get(), EVP_sha256());
    identity issued;
    issued.certificate = pem_of([&](BIO* to) { PEM_write_bio_X509(to, made.get()); });
    issued.key = pem_of([&](BIO* to)
                        { PEM_write_bio_PrivateKey(to, key.get(), nullptr, nullptr, 0, nullptr, nullptr); });
    return issued;
}

} // namespace jobwatch::test
