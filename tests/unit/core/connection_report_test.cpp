// What `jobwatchctl check-config --connect` says, situation by situation: each case below names the situation, and shows
// the whole text that a person then reads.
#include "core/connection_advice.hpp"
#include "core/connection_report.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace jobwatch;
using namespace std::chrono_literals;

namespace
{

// An appliance named "prod" with one node, where everything goes well.
connection_facts all_well()
{
    connection_facts facts;
    facts.appliance.name = "prod";
    facts.appliance.username = "jobwatch";
    facts.appliance.password_file = "/etc/jobwatchd/credentials/prod.password";
    facts.appliance.ca_file = "/etc/jobwatchd/credentials/prod-ca.pem";
    facts.appliance.nodes = {{"cm1.example.com", 443, ""}};
    node_facts node;
    node.node = facts.appliance.nodes.front();
    node.addresses = "192.0.2.10";
    node.peer = "192.0.2.10";
    node.tls = "TLSv1.3";
    facts.nodes = {node};
    facts.asked = 0;
    facts.login.sent = true;
    facts.token_life = 5min;
    facts.read.sent = true;
    facts.read.fault = connection_fault::job_unknown; // as it must be with an id that we made up
    facts.read.text = "HTTP 404 Not Found: NCERRResourceNotFound: Resource not found";
    facts.kind = "google/update-all-versions";
    facts.job = "5b5cf8a9-3c0c-4e0b-9d0f-1f6f5e3f6c11";
    return facts;
}

// The same, but the way to the only node ends at this step.
connection_facts ends_at(connection_step step, connection_fault fault, const std::string& why)
{
    connection_facts facts = all_well();
    facts.nodes.front().step = step;
    facts.nodes.front().fault = fault;
    facts.nodes.front().text = why;
    facts.asked.reset();
    facts.login = {};
    facts.read = {};
    return facts;
}

connection_facts login_ends_with(connection_fault fault, const std::string& why)
{
    connection_facts facts = all_well();
    facts.login.fault = fault;
    facts.login.text = why;
    facts.read = {};
    return facts;
}

connection_facts read_ends_with(connection_fault fault, const std::string& why)
{
    connection_facts facts = all_well();
    facts.read.fault = fault;
    facts.read.text = why;
    return facts;
}

void check_text(const connection_facts& facts, const std::string& expected)
{
    // The first line break of the expected text only makes it readable here.
    CHECK('\n' + describe(report_of(facts)) == expected);
}

} // namespace

TEST_CASE("1. all is well")
{
    check_text(all_well(), R"(
appliance prod: all well
  node cm1.example.com
    ok      resolve: 192.0.2.10
    ok      connect: 192.0.2.10 port 443
    ok      TLS: TLSv1.3, the certificate is good for cm1.example.com
  login and read, at cm1.example.com
    ok      login: user jobwatch has a token, good for 5 min
    ok      read: google/update-all-versions: we asked for a job id that we made up, and the appliance knows no such job. So reading works
)");
    CHECK(report_of(all_well()).ok);
}

TEST_CASE("2. nobody knows the host's name")
{
    check_text(
        ends_at(
            connection_step::resolve, connection_fault::no_address,
            "the host name gave no address: Name or service not known"),
        R"(
appliance prod: FAILED at resolve
  node cm1.example.com
    FAILED  resolve: the host name gave no address: Name or service not known
            what to do: Check the spelling of the host in urls. If it is right, this machine's DNS does not know it: "getent hosts cm1.example.com" prints nothing. Have the name added to DNS or to /etc/hosts.
  login and read
    -       login: not tried, since no node could be reached
    -       read: not tried, since no node could be reached
)");
}

TEST_CASE("3. the appliance's machine is there, but nothing listens on the port")
{
    check_text(
        ends_at(
            connection_step::connect, connection_fault::refused,
            "cannot connect to 192.0.2.10 port 443: Connection refused"),
        R"(
appliance prod: FAILED at connect
  node cm1.example.com
    ok      resolve: 192.0.2.10
    FAILED  connect: cannot connect to 192.0.2.10 port 443: Connection refused
            what to do: The machine is there, but no program listens on port 443. Check the port in urls. An appliance that has just been started needs some minutes.
  login and read
    -       login: not tried, since no node could be reached
    -       read: not tried, since no node could be reached
)");
}

TEST_CASE("4. nothing answers at all, as behind a firewall")
{
    check_text(
        ends_at(
            connection_step::connect, connection_fault::connect_timed_out,
            "no connection to 192.0.2.10 port 443 within 5s"),
        R"(
appliance prod: FAILED at connect
  node cm1.example.com
    ok      resolve: 192.0.2.10
    FAILED  connect: no connection to 192.0.2.10 port 443 within 5s
            what to do: There was no answer at all. A firewall drops it, the address is wrong, or the machine is off. Check host and port in urls, and have the firewalls let this machine connect to cm1.example.com:443. If only a proxy leads there, name it in the key proxy.
  login and read
    -       login: not tried, since no node could be reached
    -       read: not tried, since no node could be reached
)");
}

TEST_CASE("5. the certificate is signed by an authority that ca_file does not hold")
{
    check_text(
        ends_at(
            connection_step::tls, connection_fault::unknown_authority,
            "the certificate CN=cm1.example.com, issued by CN=Our CA, is signed by nobody we trust; we trust "
            "the authorities in /etc/jobwatchd/credentials/prod-ca.pem (OpenSSL: unable to get local issuer "
            "certificate)"),
        R"(
appliance prod: FAILED at TLS
  node cm1.example.com
    ok      resolve: 192.0.2.10
    ok      connect: 192.0.2.10 port 443
    FAILED  TLS: the certificate CN=cm1.example.com, issued by CN=Our CA, is signed by nobody we trust; we trust the authorities in /etc/jobwatchd/credentials/prod-ca.pem (OpenSSL: unable to get local issuer certificate)
            what to do: Get the certificate of the authority (CA) that signed the appliance's certificate, as a PEM file; the appliance's web console shows its own authorities under CA, Local. Put it into /etc/jobwatchd/credentials/prod-ca.pem. If you do not know the issuer named above, ask first: somebody on the way may be reading along. To see the certificates: openssl s_client -showcerts -connect cm1.example.com:443 </dev/null
  login and read
    -       login: not tried, since no node could be reached
    -       read: not tried, since no node could be reached
)");
}

TEST_CASE("6. the certificate is good, but for another host")
{
    check_text(
        ends_at(
            connection_step::tls, connection_fault::wrong_name,
            "the certificate is not for cm1.example.com; the names in it are: ciphertrust.local (OpenSSL: "
            "hostname mismatch)"),
        R"(
appliance prod: FAILED at TLS
  node cm1.example.com
    ok      resolve: 192.0.2.10
    ok      connect: 192.0.2.10 port 443
    FAILED  TLS: the certificate is not for cm1.example.com; the names in it are: ciphertrust.local (OpenSSL: hostname mismatch)
            what to do: Use one of the names in the certificate: as the host in urls, or, if the host in urls must stay as it is, in server_name. Or have a certificate made for cm1.example.com.
  login and read
    -       login: not tried, since no node could be reached
    -       read: not tried, since no node could be reached
)");
}

TEST_CASE("7. the certificate has expired")
{
    check_text(
        ends_at(
            connection_step::tls, connection_fault::certificate_expired,
            "the certificate CN=cm1.example.com expired on 2026-10-01 12:00:00 UTC (OpenSSL: certificate has "
            "expired)"),
        R"(
appliance prod: FAILED at TLS
  node cm1.example.com
    ok      resolve: 192.0.2.10
    ok      connect: 192.0.2.10 port 443
    FAILED  TLS: the certificate CN=cm1.example.com expired on 2026-10-01 12:00:00 UTC (OpenSSL: certificate has expired)
            what to do: Renew the certificate of the appliance's web interface. If the date above is still to come, this machine's clock is wrong: see timedatectl.
  login and read
    -       login: not tried, since no node could be reached
    -       read: not tried, since no node could be reached
)");
}

TEST_CASE("8. the proxy on the way wants a password")
{
    auto facts = ends_at(
        connection_step::proxy, connection_fault::proxy_wants_login,
        "the proxy proxy.example.com port 3128: it answers 407 Proxy Authentication Required (it wants a "
        "login; jobwatchd cannot log in to a proxy)");
    facts.appliance.proxy = proxy_address{"proxy.example.com", 3128};
    facts.nodes.front().addresses = "192.0.2.99";
    facts.nodes.front().peer = "192.0.2.99";
    check_text(facts, R"(
appliance prod: FAILED at proxy
  node cm1.example.com
    ok      resolve: the proxy proxy.example.com is 192.0.2.99
    ok      connect: the proxy at 192.0.2.99 port 3128
    FAILED  proxy: the proxy proxy.example.com port 3128: it answers 407 Proxy Authentication Required (it wants a login; jobwatchd cannot log in to a proxy)
            what to do: Have whoever runs the proxy allow CONNECT to cm1.example.com:443 from this machine without a password. If the node can be reached without the proxy, remove the key proxy.
  login and read
    -       login: not tried, since no node could be reached
    -       read: not tried, since no node could be reached
)");
}

TEST_CASE("9. the appliance refuses the user or the password")
{
    check_text(
        login_ends_with(
            connection_fault::login_refused,
            "HTTP 401 Unauthorized: NCERRUnauthorizedAccess: Wrong username or password."),
        R"(
appliance prod: FAILED at login
  node cm1.example.com
    ok      resolve: 192.0.2.10
    ok      connect: 192.0.2.10 port 443
    ok      TLS: TLSv1.3, the certificate is good for cm1.example.com
  login and read, at cm1.example.com
    FAILED  login: HTTP 401 Unauthorized: NCERRUnauthorizedAccess: Wrong username or password.
            what to do: Check username, the password in /etc/jobwatchd/credentials/prod.password, and the keys that say where it logs in (domain, auth_domain, auth_domain_path, connection). One login was refused; nothing was tried again. Be sure of the password before you repeat this: more refusals may lock the account.
    -       read: not tried, since there is no token
)");
}

TEST_CASE("10. the appliance is still starting")
{
    check_text(
        login_ends_with(connection_fault::not_ready, "HTTP 503 Service Unavailable with an empty body"),
        R"(
appliance prod: FAILED at login
  node cm1.example.com
    ok      resolve: 192.0.2.10
    ok      connect: 192.0.2.10 port 443
    ok      TLS: TLSv1.3, the certificate is good for cm1.example.com
  login and read, at cm1.example.com
    FAILED  login: HTTP 503 Service Unavailable with an empty body
            what to do: The node is not ready: it is starting, being upgraded, or waiting for its cluster. Try again in some minutes.
    -       read: not tried, since there is no token
)");
}

TEST_CASE("11. the user may log in, but not read the jobs")
{
    check_text(
        read_ends_with(connection_fault::may_not_read, "HTTP 403 Forbidden: NCERRForbidden: not allowed"), R"(
appliance prod: FAILED at read
  node cm1.example.com
    ok      resolve: 192.0.2.10
    ok      connect: 192.0.2.10 port 443
    ok      TLS: TLSv1.3, the certificate is good for cm1.example.com
  login and read, at cm1.example.com
    ok      login: user jobwatch has a token, good for 5 min
    FAILED  read: google/update-all-versions: HTTP 403 Forbidden: NCERRForbidden: not allowed
            what to do: The login works, but this user may not read these jobs. Give it the right on the appliance (a group such as CCKM Users), in the domain that it logs in to.
)");
}

TEST_CASE("12. a web page answers instead of an appliance")
{
    check_text(
        login_ends_with(
            connection_fault::foreign_answer, "HTTP 200, but the login answer holds no usable token"),
        R"(
appliance prod: FAILED at login
  node cm1.example.com
    ok      resolve: 192.0.2.10
    ok      connect: 192.0.2.10 port 443
    ok      TLS: TLSv1.3, the certificate is good for cm1.example.com
  login and read, at cm1.example.com
    FAILED  login: HTTP 200, but the login answer holds no usable token
            what to do: A CipherTrust Manager does not answer like this. It is another machine, or a page in front of the appliance (a login portal, a load balancer). Check host, port and path in urls.
    -       read: not tried, since there is no token
)");
}

TEST_CASE("13. one of two nodes is down, and the other serves")
{
    auto facts = all_well();
    node_facts down = facts.nodes.front();
    down.node.host = "cm0.example.com";
    down.step = connection_step::connect;
    down.fault = connection_fault::refused;
    down.text = "cannot connect to 192.0.2.9 port 443: Connection refused";
    down.addresses = "192.0.2.9";
    facts.nodes.insert(facts.nodes.begin(), down);
    facts.asked = 1;
    check_text(facts, R"(
appliance prod: works through cm1.example.com, but 1 of its 2 nodes FAILED
  node cm0.example.com
    ok      resolve: 192.0.2.9
    FAILED  connect: cannot connect to 192.0.2.9 port 443: Connection refused
            what to do: The machine is there, but no program listens on port 443. Check the port in urls. An appliance that has just been started needs some minutes.
  node cm1.example.com
    ok      resolve: 192.0.2.10
    ok      connect: 192.0.2.10 port 443
    ok      TLS: TLSv1.3, the certificate is good for cm1.example.com
  login and read, at cm1.example.com
    ok      login: user jobwatch has a token, good for 5 min
    ok      read: google/update-all-versions: we asked for a job id that we made up, and the appliance knows no such job. So reading works
)");
    CHECK_FALSE(report_of(facts).ok);
}

TEST_CASE("14. a token counts as expired as soon as it is made")
{
    auto facts = read_ends_with(
        connection_fault::token_expired,
        "HTTP 401 Unauthorized: NCERRUnauthorizedAccess: Token is expired by 412s");
    facts.clock_ahead = -7min;
    check_text(facts, R"(
appliance prod: FAILED at read
  node cm1.example.com
    ok      resolve: 192.0.2.10
    ok      connect: 192.0.2.10 port 443
    ok      TLS: TLSv1.3, the certificate is good for cm1.example.com
  login and read, at cm1.example.com
    ok      login: user jobwatch has a token, good for 5 min
    FAILED  read: google/update-all-versions: HTTP 401 Unauthorized: NCERRUnauthorizedAccess: Token is expired by 412s
            what to do: This token was made a moment ago, so a clock is wrong: the one of the node that made it, or the one of the node that was asked now. Set the clocks of all nodes of this appliance by NTP.
  note: the clock of cm1.example.com is 7 min behind this machine's. jobwatchd works all the same, but the times that it writes do not fit the appliance's. Set both clocks by NTP
)");
}

TEST_CASE("15. a token that somebody else keeps fresh is worth nothing any more")
{
    auto facts = read_ends_with(
        connection_fault::token_refused, "HTTP 401 Unauthorized: NCERRUnauthorizedAccess: Invalid token");
    facts.appliance.credential = credential_form::token_file;
    facts.appliance.token_file = "/run/tokens/prod";
    facts.login = {};
    check_text(facts, R"(
appliance prod: FAILED at read
  node cm1.example.com
    ok      resolve: 192.0.2.10
    ok      connect: 192.0.2.10 port 443
    ok      TLS: TLSv1.3, the certificate is good for cm1.example.com
  login and read, at cm1.example.com
    -       login: not needed: the token in /run/tokens/prod is used as it is
    FAILED  read: google/update-all-versions: HTTP 401 Unauthorized: NCERRUnauthorizedAccess: Invalid token
            what to do: The token has expired, was revoked, or belongs to another appliance. Put a fresh one into /run/tokens/prod; jobwatchd does not renew it, whoever writes that file must.
)");
}

TEST_CASE("16. the job that was asked for is not known there, or is shown")
{
    auto facts = all_well();
    facts.made_up = false;
    facts.job = "778a1024-dc18-49cb-833b-cfd6c000c090";
    auto told = report_of(facts).read;
    CHECK(told.result == step_result::failed);
    CHECK(
        told.text
        == "google/update-all-versions: HTTP 404 Not Found: NCERRResourceNotFound: Resource not found");
    CHECK(
        told.advice
        == "Login and path are right, but the appliance knows no such job. Check the id, --kind, and the "
           "domain: jobs of other domains are not shown.");
    facts.read.fault = connection_fault::none;
    facts.status = "in_progress";
    told = report_of(facts).read;
    CHECK(told.result == step_result::ok);
    CHECK(
        told.text
        == "google/update-all-versions: job 778a1024-dc18-49cb-833b-cfd6c000c090 is shown, its status is "
           "in_progress");
    facts.status.clear();
    CHECK(report_of(facts).read.text.ends_with("is shown, without a status"));
}

TEST_CASE("17. one of two nodes is starting, and the other serves")
{
    auto facts = all_well();
    node_facts starting = facts.nodes.front();
    starting.node.host = "cm0.example.com";
    starting.addresses = starting.peer = "192.0.2.9";
    starting.login.sent = true;
    starting.login.fault = connection_fault::not_ready;
    starting.login.text = "HTTP 503 Service Unavailable with an empty body";
    facts.nodes.insert(facts.nodes.begin(), starting);
    facts.asked = facts.read_at = 1;
    check_text(facts, R"(
appliance prod: works through cm1.example.com, but 1 of its 2 nodes FAILED
  node cm0.example.com
    ok      resolve: 192.0.2.9
    ok      connect: 192.0.2.9 port 443
    ok      TLS: TLSv1.3, the certificate is good for cm0.example.com
    FAILED  login: HTTP 503 Service Unavailable with an empty body
            what to do: The node is not ready: it is starting, being upgraded, or waiting for its cluster. Try again in some minutes.
  node cm1.example.com
    ok      resolve: 192.0.2.10
    ok      connect: 192.0.2.10 port 443
    ok      TLS: TLSv1.3, the certificate is good for cm1.example.com
  login and read, at cm1.example.com
    ok      login: user jobwatch has a token, good for 5 min
    ok      read: google/update-all-versions: we asked for a job id that we made up, and the appliance knows no such job. So reading works
)");
}

TEST_CASE("18. a node gives a token, and then a gateway answers in its place")
{
    auto facts = all_well();
    node_facts gone = facts.nodes.front();
    gone.node.host = "cm0.example.com";
    gone.addresses = gone.peer = "192.0.2.9";
    gone.read.sent = true;
    gone.read.fault = connection_fault::gateway;
    gone.read.text = "HTTP 502 Bad Gateway: HTML or XML instead of a job document";
    facts.nodes.insert(facts.nodes.begin(), gone);
    facts.asked = 0;
    facts.read_at = 1;
    check_text(facts, R"(
appliance prod: works through cm1.example.com, but 1 of its 2 nodes FAILED
  node cm0.example.com
    ok      resolve: 192.0.2.9
    ok      connect: 192.0.2.9 port 443
    ok      TLS: TLSv1.3, the certificate is good for cm0.example.com
    FAILED  read: google/update-all-versions: HTTP 502 Bad Gateway: HTML or XML instead of a job document
            what to do: A gateway or load balancer in front of the node answered; it cannot reach the node. Check that the node is up. Try again in some minutes.
  node cm1.example.com
    ok      resolve: 192.0.2.10
    ok      connect: 192.0.2.10 port 443
    ok      TLS: TLSv1.3, the certificate is good for cm1.example.com
  login, at cm0.example.com; read, at cm1.example.com
    ok      login: user jobwatch has a token, good for 5 min
    ok      read: google/update-all-versions: we asked for a job id that we made up, and the appliance knows no such job. So reading works
)");
}

TEST_CASE("what a proxy needs is told by how it fails: a password only where it wants one")
{
    auto facts = all_well();
    facts.appliance.proxy = proxy_address{"proxy.example.com", 3128};
    const auto advice = [&](connection_fault fault, connection_step step = connection_step::proxy) {
        return advice_for(fault, {facts.appliance, facts.nodes.front().node, step});
    };
    const auto has = [](const std::string& text, std::string_view part)
    { return text.find(part) != std::string::npos; };
    for (const auto fault :
         {connection_fault::no_tunnel, connection_fault::proxy_cannot_reach, connection_fault::proxy_failed,
          connection_fault::proxy_silent, connection_fault::no_proxy})
        CHECK_FALSE(has(advice(fault), "password"));
    CHECK(has(advice(connection_fault::proxy_wants_login), "without a password"));
    CHECK(has(advice(connection_fault::no_tunnel), "allow CONNECT to cm1.example.com:443"));
    const std::string out_of_reach = advice(connection_fault::proxy_cannot_reach);
    CHECK(out_of_reach.starts_with("The proxy works, but it cannot reach the node."));
    CHECK_FALSE(has(out_of_reach, "allow CONNECT"));
    CHECK(
        has(advice(connection_fault::no_proxy), "No HTTP proxy answers like this, unless it is overloaded."));
    CHECK(
        advice(connection_fault::proxy_silent)
        == "The proxy took the request and did not answer in time. Often it cannot reach the node (a "
           "firewall "
           "that drops packets). Check from the proxy's machine. If it never answers, check host and port in "
           "proxy: it may be no HTTP proxy (a SOCKS proxy does not serve).");
    CHECK(
        advice(connection_fault::proxy_failed)
        == "The proxy itself failed; its own log, or whoever runs it, can say why. Try again in some "
           "minutes. If "
           "the node can be reached without the proxy, remove the key proxy.");
    facts.appliance.server_name = "inner.example.com";
    CHECK(
        has(advice(connection_fault::unknown_authority, connection_step::tls),
            "openssl s_client -showcerts -proxy proxy.example.com:3128 -connect cm1.example.com:443 "
            "-servername inner.example.com </dev/null"));
}

TEST_CASE("an account can be locked by passwords only, so a refused refresh token is no such warning")
{
    auto facts = all_well();
    const auto advice = [&](credential_form form)
    {
        facts.appliance.credential = form;
        return advice_for(
            connection_fault::login_refused,
            {facts.appliance, facts.nodes.front().node, connection_step::login});
    };
    CHECK(advice(credential_form::password).find("lock the account") != std::string::npos);
    CHECK(advice(credential_form::refresh_token_file).find("lock") == std::string::npos);
}

TEST_CASE(
    "a request that the appliance does not accept: a login's keys, a made-up id, or an id that was asked for")
{
    const std::string start = "The appliance does not accept this request; its reason stands above. ";
    const std::string path = "the path of the kind (jobwatchctl kinds).";
    auto facts = read_ends_with(connection_fault::request_refused, "HTTP 409 Conflict: no");
    CHECK(
        report_of(facts).read.advice
        == start + "If it does not like the made-up id, ask for a real job with --job. Otherwise check "
            + path);
    facts.made_up = false;
    CHECK(report_of(facts).read.advice == start + "Check the id, and " + path);

    const std::string keys =
        "the keys that say where it logs in (domain, auth_domain, auth_domain_path, connection).";
    facts = login_ends_with(connection_fault::request_refused, "HTTP 400 Bad Request: no");
    CHECK(report_of(facts).login.advice == start + "Check " + keys);
    facts.appliance.credential = credential_form::client_certificate;
    CHECK(report_of(facts).login.advice == start + "Check client_id and " + keys);
}

TEST_CASE("something in front of the appliance that refuses need not want a login")
{
    const auto facts = login_ends_with(connection_fault::refused_by_other, "HTTP 403 Forbidden: a page");
    CHECK(
        report_of(facts).login.advice.find("refuses us, or wants a login of its own.") != std::string::npos);
}

TEST_CASE("another node may be asked after silence and trouble on the way, never after a refusal")
{
    std::vector<connection_fault> may;
    for (int value = 0; value <= static_cast<int>(connection_fault::last); ++value)
        if (may_ask_next_node(static_cast<connection_fault>(value)))
            may.push_back(static_cast<connection_fault>(value));
    CHECK(
        may
        == std::vector<connection_fault>{
            connection_fault::answer_timed_out, connection_fault::closed_early, connection_fault::not_ready,
            connection_fault::gateway});
}

TEST_CASE("an unverified certificate is told as such, and each credential in its own words")
{
    auto facts = all_well();
    facts.appliance.verify = certificate_check::none;
    CHECK(
        report_of(facts).nodes.front().steps.back().text
        == "TLSv1.3, but the certificate is NOT verified (verify = \"none\")");
    facts.appliance.credential = credential_form::refresh_token_file;
    facts.appliance.refresh_token_file = "/c/refresh";
    CHECK(report_of(facts).login.text == "the refresh token in /c/refresh gave a token, good for 5 min");
    facts.appliance.credential = credential_form::client_certificate;
    facts.appliance.client_certificate_file = "/c/crt";
    facts.token_life.reset();
    CHECK(report_of(facts).login.text == "the client certificate in /c/crt gave a token");
}

TEST_CASE("what another side says stays on one line, is harmless to a terminal, and is bounded")
{
    const auto facts = login_ends_with(
        connection_fault::server_error,
        "HTTP 500: \x1b[2J\nappliance prod: all well" + std::string(9'000, 'x'));
    const auto text = describe(report_of(facts));
    CHECK(text.find('\x1b') == std::string::npos);
    CHECK(text.find("\nappliance prod: all well") == std::string::npos);
    CHECK(text.size() < 2'000);
}

TEST_CASE("clocks are noted when they are more than a minute apart")
{
    auto facts = all_well();
    facts.clock_ahead = 60s;
    CHECK(report_of(facts).note.empty());
    facts.clock_ahead = -60s;
    CHECK(report_of(facts).note.empty());
    facts.clock_ahead = 60s + 1ms;
    CHECK(report_of(facts).note.starts_with("the clock of cm1.example.com is 1 min ahead of this machine's"));
    CHECK(report_of(facts).ok); // worth knowing, and no failure
}

TEST_CASE("every fault has a name of its own, and says what to do, with each credential and with a proxy")
{
    std::vector<std::string> names;
    auto facts = all_well();
    facts.appliance.token_file = "/c/token";
    facts.appliance.refresh_token_file = "/c/refresh";
    facts.appliance.client_certificate_file = "/c/crt";
    for (int value = 1; value <= static_cast<int>(connection_fault::last); ++value)
    {
        const auto fault = static_cast<connection_fault>(value);
        const std::string name(to_string(fault));
        CAPTURE(name);
        CHECK(name != "unknown");
        CHECK(std::find(names.begin(), names.end(), name) == names.end());
        names.push_back(name);
        for (const auto form :
             {credential_form::password, credential_form::token_file, credential_form::refresh_token_file,
              credential_form::client_certificate})
            for (const bool proxied : {false, true})
            {
                facts.appliance.credential = form;
                facts.appliance.proxy.reset();
                if (proxied)
                    facts.appliance.proxy = proxy_address{"proxy", 1};
                const auto advice =
                    advice_for(fault, {facts.appliance, facts.nodes.front().node, connection_step::read});
                CHECK(advice.size() > 20);
                CHECK(advice.find("  ") == std::string::npos);
            }
    }
    CHECK(
        advice_for(connection_fault::none, {facts.appliance, facts.nodes.front().node, connection_step::read})
            .empty());
}

TEST_CASE("what an answer means depends on who speaks: the appliance itself, or something before it")
{
    const auto login = [](exchange_end end) { return fault_of(connection_step::login, end); };
    const auto read = [](exchange_end end) { return fault_of(connection_step::read, end); };
    const auto own = [](int status)
    {
        exchange_end end;
        end.what = trouble::refused;
        end.http_status = status;
        end.own_error = true;
        return end;
    };
    const auto other = [](int status, bool html = false)
    {
        exchange_end end;
        end.what = trouble::refused;
        end.http_status = status;
        end.is_html = html;
        return end;
    };
    CHECK(login(own(401)) == connection_fault::login_refused);
    CHECK(login(own(403)) == connection_fault::login_refused);
    CHECK(login(other(401)) == connection_fault::refused_by_other);
    CHECK(login(own(404)) == connection_fault::no_such_path);
    CHECK(read(own(401)) == connection_fault::token_refused);
    auto expired = own(401);
    expired.says_expired = true;
    CHECK(read(expired) == connection_fault::token_expired);
    CHECK(read(own(403)) == connection_fault::may_not_read);
    CHECK(read(other(403)) == connection_fault::refused_by_other);
    CHECK(read(own(404)) == connection_fault::job_unknown);
    CHECK(read(own(405)) == connection_fault::no_such_path);
    CHECK(read(other(404)) == connection_fault::no_such_path);
    CHECK(read(other(404, true)) == connection_fault::no_such_path);
    CHECK(read(other(429)) == connection_fault::throttled);
    CHECK(read(other(500)) == connection_fault::server_error);
    CHECK(read(other(502, true)) == connection_fault::gateway);
    CHECK(read(other(503, true)) == connection_fault::not_ready);
    CHECK(read(other(504)) == connection_fault::gateway);
    CHECK(read(own(400)) == connection_fault::request_refused);
    CHECK(read(other(200, true)) == connection_fault::foreign_answer);
    CHECK(read(other(302)) == connection_fault::foreign_answer);
    CHECK(read(own(200)) == connection_fault::request_refused);
    exchange_end end;
    for (const int unknown : {200, 401, 403, 404, 422})
    {
        auto broken = other(unknown); // whose body cannot be unpacked
        broken.broken_body = true;
        CHECK(login(broken) == connection_fault::broken_body);
        CHECK(read(broken) == connection_fault::broken_body);
    }
    for (const int known : {429, 500, 503})
    {
        auto broken = other(known);
        broken.broken_body = true;
        CHECK(read(broken) == read(other(known)));
    }
    end.what = trouble::timed_out;
    CHECK(read(end) == connection_fault::answer_timed_out);
    end.what = trouble::closed_early;
    CHECK(read(end) == connection_fault::closed_early);
    end.what = trouble::no_token;
    CHECK(login(end) == connection_fault::secret_unusable);
    end.what = trouble::too_large;
    end.http_status = 200;
    CHECK(read(end) == connection_fault::too_large);
}
