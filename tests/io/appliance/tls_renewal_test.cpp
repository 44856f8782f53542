// Files that change while we run: the authorities, and our own certificate and key.
#include "appliance_fixture.hpp"

#include <doctest/doctest.h>
#include <openssl/pem.h>

using namespace jobwatch;
using namespace jobwatch::test;

namespace
{

// Each connection brings one answer, so that each poll needs another one.
rude_script answering_once(std::vector<std::string>* shown = nullptr)
{
    return [shown](rude_peer& peer)
    {
        if (!peer.handshake())
            return;
        if (shown != nullptr)
            shown->push_back(peer.client_certificate());
        peer.read_request();
        peer.send(http_answer_text("200 OK", job_document, "Connection: close\r\n"));
    };
}

void demand_client_certificates(SSL_CTX* server, const test_authority& of)
{
    const std::string text = of.certificate();
    const openssl_ptr<BIO> reader(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
    const openssl_ptr<X509> trusted(PEM_read_bio_X509(reader.get(), nullptr, nullptr, nullptr));
    X509_STORE_add_cert(SSL_CTX_get_cert_store(server), trusted.get());
    SSL_CTX_set_verify(server, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
}

class with_certificate : public appliance_fixture
{
public:
    with_certificate()
    {
        settings.credential = credential_form::client_certificate;
        settings.client_certificate_file = folder.file("client.pem");
        settings.client_key_file = folder.file("client.key");
        show(first);
        serve({answering_once(&shown)});
        demand_client_certificates(server->context(), authority);
    }

    void show(const identity& ours) const
    {
        write("client.pem", ours.certificate);
        write("client.key", ours.key);
    }

    identity first = authority.issue();
    identity second = authority.issue();
    std::vector<std::string> shown; // to the server
};

} // namespace

TEST_CASE("a CA file that changes counts from the next connection on, and no old session slips past it")
{
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION})
    {
        INFO("TLS version ", version);
        appliance_fixture to;
        to.serve({answering_once()});
        SSL_CTX_set_max_proto_version(to.server->context(), version);
        CHECK(to.poll().has_value());
        CHECK(to.poll().has_value()); // resumed, as the next would be
        const test_authority another{"Another Authority"};
        to.write("ca.pem", another.certificate());
        CHECK(to.poll_error().what == trouble::tls);
        to.write("ca.pem", another.certificate() + to.authority.certificate());
        CHECK(to.poll().has_value());
        INFO(to.last_text);
        REQUIRE(to.news.size() == 2);
        CHECK(contains(to.news[0].second, "have changed and are in use now"));
    }
}

TEST_CASE(
    "a CA file that cannot serve is told once, and what was read before stays in use until it is mended")
{
    appliance_fixture to;
    to.serve({answering_once()});
    CHECK(to.poll().has_value());
    to.write("ca.pem", "half a certificate");
    for (int polls = 0; polls < 3; ++polls)
        CHECK(to.poll().has_value());
    REQUIRE(to.news.size() == 1);
    CHECK(to.news[0].first == log_level::warning);
    CHECK(contains(to.news[0].second, to.settings.ca_file));
    CHECK(contains(to.news[0].second, "holds no certificate"));
    CHECK(contains(to.news[0].second, "what was read before stays in use"));
    std::filesystem::remove(to.settings.ca_file);
    CHECK(to.poll().has_value());
    CHECK(to.news.size() == 2);
    to.write("ca.pem", to.authority.certificate());
    CHECK(to.poll().has_value());
    REQUIRE(to.news.size() == 3);
    CHECK(to.news[2].first == log_level::info);
    CHECK(contains(to.news[2].second, "can be used again"));
}

TEST_CASE_FIXTURE(
    with_certificate, "the client certificate is shown in every handshake, and the new one once it changes")
{
    CHECK(poll().has_value());
    INFO(last_text);
    show(second);
    CHECK(poll().has_value());
    CHECK(poll().has_value());
    connection.reset();
    server.reset(); // joins its threads
    REQUIRE(shown.size() == 3);
    CHECK(shown[0] == first.certificate);
    CHECK(shown[1] == second.certificate);
    CHECK(shown[2] == second.certificate);
}

TEST_CASE_FIXTURE(with_certificate, "a certificate without its key changes nothing until the key has come")
{
    CHECK(poll().has_value());
    write("client.pem", second.certificate);
    CHECK(poll().has_value());
    REQUIRE(news.size() == 1);
    CHECK(contains(news[0].second, "is not the key of the certificate"));
    write("client.key", second.key);
    CHECK(poll().has_value());
    CHECK(news.size() == 2);
    connection.reset();
    server.reset();
    CHECK(shown == std::vector<std::string>{first.certificate, first.certificate, second.certificate});
}

TEST_CASE_FIXTURE(with_certificate, "an expired certificate does not replace one that serves")
{
    CHECK(poll().has_value());
    show(authority.issue({.names = "", .starts = -7'200, .ends = -3'600}));
    CHECK(poll().has_value());
    REQUIRE(news.size() == 1);
    CHECK(contains(news[0].second, "has expired"));
}
