// What can be wrong with a client's certificate and key, told before anybody is asked.
#include "appliance_fixture.hpp"
#include "io/appliance/tls_context.hpp"

#include <doctest/doctest.h>
#include <openssl/pem.h>

using namespace jobwatch;
using namespace jobwatch::test;

namespace
{

class with_identity : public appliance_fixture
{
public:
    with_identity()
    {
        settings.credential = credential_form::client_certificate;
        settings.client_certificate_file = folder.file("client.pem");
        settings.client_key_file = folder.file("client.key");
        show(ours.certificate, ours.key);
    }

    void show(const std::string& certificate, const std::string& key) const
    {
        write("client.pem", certificate);
        write("client.key", key);
    }

    std::string complaint() const
    {
        const auto made = make_tls_context(settings);
        return made.has_error() ? made.error().text : (*made)->warning;
    }

    std::string complaint_about(const std::string& certificate, const std::string& key) const
    {
        show(certificate, key);
        return complaint();
    }

    identity ours = authority.issue();
};

std::string with_passphrase(const std::string& key)
{
    const openssl_ptr<BIO> reader(BIO_new_mem_buf(key.data(), static_cast<int>(key.size())));
    const openssl_ptr<EVP_PKEY> read(PEM_read_bio_PrivateKey(reader.get(), nullptr, nullptr, nullptr));
    const openssl_ptr<BIO> memory(BIO_new(BIO_s_mem()));
    PEM_write_bio_PKCS8PrivateKey(memory.get(), read.get(), EVP_aes_128_cbc(), "hush", 4, nullptr, nullptr);
    char* text = nullptr;
    const auto size = BIO_get_mem_data(memory.get(), &text);
    return {text, static_cast<std::size_t>(size)};
}

} // namespace

TEST_CASE_FIXTURE(
    with_identity, "a certificate with its key serves, and may bring those between it and its authority")
{
    CHECK(complaint().empty());
    CHECK(complaint_about(ours.certificate + authority.certificate(), ours.key).empty());
    CHECK(complaint_about("Comments are fine.\n" + ours.certificate, ours.key).empty());
    CHECK(complaint_about(ours.certificate + ours.key, ours.certificate + ours.key)
              .empty()); // one file for both
}

TEST_CASE_FIXTURE(with_identity, "a file that is none is named, and what it should be")
{
    auto text = complaint_about("no certificate\n", ours.key);
    CHECK(contains(text, "client certificate file " + settings.client_certificate_file));
    CHECK(contains(text, "holds no certificate"));
    CHECK(contains(complaint_about("", ours.key), "holds no certificate"));
    const std::string half = ours.certificate.substr(0, ours.certificate.size() / 2);
    CHECK(contains(complaint_about(half, ours.key), "certificate 1 cannot be read"));
    CHECK(contains(complaint_about(ours.certificate + half, ours.key), "certificate 2 cannot be read"));

    text = complaint_about(ours.certificate, ours.certificate);
    CHECK(contains(text, "client key file " + settings.client_key_file));
    CHECK(contains(text, "holds no key"));
    CHECK(contains(complaint_about(ours.certificate, std::string(300'000, 'x')), "allowed are 262144 bytes"));
    std::filesystem::remove(settings.client_key_file);
    CHECK(contains(complaint(), "No such file"));
    std::filesystem::create_directory(settings.client_key_file);
    CHECK(contains(complaint(), "is a folder"));
}

TEST_CASE_FIXTURE(with_identity, "a key of another certificate is told with both files")
{
    const auto text = complaint_about(ours.certificate, authority.issue().key);
    CHECK(contains(text, settings.client_certificate_file));
    CHECK(contains(text, settings.client_key_file));
    CHECK(contains(text, "is not the key of"));
}

TEST_CASE_FIXTURE(with_identity, "a key with a passphrase is told as such, and nobody is asked for it")
{
    CHECK(
        contains(complaint_about(ours.certificate, with_passphrase(ours.key)), "protected by a passphrase"));
}

TEST_CASE_FIXTURE(with_identity, "an expired certificate is warned about with its date")
{
    const auto expired = authority.issue({.names = "", .starts = -7'200, .ends = -3'600});
    const auto text = complaint_about(expired.certificate, expired.key);
    CHECK(contains(text, "has expired ("));
    CHECK(contains(text, " UTC)"));
}

TEST_CASE_FIXTURE(with_identity, "no complaint shows a piece of the key")
{
    const std::string piece = ours.key.substr(60, 16);
    for (const auto& key : {ours.key.substr(0, 150), "x" + ours.key, ours.key.substr(40)})
        CHECK_FALSE(contains(complaint_about(authority.issue().certificate, key), piece));
}
