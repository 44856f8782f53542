// The files of a configuration, looked at when it is read: each story is what somebody puts there by mistake.
#include "appliance_fixture.hpp"
#include "io/appliance/configured_file.hpp"
#include "support/child_process.hpp"

#include <doctest/doctest.h>
#include <openssl/pem.h>

#include <sys/stat.h>
#include <unistd.h>

using namespace jobwatch;
using namespace jobwatch::test;

namespace
{

const std::string nothing_there = "(nothing stands there)";

struct credentials_folder
{
    temporary_directory folder;
    std::string path = folder.file("it");
    test_authority authority{"Test Authority"};
    identity ours = authority.issue();

    void write(std::string_view text) const { std::ofstream(path, std::ios::binary) << text; }

    std::string written(const std::string& name, std::string_view text) const
    {
        std::ofstream(folder.file(name), std::ios::binary) << text;
        return folder.file(name);
    }

    std::string look(file_use use, const std::string& certificate = "") const
    {
        return look_at_configured_file({path, use, certificate}).value_or(nothing_there);
    }

    std::string look_at(std::string_view text, file_use use, const std::string& certificate = "") const
    {
        write(text);
        return look(use, certificate);
    }
};

constexpr file_use all_uses[] = {file_use::authorities, file_use::client_certificate,
                                 file_use::client_key,  file_use::password,
                                 file_use::token,       file_use::refresh_token};

openssl_ptr<BIO> reader_of(const std::string& text)
{
    return openssl_ptr<BIO>(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

std::string in_der(const std::string& certificate)
{
    const openssl_ptr<X509> read(PEM_read_bio_X509(reader_of(certificate).get(), nullptr, nullptr, nullptr));
    unsigned char* bytes = nullptr;
    const int size = i2d_X509(read.get(), &bytes);
    std::string der(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
    OPENSSL_free(bytes);
    return der;
}

std::string with_passphrase(const std::string& key)
{
    const openssl_ptr<EVP_PKEY> read(
        PEM_read_bio_PrivateKey(reader_of(key).get(), nullptr, nullptr, nullptr));
    const openssl_ptr<BIO> memory(BIO_new(BIO_s_mem()));
    PEM_write_bio_PKCS8PrivateKey(memory.get(), read.get(), EVP_aes_128_cbc(), "hush", 4, nullptr, nullptr);
    char* text = nullptr;
    const auto size = BIO_get_mem_data(memory.get(), &text);
    return {text, static_cast<std::size_t>(size)};
}

} // namespace

TEST_CASE_FIXTURE(credentials_folder, "what serves is not complained about, whatever it is for")
{
    const std::string certificate = written("certificate", ours.certificate);
    CHECK(look_at(authority.certificate() + ours.certificate, file_use::authorities).empty());
    CHECK(look_at(ours.certificate, file_use::client_certificate).empty());
    CHECK(look_at(ours.key, file_use::client_key, certificate).empty());
    CHECK(look_at(ours.key, file_use::client_key).empty());
    CHECK(look_at("open sesame\n", file_use::password).empty());
    CHECK(look_at("abc.def.ghi\n", file_use::token).empty());
    CHECK(look_at("abcdef\n", file_use::refresh_token).empty());
}

TEST_CASE_FIXTURE(
    credentials_folder, "nothing, a folder, and an empty file are told apart, whatever they are for")
{
    for (const file_use use : all_uses)
    {
        CHECK(look(use) == nothing_there);
        CHECK(contains(look_at("", use), path + ": "));
        CHECK(contains(look_at("", use), "; allowed "));
        std::filesystem::remove(path);
        std::filesystem::create_directory(path);
        CHECK(contains(look(use), path + ": is a folder; allowed is a file"));
        std::filesystem::remove(path);
    }
    path += "/below"; // of what is no folder
    CHECK(look(file_use::password) == nothing_there);
}

TEST_CASE_FIXTURE(credentials_folder, "a CA file that holds something else is told as what it is")
{
    CHECK(
        look_at("hello\n", file_use::authorities)
        == "CA file " + path
            + ": holds no certificate; allowed are certificates in PEM form (BEGIN CERTIFICATE)");
    CHECK(contains(look_at("", file_use::authorities), "holds no certificate (it is empty)"));
    CHECK(contains(look_at(ours.key, file_use::authorities), "holds no certificate (but a private key)"));
    const auto der = look_at(in_der(authority.certificate()), file_use::authorities);
    CHECK(contains(der, "looks like DER"));
    CHECK(contains(der, "openssl x509 -inform der"));
    const std::string half = ours.certificate.substr(0, ours.certificate.size() / 2);
    CHECK(contains(
        look_at(authority.certificate() + half, file_use::authorities), "certificate 2 cannot be read"));
    CHECK(contains(
        look_at(std::string(4 * 1024 * 1024 + 1, 'x'), file_use::authorities), "allowed are 4194304 bytes"));
}

TEST_CASE_FIXTURE(credentials_folder, "nobody reads the authorities of an appliance that is not verified")
{
    CHECK(look_at("hello\n", file_use::unread_authorities).empty());
}

TEST_CASE_FIXTURE(credentials_folder, "a certificate and a key are each told with their own faults")
{
    const std::string certificate = written("certificate", ours.certificate);
    CHECK(contains(
        look_at(ours.key, file_use::client_certificate), "holds no certificate (but a private key)"));
    CHECK(contains(look_at(ours.certificate, file_use::client_key, certificate), "holds no key"));
    CHECK(contains(
        look_at(with_passphrase(ours.key), file_use::client_key, certificate), "protected by a passphrase"));

    const auto other = look_at(authority.issue().key, file_use::client_key, certificate);
    CHECK(
        contains(other, "client key file " + path + ": is not the key of the certificate in " + certificate));
    CHECK(contains(other, "; allowed is "));
    // The other file's fault is told at the other file's line.
    CHECK(look_at(ours.key, file_use::client_key, written("garbage", "hello\n")).empty());
    CHECK(look_at(ours.key, file_use::client_key, folder.file("not there")).empty());
}

TEST_CASE_FIXTURE(
    credentials_folder, "a secret that is empty, too long or of several lines is told, and not shown")
{
    CHECK(contains(look_at("\n", file_use::password), "password file " + path + ": is empty"));
    CHECK(contains(look_at("\n", file_use::token), "token file " + path + ": is empty"));
    CHECK(contains(look_at("\n", file_use::refresh_token), "refresh token file " + path + ": is empty"));
    CHECK(look_at(std::string(4'096, 'x'), file_use::password).empty());
    CHECK(contains(look_at(std::string(4'097, 'x'), file_use::password), "allowed are 4096 bytes"));
    CHECK(look_at(std::string(16'384, 'x'), file_use::token).empty());
    CHECK(contains(look_at(std::string(16'385, 'x'), file_use::token), "allowed are 16384 bytes"));
    const auto lines = look_at("first\nsecond\n", file_use::password);
    CHECK(contains(lines, "has several lines"));
    CHECK_FALSE(contains(lines, "second"));
}

TEST_CASE_FIXTURE(credentials_folder, "a file that we may not read is told with what is allowed")
{
    write("secret\n");
    REQUIRE(chmod(path.c_str(), 0000) == 0);
    REQUIRE(chmod(folder.path().c_str(), 0755) == 0);
    const int ended = in_child(
        [&]
        {
            if (geteuid() == 0 && setresuid(54'321, 54'321, 54'321) != 0)
                return 1;
            for (const file_use use : all_uses)
                if (!contains(look(use), "Permission denied; allowed is a file that we can read"))
                    return 2;
            return 0;
        });
    CHECK(ended == 0);
}

TEST_CASE_FIXTURE(
    credentials_folder, "certificates that have expired are warned about with their dates, no more")
{
    appliance_settings appliance;
    appliance.ca_file = path;
    const auto expired = authority.issue({.names = "", .starts = -7'200, .ends = -3'600});
    CHECK(look_at(authority.certificate() + expired.certificate, file_use::authorities).empty());
    auto warnings = expiry_warnings(appliance);
    REQUIRE(warnings.size() == 1);
    CHECK(contains(warnings[0], "CA file " + path + ": the certificate CN=the appliance expired on 20"));

    write(authority.certificate());
    CHECK(expiry_warnings(appliance).empty());
    appliance.credential = credential_form::client_certificate;
    appliance.client_certificate_file = written("certificate", expired.certificate);
    warnings = expiry_warnings(appliance);
    REQUIRE(warnings.size() == 1);
    CHECK(contains(warnings[0], "client certificate file " + folder.file("certificate") + ": has expired"));

    appliance.credential = credential_form::token_file;
    write(expired.certificate);
    CHECK(expiry_warnings(appliance).size() == 1);
    appliance.verify = certificate_check::none;
    CHECK(expiry_warnings(appliance).empty());
}
