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
    ok      read: google/update-all-versions: the appliance knows no job with the id that we made up, so the path is there and may be read
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
            what to do: Check the host in urls, and that this machine can look it up: getent hosts cm1.example.com
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
            what to do: The machine is there, but nothing listens on port 443. Check the port in urls, and whether the appliance has just been started: its services need some minutes.
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
            what to do: Nothing answers, as when a firewall is in the way or the machine is off. Check the address and port in urls, the firewalls on the way, and whether the way leads through a proxy (key proxy).
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
            "the certificate CN=cm1.example.com, issued by CN=Our CA, is signed by nobody we trust (we trust "
            "the "
            "authorities in /etc/jobwatchd/credentials/prod-ca.pem): unable to get local issuer certificate"),
        R"(
appliance prod: FAILED at TLS
  node cm1.example.com
    ok      resolve: 192.0.2.10
    ok      connect: 192.0.2.10 port 443
    FAILED  TLS: the certificate CN=cm1.example.com, issued by CN=Our CA, is signed by nobody we trust (we trust the authorities in /etc/jobwatchd/credentials/prod-ca.pem): unable to get local issuer certificate
            what to do: Put the certificate of the authority that signed the appliance's (PEM; on the appliance under CA) into /etc/jobwatchd/credentials/prod-ca.pem. If you do not know that authority, somebody on the way may be reading along. To see what is shown there: openssl s_client -showcerts -connect cm1.example.com:443 </dev/null
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
            "the certificate is not for cm1.example.com; the names in it are: ciphertrust.local: hostname "
            "mismatch"),
        R"(
appliance prod: FAILED at TLS
  node cm1.example.com
    ok      resolve: 192.0.2.10
    ok      connect: 192.0.2.10 port 443
    FAILED  TLS: the certificate is not for cm1.example.com; the names in it are: ciphertrust.local: hostname mismatch
            what to do: Write one of the certificate's names as the host in urls; or, if another host is meant on purpose, set server_name to one of them; or have a certificate made for cm1.example.com.
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
            "the certificate CN=cm1.example.com expired on 2026-10-01 12:00:00 UTC: certificate has expired"),
        R"(
appliance prod: FAILED at TLS
  node cm1.example.com
    ok      resolve: 192.0.2.10
    ok      connect: 192.0.2.10 port 443
    FAILED  TLS: the certificate CN=cm1.example.com expired on 2026-10-01 12:00:00 UTC: certificate has expired
            what to do: Renew the appliance's certificate. If that day is not over yet, this machine's clock is wrong: see timedatectl.
  login and read
    -       login: not tried, since no node could be reached
    -       read: not tried, since no node could be reached
)");
}

TEST_CASE("8. the proxy on the way wants a password")
{
    auto facts = ends_at(
        connection_step::proxy, connection_fault::no_tunnel,
        "the proxy proxy.example.com port 3128: it answers 407 Proxy Authentication Required (it wants "
        "credentials; jobwatchd has none for a proxy: let it allow this host without)");
    facts.appliance.proxy = proxy_address{"proxy.example.com", 3128};
    facts.nodes.front().addresses = "192.0.2.99";
    facts.nodes.front().peer = "192.0.2.99";
    check_text(facts, R"(
appliance prod: FAILED at proxy
  node cm1.example.com
    ok      resolve: the proxy proxy.example.com is 192.0.2.99
    ok      connect: the proxy at 192.0.2.99 port 3128
    FAILED  proxy: the proxy proxy.example.com port 3128: it answers 407 Proxy Authentication Required (it wants credentials; jobwatchd has none for a proxy: let it allow this host without)
            what to do: Have whoever runs the proxy allow CONNECT to cm1.example.com:443 without a password, check its address in proxy, or leave proxy out if there is a straight way.
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
            what to do: Check username, the password in /etc/jobwatchd/credentials/prod.password, and where it logs in: domain, auth_domain, auth_domain_path, connection. This was one refused login, and no other was sent; more of them may lock an account.
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
            what to do: The appliance is there and not ready: it is starting, being upgraded, or its cluster is not complete. Try again in some minutes.
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
            what to do: The login works, but this user may not read these jobs: give it the right on the appliance (a group such as CCKM Users), in the domain that it logs in to.
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
            what to do: No CipherTrust Manager answers like this: it is another machine, or a page before the appliance (a login portal, a load balancer). Check host, port and path in urls.
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
appliance prod: works, but 1 of its 2 nodes FAILED
  node cm0.example.com
    ok      resolve: 192.0.2.9
    FAILED  connect: cannot connect to 192.0.2.9 port 443: Connection refused
            what to do: The machine is there, but nothing listens on port 443. Check the port in urls, and whether the appliance has just been started: its services need some minutes.
  node cm1.example.com
    ok      resolve: 192.0.2.10
    ok      connect: 192.0.2.10 port 443
    ok      TLS: TLSv1.3, the certificate is good for cm1.example.com
  login and read, at cm1.example.com
    ok      login: user jobwatch has a token, good for 5 min
    ok      read: google/update-all-versions: the appliance knows no job with the id that we made up, so the path is there and may be read
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
            what to do: A token that was made a moment ago counts as expired: the clocks of the appliance's nodes are apart. Have them set by time servers (NTP).
  note: the appliance's clock is 7 min behind this machine's: jobwatchd goes by the tokens' life and copes, but times in its events will not agree
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
            what to do: Whoever keeps /run/tokens/prod fresh must put a valid token there: this one has expired, was revoked, or is of another appliance.
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
        == "The way is good, but there is no such job: check its id and --kind, and the domain (a job of "
           "another "
           "domain is not shown).");
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
    CHECK(report_of(facts).note.starts_with("the appliance's clock is 1 min ahead of this machine's"));
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
