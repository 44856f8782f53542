// The steps to an appliance as they go wrong, over real TLS: what is found, and above all what is not sent.
#include "appliance_fixture.hpp"
#include "io/appliance/connection_check.hpp"
#include "support/small_proxy.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

using namespace jobwatch;
using namespace jobwatch::test;

namespace
{

const std::string made_up_job = "5b5cf8a9-3c0c-4e0b-9d0f-1f6f5e3f6c11";
const std::string granted = http_answer_text(
    "200 OK", R"({"jwt":"new.jwt.text","duration":300,"refresh_token":"the refresh token"})");
const std::string not_known = http_answer_text("404 Not Found", not_found_body);
const std::string html = "Content-Type: text/html\r\n";

std::string own_error(const std::string& status, const std::string& words)
{
    return http_answer_text(status, R"({"code":5,"codeDesc":")" + words + R"("})");
}

// An appliance that answers so to a login and to a read.
rude_script answers(const std::string& to_login, const std::string& to_read)
{
    return [to_login, to_read](rude_peer& peer)
    {
        if (!peer.handshake())
            return;
        for (auto request = peer.read_request(); !request.empty(); request = peer.read_request())
            peer.send(request.starts_with("POST ") ? to_login : to_read);
    };
}

class checked : public appliance_fixture
{
public:
    checked() { wish.family = asked_kind(); }

    connection_facts check()
    {
        wish.job = wish.made_up ? made_up_job : std::string(asked_job);
        auto link = make_appliance_link(context.get_executor(), settings, lookup).value();
        const connection_facts facts = run_coroutine(context, check_connection(std::move(link), wish));
        report = report_of(facts);
        text = describe(report);
        return facts;
    }

    connection_facts check(const std::string& to_login, const std::string& to_read)
    {
        serve({answers(to_login, to_read)});
        return check();
    }

    connection_fault fault_on_the_way() { return check().nodes.front().fault; }

    // The lines of the requests that came: "POST /api/v1/auth/tokens/".
    std::vector<std::string> requests() const
    {
        std::vector<std::string> lines;
        for (const std::string& request : server->requests())
            lines.push_back(request.substr(0, request.find(" HTTP/")));
        return lines;
    }

    wished_read wish;
    lookup_function lookup = loopback_lookup;
    connection_report report;
    std::string text;
};

const std::string login_line = "POST /api/v1/auth/tokens/";
const std::string read_line = "GET /api/v1/cckm/google/update-all-versions-jobs/";

// A port where connections wait for ever: nobody takes them out of a queue that is full.
class silent_port
{
public:
    silent_port()
    {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof(address);
        auto* const where = reinterpret_cast<sockaddr*>(&address);
        sockets_.push_back(socket(AF_INET, SOCK_STREAM, 0));
        REQUIRE(bind(sockets_.front(), where, size) == 0);
        REQUIRE(listen(sockets_.front(), 0) == 0);
        REQUIRE(getsockname(sockets_.front(), where, &size) == 0);
        port_ = ntohs(address.sin_port);
        for (int filling = 0; filling < 4; ++filling)
        {
            sockets_.push_back(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0));
            connect(sockets_.back(), where, size);
        }
    }
    ~silent_port()
    {
        for (const int one : sockets_)
            close(one);
    }
    silent_port(const silent_port&) = delete;
    silent_port& operator=(const silent_port&) = delete;

    std::uint16_t port() const { return port_; }

private:
    std::vector<int> sockets_;
    std::uint16_t port_ = 0;
};

} // namespace

TEST_CASE_FIXTURE(checked, "all is well: one login and one read, of a job that nobody has")
{
    const auto facts = check(granted, not_known);
    CHECK(report.ok);
    CHECK(contains(text, "ok      resolve: 127.0.0.1\n"));
    CHECK(contains(text, "ok      TLS: TLSv1.3, the certificate is good for cm.test\n"));
    CHECK(contains(text, "ok      login: user jobwatch has a token, good for 5 min\n"));
    CHECK(facts.read.fault == connection_fault::job_unknown);
    CHECK(requests() == std::vector<std::string>{login_line, read_line + made_up_job});
    CHECK(contains(server->requests()[1], "Authorization: Bearer new.jwt.text\r\n"));
}

TEST_CASE_FIXTURE(checked, "a job that was asked for is shown with its status, or its absence is a failure")
{
    wish.made_up = false;
    check(granted, http_answer_text("200 OK", job_document));
    CHECK(report.ok);
    CHECK(contains(text, "job " + std::string(asked_job) + " is shown, its status is in_progress"));
    check(granted, not_known);
    CHECK_FALSE(report.ok);
    CHECK(report.read.fault == connection_fault::job_unknown);
}

TEST_CASE_FIXTURE(checked, "a refused login is sent once, whatever refuses it, and nothing is read")
{
    struct
    {
        std::string answer;
        connection_fault fault;
    } const cases[]{
        {own_error("401 Unauthorized", "NCERRUnauthorizedAccess: Wrong password"),
         connection_fault::login_refused},
        {own_error("403 Forbidden", "NCERRForbidden: locked"), connection_fault::login_refused},
        {http_answer_text("401 Unauthorized", "<html>who are you?</html>", html),
         connection_fault::refused_by_other},
        {http_answer_text("503 Service Unavailable", ""), connection_fault::not_ready},
        {http_answer_text("502 Bad Gateway", "<html>", html), connection_fault::gateway},
        {http_answer_text("429 Too Many Requests", ""), connection_fault::throttled},
        {http_answer_text("404 Not Found", "<html>", html), connection_fault::no_such_path},
        {http_answer_text("200 OK", "<html>welcome</html>", html), connection_fault::foreign_answer},
        {http_answer_text("200 OK", "{}"), connection_fault::foreign_answer},
        {http_answer_text("301 Moved Permanently", "", "Location: https://login.test/\r\n"),
         connection_fault::foreign_answer},
        {"SSH-2.0-OpenSSH_9.2\r\n", connection_fault::foreign_answer}};
    for (const auto& one : cases)
    {
        CAPTURE(one.answer);
        const auto facts = check(one.answer, not_known);
        CHECK(facts.login.fault == one.fault);
        CHECK(report.read.result == step_result::not_tried);
        CHECK(requests() == std::vector<std::string>{login_line});
        CHECK(server->connections() == 2); // the first one only looked
    }
}

TEST_CASE_FIXTURE(checked, "a login that is cut off, or never answered, is not sent again")
{
    int asked = 0;
    serve({[&](rude_peer& peer)
           {
               peer.handshake();
               if (peer.read_request().empty())
                   return;
               ++asked;
               peer.vanish();
           }});
    CHECK(check().login.fault == connection_fault::closed_early);
    server.reset(); // joins the threads that counted
    CHECK(asked == 1);

    settings.request_timeout = short_limit;
    serve({[](rude_peer& peer)
           {
               peer.handshake();
               peer.read_request();
               peer.wait_until_closed();
           }});
    CHECK(check().login.fault == connection_fault::answer_timed_out);
    CHECK(requests() == std::vector<std::string>{login_line});
}

TEST_CASE_FIXTURE(checked, "what keeps the user from reading is told apart")
{
    const auto read_fault = [&](const std::string& answer)
    {
        const auto facts = check(granted, answer);
        CHECK(report.login.result == step_result::ok);
        CHECK(requests().size() == 2);
        return facts.read.fault;
    };
    CHECK(read_fault(own_error("403 Forbidden", "NCERRForbidden")) == connection_fault::may_not_read);
    CHECK(
        read_fault(http_answer_text("403 Forbidden", "<html>", html)) == connection_fault::refused_by_other);
    CHECK(
        read_fault(own_error("401 Unauthorized", "NCERRUnauthorizedAccess: Token is expired by 50s"))
        == connection_fault::token_expired);
    CHECK(
        read_fault(own_error("401 Unauthorized", "NCERRUnauthorizedAccess: Invalid token"))
        == connection_fault::token_refused);
    CHECK(read_fault(http_answer_text("404 Not Found", "<html>", html)) == connection_fault::no_such_path);
    CHECK(
        read_fault(http_answer_text("200 OK", "<!DOCTYPE html><html>")) == connection_fault::foreign_answer);
    CHECK(contains(text, "HTML or XML instead of a job document"));
    CHECK(read_fault(http_answer_text("500 Internal Server Error", "")) == connection_fault::server_error);
    CHECK(read_fault(own_error("400 Bad Request", "NCERRBadRequest")) == connection_fault::request_refused);
    CHECK(
        read_fault(http_answer_text("400 Bad Request", "\n<html>plain HTTP was sent</html>"))
        == connection_fault::foreign_answer);
}

TEST_CASE_FIXTURE(checked, "to whoever shows a wrong certificate nothing is sent at all")
{
    const test_authority stranger("Somebody Else");
    const rude_script script = answers(granted, not_known);
    const auto fault_with = [&](const identity& shown)
    {
        serve(shown, {script});
        const auto facts = check();
        CHECK(facts.nodes.front().step == connection_step::tls);
        CHECK_FALSE(facts.asked.has_value());
        CHECK(server->requests().empty());
        CHECK(server->connections() == 1);
        return facts.nodes.front().fault;
    };
    CHECK(fault_with(stranger.issue()) == connection_fault::unknown_authority);
    CHECK(contains(text, "Get the certificate of the authority"));
    CHECK(contains(text, "Put it into " + settings.ca_file));
    CHECK(fault_with(authority.issue({.names = "DNS:other.test"})) == connection_fault::wrong_name);
    CHECK(contains(text, "the certificate is not for cm.test; the names in it are: other.test"));
    CHECK(
        fault_with(authority.issue({.starts = -7'200, .ends = -3'600}))
        == connection_fault::certificate_expired);
    CHECK(
        fault_with(authority.issue({.starts = 3'600, .ends = 7'200})) == connection_fault::certificate_early);
    CHECK(contains(text, "timedatectl"));
}

TEST_CASE_FIXTURE(checked, "what ends the handshake is told apart")
{
    serve({[](rude_peer& peer)
           {
               peer.send_raw("HTTP/1.0 400 Bad Request\r\n\r\n");
               peer.wait_until_closed();
           }});
    CHECK(fault_on_the_way() == connection_fault::not_tls);
    serve({[](rude_peer& peer) { peer.vanish(); }});
    CHECK(fault_on_the_way() == connection_fault::handshake_closed);
    serve({answers(granted, not_known)});
    SSL_CTX_set_security_level(server->context(), 0);
    SSL_CTX_set_min_proto_version(server->context(), TLS1_VERSION);
    SSL_CTX_set_max_proto_version(server->context(), TLS1_1_VERSION);
    CHECK(fault_on_the_way() == connection_fault::old_tls);
    settings.connect_timeout = short_limit;
    serve({[](rude_peer& peer) { peer.wait_until_closed(); }});
    CHECK(fault_on_the_way() == connection_fault::handshake_timed_out);
}

TEST_CASE_FIXTURE(checked, "no name, nobody there, nobody who answers: each ends at its own step")
{
    serve({answers(granted, not_known)});
    server.reset();
    auto facts = check();
    CHECK(facts.nodes.front().step == connection_step::connect);
    CHECK(facts.nodes.front().fault == connection_fault::refused);
    CHECK(contains(text, "FAILED  connect: cannot connect to 127.0.0.1 port "));

    const silent_port silent;
    settings.nodes = {{"cm.test", silent.port(), ""}};
    settings.connect_timeout = short_limit;
    facts = check();
    CHECK(facts.nodes.front().step == connection_step::connect);
    CHECK(facts.nodes.front().fault == connection_fault::connect_timed_out);
    CHECK(contains(text, "within 200ms"));

    lookup = [](const std::string&)
    {
        lookup_answer none;
        none.failure = "Name or service not known";
        return none;
    };
    facts = check();
    CHECK(facts.nodes.front().step == connection_step::resolve);
    CHECK(facts.nodes.front().fault == connection_fault::no_address);
    CHECK(contains(text, "Name or service not known\n"));
}

TEST_CASE_FIXTURE(checked, "a proxy that refuses is the step that fails, and one that helps is told, too")
{
    serve({answers(granted, not_known)});
    small_proxy refusing("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n", server->port());
    settings.proxy = proxy_address{"proxy.test", refusing.port()};
    const auto facts = check();
    CHECK(facts.nodes.front().step == connection_step::proxy);
    CHECK(facts.nodes.front().fault == connection_fault::proxy_wants_login);
    CHECK(contains(text, "it answers 407 Proxy Authentication Required"));
    CHECK(server->connections() == 0);

    small_proxy helping(tunnel_made, server->port());
    settings.proxy = proxy_address{"proxy.test", helping.port()};
    check();
    CHECK(report.ok);
    CHECK(contains(text, "ok      resolve: the proxy proxy.test is 127.0.0.1\n"));
    CHECK(contains(text, "ok      connect: the proxy at 127.0.0.1 port "));
    CHECK(contains(text, "ok      proxy: it connects us to cm.test port "));
}

TEST_CASE_FIXTURE(checked, "of two nodes the first that is well gets the only login, and the ill one is told")
{
    serve({answers(granted, not_known)});
    rude_server second(authority.issue(), {answers(granted, not_known)});
    settings.nodes.push_back({"cm.test", second.port(), ""});
    auto facts = check();
    CHECK(report.ok);
    CHECK(facts.asked == 0);
    CHECK(requests().size() == 2);
    CHECK(second.requests().empty());
    CHECK(second.connections() == 1);

    server.reset(); // the first node is down
    facts = check();
    CHECK_FALSE(report.ok);
    CHECK(facts.asked == 1);
    CHECK(contains(
        text, "works through cm.test:" + std::to_string(second.port()) + ", but 1 of its 2 nodes FAILED"));
    CHECK(second.requests().size() == 2);
}

TEST_CASE_FIXTURE(
    checked, "a proxy that cannot reach the node, refuses it, says nothing or is none: told apart")
{
    serve({answers(granted, not_known)});
    const auto fault_through = [&](const std::string& answer)
    {
        small_proxy proxy(answer, server->port());
        settings.proxy = proxy_address{"proxy.test", proxy.port()};
        return fault_on_the_way();
    };
    CHECK(fault_through("HTTP/1.1 503 Service Unavailable\r\n\r\n") == connection_fault::proxy_cannot_reach);
    CHECK_FALSE(contains(text, "password"));
    CHECK(fault_through("HTTP/1.1 403 Forbidden\r\n\r\n") == connection_fault::no_tunnel);
    CHECK(fault_through("HTTP/1.1 404 Not Found\r\n\r\n") == connection_fault::no_proxy);
    CHECK(fault_through("HTTP/1.1 500 Oops\r\n\r\n") == connection_fault::proxy_failed);
    CHECK(fault_through("SSH-2.0-OpenSSH_9.2\r\n") == connection_fault::no_proxy);
    CHECK(fault_through("HTTP/1.1 200 OK\r\n") == connection_fault::no_proxy); // and closes
    settings.connect_timeout = short_limit;
    CHECK(fault_through("") == connection_fault::proxy_silent);
    CHECK(contains(text, "no answer to CONNECT within 200ms"));
    CHECK(contains(text, "The proxy took the request and did not answer in time."));
}

TEST_CASE_FIXTURE(checked, "a body that cannot be unpacked is told as that, whatever the status")
{
    for (const std::string status : {"404 Not Found", "200 OK"})
    {
        const auto facts = check(granted, http_answer_text(status, "no gzip", "Content-Encoding: gzip\r\n"));
        CAPTURE(text);
        CHECK(facts.read.fault == connection_fault::broken_body);
        CHECK(contains(text, "HTTP " + status.substr(0, 3)));
        CHECK(contains(text, "but its gzip encoding is broken"));
        CHECK(contains(text, "could not be unpacked"));
        CHECK_FALSE(contains(text, "empty body"));
    }
}

TEST_CASE_FIXTURE(
    checked, "a node whose certificate is good and that does not serve is told, and the next one asked")
{
    const auto no_answer = [](rude_peer& peer)
    {
        peer.handshake();
        if (!peer.read_request().empty())
            peer.vanish();
    };
    const auto silence = [](rude_peer& peer)
    {
        peer.handshake();
        peer.read_request();
        peer.wait_until_closed();
    };
    struct
    {
        rude_script script;
        connection_fault fault;
    } const cases[]{
        {answers(http_answer_text("503 Service Unavailable", ""), ""), connection_fault::not_ready},
        {answers(http_answer_text("502 Bad Gateway", "<html>", html), ""), connection_fault::gateway},
        {answers(http_answer_text("504 Gateway Timeout", ""), ""), connection_fault::gateway},
        {no_answer, connection_fault::closed_early},
        {silence, connection_fault::answer_timed_out}};
    for (const auto& one : cases)
    {
        settings.request_timeout =
            one.fault == connection_fault::answer_timed_out ? milliseconds{1'000} : patience;
        serve({one.script});
        rude_server second(authority.issue(), {answers(granted, not_known)});
        settings.nodes.push_back({"cm.test", second.port(), ""});
        const auto facts = check();
        CAPTURE(text);
        CHECK(facts.nodes[0].login.fault == one.fault);
        CHECK(facts.asked == 1);
        CHECK(facts.read.fault == connection_fault::job_unknown);
        CHECK(report.nodes[0].steps.back().step == connection_step::login);
        CHECK_FALSE(report.nodes[0].ok);
        CHECK(report.nodes[1].ok);
        CHECK(report.asked == "cm.test:" + std::to_string(second.port()));
        CHECK(contains(report.verdict, "works through " + report.asked));
        CHECK(server->requests().size() == 1);
        CHECK(second.requests().size() == 2);
    }
}

TEST_CASE_FIXTURE(
    checked, "a node that dies between its token and the read: the next one is read, with that token")
{
    serve({answers(granted, http_answer_text("503 Service Unavailable", ""))});
    rude_server second(authority.issue(), {answers(granted, not_known)});
    settings.nodes.push_back({"cm.test", second.port(), ""});
    const auto facts = check();
    CHECK(facts.asked == 0);
    CHECK(facts.read_at == 1);
    CHECK(facts.nodes[0].read.fault == connection_fault::not_ready);
    CHECK(report.read.result == step_result::ok);
    CHECK(requests() == std::vector<std::string>{login_line, read_line + made_up_job});
    REQUIRE(second.requests().size() == 1);
    CHECK(contains(second.requests().front(), "Authorization: Bearer new.jwt.text\r\n"));

    const rude_script script = answers(granted, not_known);
    serve({script, [](rude_peer& peer) { peer.vanish(); }}); // gone before the login: nothing was sent
    settings.nodes.push_back({"cm.test", second.port(), ""});
    CHECK(check().nodes[0].login.fault == connection_fault::handshake_closed);
    CHECK(report.asked == "cm.test:" + std::to_string(second.port()));

    serve({answers(granted, http_answer_text("503 Service Unavailable", ""))});
    const rude_script gone = [](rude_peer& peer) { peer.vanish(); };
    rude_server third(
        authority.issue(), {script, gone}); // well when it was tried, gone when it is to be read
    settings.nodes.push_back({"cm.test", third.port(), ""});
    CHECK(check().read.fault == connection_fault::handshake_closed);
}

TEST_CASE_FIXTURE(checked, "when no node serves, the last one that was asked is told as what fails")
{
    serve({answers(http_answer_text("503 Service Unavailable", ""), "")});
    rude_server second(authority.issue(), {answers(http_answer_text("502 Bad Gateway", ""), "")});
    settings.nodes.push_back({"cm.test", second.port(), ""});
    const auto facts = check();
    CHECK(report.verdict == "FAILED at login");
    CHECK(facts.nodes[0].login.fault == connection_fault::not_ready);
    CHECK(facts.login.fault == connection_fault::gateway);
    CHECK(facts.asked == 1);
    CHECK(report.read.result == step_result::not_tried);
}

TEST_CASE_FIXTURE(checked, "logins that nobody answered may have counted: after two of them no more are sent")
{
    const auto cut_off = [](rude_peer& peer)
    {
        peer.handshake();
        if (!peer.read_request().empty())
            peer.vanish();
    };
    serve({cut_off});
    rude_server second(authority.issue(), {cut_off});
    rude_server third(authority.issue(), {answers(granted, not_known)});
    settings.nodes.push_back({"cm.test", second.port(), ""});
    settings.nodes.push_back({"cm.test", third.port(), ""});
    CHECK(check().login.fault == connection_fault::closed_early);
    CHECK(second.requests().size() == 1);
    CHECK(third.requests().empty());
}

TEST_CASE_FIXTURE(checked, "a login that is refused at one node is not tried at another")
{
    for (const std::string& refusal :
         {own_error("401 Unauthorized", "NCERRUnauthorizedAccess"),
          own_error("403 Forbidden", "NCERRForbidden"), http_answer_text("401 Unauthorized", "<html>", html),
          http_answer_text("429 Too Many Requests", "")})
    {
        serve({answers(refusal, not_known)});
        rude_server second(authority.issue(), {answers(granted, not_known)});
        settings.nodes.push_back({"cm.test", second.port(), ""});
        CHECK(check().login.fault != connection_fault::none);
        CHECK(second.requests().empty());
        CHECK(report.verdict == "FAILED at login");
    }
}

TEST_CASE_FIXTURE(
    checked, "what TLS says after the handshake is told in words: a client certificate is wanted")
{
    serve({[](rude_peer& peer)
           {
               if (!peer.handshake())
                   peer.wait_until_closed();
           }});
    SSL_CTX_set_verify(server->context(), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
    CHECK(check().login.fault == connection_fault::handshake_failed);
    CHECK(contains(text, "the server wants a client certificate, and we showed none (OpenSSL: "));
    CHECK(contains(text, "name yours in client_certificate_file"));

    serve({answers(granted, not_known)});
    SSL_CTX_set_verify(server->context(), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
    SSL_CTX_set_max_proto_version(server->context(), TLS1_2_VERSION);
    CHECK(fault_on_the_way() == connection_fault::handshake_failed);
    CHECK(contains(text, "the server broke the TLS handshake off: "));
    CHECK(contains(text, " (OpenSSL: sslv3 alert handshake failure)"));
}

TEST_CASE_FIXTURE(checked, "a token file means no login: its token is shown as it is")
{
    write("token", "a.token.of-somebody\n");
    settings.credential = credential_form::token_file;
    settings.token_file = folder.file("token");
    check(granted, not_known);
    CHECK(report.ok);
    CHECK(contains(text, "-       login: not needed: the token in " + settings.token_file));
    CHECK(requests() == std::vector<std::string>{read_line + made_up_job});
    CHECK(contains(server->requests()[0], "Authorization: Bearer a.token.of-somebody\r\n"));
    write("token", "");
    CHECK(check().login.fault == connection_fault::secret_unusable);
    CHECK(requests().size() == 1);
}

TEST_CASE_FIXTURE(checked, "an appliance that keeps no connection is read over a new one")
{
    check(
        http_answer_text("200 OK", R"({"jwt":"new.jwt.text","duration":300})", "Connection: close\r\n"),
        not_known);
    CHECK(report.ok);
    CHECK(server->connections() == 3);
}

TEST_CASE_FIXTURE(checked, "a node that goes away between two steps is told where it did")
{
    const rude_script script = answers(granted, not_known);
    const rude_script gone = [](rude_peer& peer) { peer.vanish(); };
    serve({script, gone});
    CHECK(check().login.fault == connection_fault::handshake_closed);
    const std::string last = http_answer_text("200 OK", R"({"jwt":"new.jwt.text"})", "Connection: close\r\n");
    serve({script, answers(last, ""), gone});
    CHECK(check().read.fault == connection_fault::handshake_closed);
    CHECK(report.login.result == step_result::ok);
}

TEST_CASE_FIXTURE(checked, "no secret is in a report, even if the other side repeats it")
{
    check(own_error("401 Unauthorized", "NCERRUnauthorizedAccess: open sesame is wrong"), not_known);
    CHECK_FALSE(contains(text, "sesame"));
    CHECK(contains(text, "[secret]"));
    check(granted, own_error("401 Unauthorized", "NCERRUnauthorizedAccess: new.jwt.text is bad"));
    CHECK_FALSE(contains(text, "new.jwt"));
}

TEST_CASE_FIXTURE(checked, "an appliance whose clock is ahead is noted by what its token says")
{
    // {"exp":4102444800}, which is 2100-01-01: with a life of 300 s, it was made long after now.
    const std::string jwt = "eyJhbGciOiJub25lIn0.eyJleHAiOjQxMDI0NDQ4MDB9.c2ln";
    check(http_answer_text("200 OK", R"({"jwt":")" + jwt + R"(","duration":300})"), not_known);
    CHECK(report.ok);
    CHECK(contains(text, "note: the clock of cm.test:"));
    CHECK(contains(text, " ahead of this machine's"));
}

TEST_CASE_FIXTURE(checked, "several appliances are tried side by side, and told in their order")
{
    serve({answers(granted, not_known)});
    appliance_settings other = settings;
    other.name = "other";
    other.ca_file = folder.file("has gone");
    wish.job = made_up_job;
    const auto all = check_connections({&other, &settings}, wish, loopback_lookup);
    REQUIRE(all.size() == 2);
    const auto first = report_of(all[0]);
    CHECK(first.appliance == "other");
    CHECK(first.verdict == "FAILED at login");
    CHECK(contains(first.login.text, "has gone"));
    CHECK(report_of(all[1]).ok);
}
