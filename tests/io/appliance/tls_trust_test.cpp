// Whom we trust, whom we do not, and how we say so.
#include "appliance_fixture.hpp"

#include <doctest/doctest.h>

#include <atomic>

using namespace jobwatch;
using namespace jobwatch::test;

namespace
{

const rude_script good_answers = answering(http_answer_text("200 OK", job_document));

std::string refused_settings(const appliance_settings& settings)
{
    asio::io_context context;
    const auto made = make_https_appliance(context.get_executor(), settings);
    return made.has_error() ? made.error().text : "";
}

} // namespace

TEST_CASE("a certificate of an unknown authority is refused, and the CA file named")
{
    appliance_fixture to;
    const test_authority stranger("Somebody Else");
    to.serve(stranger.issue(), {good_answers});
    const auto error = to.poll_error();
    CHECK(error.what == trouble::tls);
    CHECK(contains(error.text, "signed by nobody we trust"));
    CHECK(contains(error.text, to.settings.ca_file));
    CHECK(contains(error.text, "Somebody Else"));
    CHECK(contains(error.text, "unable to get local issuer certificate"));
    CHECK(to.server->requests().empty()); // the token was not shown
}

TEST_CASE("an authority of the right name with another key is unknown, too")
{
    appliance_fixture to;
    const test_authority impostor("Test Authority");
    to.serve(impostor.issue(), {good_answers});
    const auto error = to.poll_error();
    CHECK(error.what == trouble::tls);
    CHECK(contains(error.text, "signed by nobody we trust"));
}

TEST_CASE("the system's authorities do not know our test's, and are named as what was asked")
{
    appliance_fixture to;
    to.settings.ca_file.clear();
    to.serve({good_answers});
    const auto error = to.poll_error();
    CHECK(error.what == trouble::tls);
    CHECK(contains(error.text, "the system's authorities"));
}

TEST_CASE("a certificate for other names is refused: the text has the name we wanted and those it has")
{
    appliance_fixture to;
    certificate_wish wish;
    wish.names = "DNS:other.example.com,IP:10.1.2.3,DNS:*.example.org";
    to.serve(to.authority.issue(wish), {good_answers});
    const auto error = to.poll_error();
    CHECK(error.what == trouble::tls);
    CHECK(contains(error.text, "not for cm.test"));
    CHECK(contains(error.text, "other.example.com, 10.1.2.3, *.example.org"));
    CHECK(contains(error.text, "hostname mismatch"));
}

TEST_CASE("a certificate without any name is refused with its subject")
{
    appliance_fixture to;
    certificate_wish wish;
    wish.names = "";
    to.serve(to.authority.issue(wish), {good_answers});
    const auto error = to.poll_error();
    CHECK(error.what == trouble::tls);
    CHECK(contains(error.text, "CN=the appliance"));
}

TEST_CASE("an expired certificate is refused with its date, and so is one that is not valid yet")
{
    certificate_wish expired;
    expired.starts = -7'200;
    expired.ends = -3'600;
    appliance_fixture to;
    to.serve(to.authority.issue(expired), {good_answers});
    auto error = to.poll_error();
    CHECK(error.what == trouble::tls);
    CHECK(contains(error.text, "expired on 20"));
    CHECK(contains(error.text, "UTC (OpenSSL: certificate has expired)"));

    certificate_wish early;
    early.starts = 3'600;
    early.ends = 7'200;
    appliance_fixture other;
    other.serve(other.authority.issue(early), {good_answers});
    error = other.poll_error();
    CHECK(error.what == trouble::tls);
    CHECK(contains(error.text, "not valid before 20"));
}

TEST_CASE("server_name is asked for and verified in the host's place")
{
    std::string asked;
    certificate_wish wish;
    wish.names = "DNS:inner.example.com";
    appliance_fixture to;
    to.settings.server_name = "inner.example.com";
    to.serve(
        to.authority.issue(wish),
        {[&](rude_peer& peer)
         {
             peer.handshake();
             asked = peer.asked_name();
             peer.read_request();
             peer.send(http_answer_text("200 OK", job_document));
             peer.read_request();
         }});
    CHECK(to.poll().has_value());
    to.connection.reset();
    to.server.reset(); // joins the thread that wrote what follows
    CHECK(asked == "inner.example.com");
}

TEST_CASE("an address is verified as an address, and no name is asked for")
{
    std::string asked = "?";
    const rude_script script = [&](rude_peer& peer)
    {
        peer.handshake();
        asked = peer.asked_name();
        peer.read_request();
        peer.send(http_answer_text("200 OK", job_document));
        peer.read_request();
    };
    appliance_fixture to;
    to.serve({script});
    to.settings.nodes.front().host = "127.0.0.1";
    CHECK(to.poll().has_value());
    to.connection.reset();
    to.server.reset(); // joins the thread that wrote what follows
    CHECK(asked.empty());

    certificate_wish name_only;
    name_only.names = "DNS:127.0.0.1";
    appliance_fixture other;
    other.serve(other.authority.issue(name_only), {good_answers});
    other.settings.nodes.front().host = "127.0.0.1";
    const auto error = other.poll_error();
    CHECK(error.what == trouble::tls);
    CHECK(contains(error.text, "not for 127.0.0.1"));
    CHECK(contains(error.text, "IP address mismatch"));
}

TEST_CASE("the appliance's own certificate in the CA file is trusted")
{
    appliance_fixture to;
    const auto own = to.authority.issue();
    to.write("ca.pem", own.certificate);
    to.serve(own, {good_answers});
    CHECK(to.poll().has_value());
}

TEST_CASE("without verification a wrong name of an unknown authority is good enough")
{
    appliance_fixture to;
    certificate_wish wish;
    wish.names = "DNS:other.example.com";
    wish.ends = -60;
    to.settings.verify = certificate_check::none;
    to.settings.ca_file = to.folder.file("not there");
    to.serve(test_authority("Somebody Else").issue(wish), {good_answers});
    CHECK(to.poll().has_value());
}

TEST_CASE("a server that has only TLS 1.1 is refused, and told apart")
{
    appliance_fixture to;
    to.serve({good_answers});
    SSL_CTX_set_security_level(to.server->context(), 0);
    SSL_CTX_set_min_proto_version(to.server->context(), TLS1_VERSION);
    SSL_CTX_set_max_proto_version(to.server->context(), TLS1_1_VERSION);
    const auto error = to.poll_error();
    CHECK(error.what == trouble::tls);
    CHECK(contains(error.text, "TLS 1.2 or newer"));
}

TEST_CASE("a new connection resumes the TLS session of the last one")
{
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION})
    {
        std::atomic<int> resumed = 0;
        const auto once = [&](rude_peer& peer)
        {
            peer.handshake();
            resumed += peer.resumed() ? 1 : 0;
            peer.read_request();
            peer.send(http_answer_text("200 OK", job_document));
            peer.vanish(); // even then
        };
        appliance_fixture to;
        to.serve({once});
        SSL_CTX_set_max_proto_version(to.server->context(), version);
        CHECK(to.poll().has_value());
        for (int i = 0; i < 2; ++i)
        {
            CHECK(to.poll_error().what == trouble::kept_closed);
            CHECK(to.poll().has_value());
        }
        const auto other = to.appliance().make_connection();
        CHECK(to.poll(*other).has_value()); // connections of one appliance share it
        INFO("TLS version ", version);
        CHECK(resumed.load() == 3);
    }
}

TEST_CASE("a CA file that cannot serve is refused with its name and what was wrong")
{
    appliance_fixture to;
    const auto complaint_about = [&](const std::string& text)
    {
        to.write("ca.pem", text);
        return refused_settings(to.settings);
    };
    CHECK(contains(refused_settings(to.settings), "no node"));
    to.settings.nodes = {{"cm.test", 443, ""}};
    CHECK(refused_settings(to.settings).empty());
    CHECK(contains(complaint_about("this is no certificate\n"), "holds no certificate"));
    CHECK(contains(complaint_about(""), "holds no certificate"));
    CHECK(contains(complaint_about("x"), to.settings.ca_file));
    CHECK(contains(complaint_about(to.authority.issue().key), "holds no certificate"));
    const std::string good = to.authority.certificate();
    CHECK(contains(complaint_about(good + good.substr(0, good.size() / 2)), "certificate 2 cannot be read"));
    CHECK(contains(complaint_about(std::string(4 * 1024 * 1024 + 1, 'x')), "allowed are 4194304"));
    CHECK(complaint_about("Comments are fine.\n" + good + good + test_authority("Other").certificate())
              .empty());

    to.settings.ca_file = to.folder.file("missing.pem");
    CHECK(contains(refused_settings(to.settings), "missing.pem: cannot be opened: No such file"));
    to.settings.ca_file = to.folder.path().string();
    CHECK(contains(refused_settings(to.settings), "is a folder"));
}
