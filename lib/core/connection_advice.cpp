#include "core/connection_advice.hpp"

namespace jobwatch
{

namespace
{

constexpr std::string_view later = "Try again in some minutes.";

std::string host_text(const std::string& host)
{
    return host.find(':') != std::string::npos ? '[' + host + ']' : host;
}

std::string with_port(const std::string& host, std::uint16_t port)
{
    return host_text(host) + ':' + std::to_string(port);
}

// What is connected to: the node, or the proxy.
std::string peer_key(const fault_place& at)
{
    return at.appliance.proxy ? "proxy" : "urls";
}

std::string peer_host(const fault_place& at)
{
    return at.appliance.proxy ? at.appliance.proxy->host : at.node.host;
}

std::string peer_port(const fault_place& at)
{
    return std::to_string(at.appliance.proxy ? at.appliance.proxy->port : at.node.port);
}

std::string another_way(const fault_place& at)
{
    return at.appliance.proxy ? std::string() : ", and whether the way leads through a proxy (key proxy)";
}

std::string advice_on_the_way(connection_fault fault, const fault_place& at)
{
    switch (fault)
    {
    case connection_fault::no_address:
        return "Check the host in " + peer_key(at) + ", and that this machine can look it up: getent hosts "
            + peer_host(at);
    case connection_fault::refused:
        return "The machine is there, but nothing listens on port " + peer_port(at) + ". Check the port in "
            + peer_key(at)
            + (at.appliance.proxy ? "."
                                  : ", and whether the appliance has just been started: its services need "
                                    "some minutes.");
    case connection_fault::unreachable:
        return "This machine has no way there. Check the address, this machine's network" + another_way(at)
            + '.';
    case connection_fault::connect_timed_out:
        return "Nothing answers, as when a firewall is in the way or the machine is off. Check the address "
               "and port in "
            + peer_key(at) + ", the firewalls on the way" + another_way(at) + '.';
    case connection_fault::own_limit:
        return "This process may open no more files and sockets: raise its limit (ulimit -n).";
    case connection_fault::no_tunnel:
        return "Have whoever runs the proxy allow CONNECT to " + with_port(at.node.host, at.node.port)
            + " without a password, check its address in proxy, or leave proxy out if there is a straight "
              "way.";
    default:
        return "Check the address and port in " + peer_key(at) + ", and this machine's network.";
    }
}

std::string look_at_certificates(const fault_place& at)
{
    const std::string connect = " openssl s_client -showcerts -connect ";
    return "To see what is shown there:" + connect + with_port(at.node.host, at.node.port) + " </dev/null";
}

std::string advice_on_authority(const fault_place& at)
{
    const std::string which =
        "the certificate of the authority that signed the appliance's (PEM; on the appliance under CA)";
    const std::string& file = at.appliance.ca_file;
    const std::string what = file.empty() ? "Put " + which + " into a file, and name it in ca_file. "
                                          : "Put " + which + " into " + file + ". ";
    return what + "If you do not know that authority, somebody on the way may be reading along. "
        + look_at_certificates(at);
}

std::string advice_on_tls(connection_fault fault, const fault_place& at)
{
    switch (fault)
    {
    case connection_fault::unknown_authority:
        return advice_on_authority(at);
    case connection_fault::wrong_name:
        return at.appliance.server_name.empty()
            ? "Write one of the certificate's names as the host in urls; or, if another host is meant on "
              "purpose, set server_name to one of them; or have a certificate made for "
                + at.node.host + '.'
            : "Set server_name to one of the certificate's names (it is " + at.appliance.server_name
                + " now), or leave it out if the host in urls is one of them.";
    case connection_fault::certificate_expired:
        return "Renew the appliance's certificate. If that day is not over yet, this machine's clock is "
               "wrong: "
               "see timedatectl.";
    case connection_fault::certificate_early:
        return "If that day has come, this machine's clock is wrong: see timedatectl. Else have the "
               "certificate made anew.";
    case connection_fault::bad_certificate:
        return "Have the appliance's certificate made anew; the last words are OpenSSL's reason. "
            + look_at_certificates(at);
    case connection_fault::not_tls:
        return "Check the port in urls: what listens there does not speak https.";
    case connection_fault::old_tls:
        return "Have the appliance's web interface offer TLS 1.2 or newer.";
    case connection_fault::handshake_closed:
    case connection_fault::handshake_timed_out:
        return "Something listens there, but no appliance that is ready: one that is starting, or a load "
               "balancer with nothing behind it. "
            + std::string(later);
    default:
        return "The last words are OpenSSL's reason. If the appliance wants a client certificate, give "
               "client_certificate_file and client_key_file.";
    }
}

std::string advice_on_login(const fault_place& at)
{
    const std::string once = " This was one refused login, and no other was sent; more of them may lock an "
                             "account.";
    const std::string where = ", and where it logs in: domain, auth_domain, auth_domain_path, connection.";
    switch (at.appliance.credential)
    {
    case credential_form::refresh_token_file:
        return "Put a fresh refresh token into " + at.appliance.refresh_token_file
            + ": this one has expired, was revoked, or is of another appliance or domain." + once;
    case credential_form::client_certificate:
        return "Have the client certificate in " + at.appliance.client_certificate_file
            + " registered at the appliance, and check client_id" + where + once;
    default:
        return "Check username, the password in " + at.appliance.password_file + where + once;
    }
}

// The token was given a moment ago, or comes from a file.
std::string advice_on_token(connection_fault fault, const fault_place& at)
{
    if (at.appliance.credential == credential_form::token_file)
        return "Whoever keeps " + at.appliance.token_file
            + " fresh must put a valid token there: this one has expired, was revoked, or is of another "
              "appliance.";
    if (fault == connection_fault::token_expired)
        return "A token that was made a moment ago counts as expired: the clocks of the appliance's nodes "
               "are "
               "apart. Have them set by time servers (NTP).";
    return "The appliance refuses a token that it has just given. With several nodes, they may not be of one "
           "cluster; else try again in some minutes.";
}

std::string advice_on_request(connection_fault fault, const fault_place& at)
{
    switch (fault)
    {
    case connection_fault::answer_timed_out:
        return "The appliance takes the request and does not answer: it may be overloaded or starting. "
               "request_timeout says how long we wait. "
            + std::string(later);
    case connection_fault::closed_early:
        return "The appliance, or something before it, breaks the connection off: it may be starting. "
            + std::string(later);
    case connection_fault::too_large:
    case connection_fault::foreign_answer:
        return "No CipherTrust Manager answers like this: it is another machine, or a page before the "
               "appliance (a login portal, a load balancer). Check host, port and path in urls.";
    case connection_fault::refused_by_other:
        return "Not the appliance refuses this, but something before it (a gateway, a load balancer) that "
               "wants a login of its own. Check host, port and path in urls.";
    case connection_fault::no_such_path:
        return at.step == connection_step::login
            ? "There is no login of a CipherTrust Manager at this address: check host, port and path in urls."
            : "Something answers there that does not know this path: check the path in urls, the kind's path "
              "(jobwatchctl kinds), and whether CCKM is in use on this appliance.";
    case connection_fault::throttled:
        return "The appliance is asked too often, by us or by others. " + std::string(later);
    case connection_fault::not_ready:
        return "The appliance is there and not ready: it is starting, being upgraded, or its cluster is not "
               "complete. "
            + std::string(later);
    case connection_fault::gateway:
        return "Something before the appliance (a gateway, a load balancer) answers in its place, and cannot "
               "reach it. Look at the appliance itself. "
            + std::string(later);
    case connection_fault::server_error:
        return "The appliance itself failed; its own logs tell more. " + std::string(later);
    default:
        return "The appliance understands the request and refuses it; its words say why. The kind's path may "
               "not fit (jobwatchctl kinds); with --job, the id of a real job can be asked for.";
    }
}

} // namespace

std::string advice_for(connection_fault fault, const fault_place& at)
{
    switch (fault)
    {
    case connection_fault::none:
        return {};
    case connection_fault::secret_unusable:
        return "Mend the file; jobwatchctl check-config looks at it, too.";
    case connection_fault::login_refused:
        return advice_on_login(at);
    case connection_fault::token_expired:
    case connection_fault::token_refused:
        return advice_on_token(fault, at);
    case connection_fault::may_not_read:
        return "The login works, but this user may not read these jobs: give it the right on the appliance "
               "(a "
               "group such as CCKM Users), in the domain that it logs in to.";
    case connection_fault::job_unknown:
        return "The way is good, but there is no such job: check its id and --kind, and the domain (a job of "
               "another domain is not shown).";
    default:
        break;
    }
    if (fault < connection_fault::unknown_authority)
        return advice_on_the_way(fault, at);
    if (fault < connection_fault::answer_timed_out)
        return advice_on_tls(fault, at);
    return advice_on_request(fault, at);
}

} // namespace jobwatch
