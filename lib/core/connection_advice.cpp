#include "core/connection_advice.hpp"

namespace jobwatch
{

namespace
{

constexpr std::string_view later = "Try again in some minutes.";
constexpr std::string_view login_keys =
    "the keys that say where it logs in (domain, auth_domain, auth_domain_path, connection).";

std::string host_text(const std::string& host)
{
    return host.find(':') != std::string::npos ? '[' + host + ']' : host;
}

std::string with_port(const std::string& host, std::uint16_t port)
{
    return host_text(host) + ':' + std::to_string(port);
}

std::string node_text(const fault_place& at)
{
    return with_port(at.node.host, at.node.port);
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

std::uint16_t peer_port(const fault_place& at)
{
    return at.appliance.proxy ? at.appliance.proxy->port : at.node.port;
}

std::string proxy_may_be_missing(const fault_place& at)
{
    return at.appliance.proxy ? std::string() : " If only a proxy leads there, name it in the key proxy.";
}

std::string without_proxy()
{
    return " If the node can be reached without the proxy, remove the key proxy.";
}

std::string advice_on_proxy(connection_fault fault, const fault_place& at)
{
    switch (fault)
    {
    case connection_fault::proxy_wants_login:
        return "Have whoever runs the proxy allow CONNECT to " + node_text(at)
            + " from this machine without a password." + without_proxy();
    case connection_fault::proxy_cannot_reach:
        return "The proxy works, but it cannot reach the node. Check host and port in urls, whether the "
               "appliance is up, and whether the proxy's machine can look up and reach "
            + node_text(at) + '.';
    case connection_fault::proxy_failed:
        return "The proxy itself failed; its own log, or whoever runs it, can say why. " + std::string(later)
            + without_proxy();
    case connection_fault::proxy_silent:
        return "The proxy took the request and did not answer in time. Often it cannot reach the node (a "
               "firewall that drops packets). Check from the proxy's machine. If it never answers, check "
               "host "
               "and port in proxy: it may be no HTTP proxy (a SOCKS proxy does not serve).";
    case connection_fault::no_proxy:
        return "No HTTP proxy answers like this, unless it is overloaded. Check host and port in proxy; a "
               "SOCKS proxy does not serve. If they are right, try again in some minutes.";
    default:
        return "Have whoever runs the proxy allow CONNECT to " + node_text(at) + " from this machine."
            + without_proxy();
    }
}

std::string advice_on_connect(connection_fault fault, const fault_place& at)
{
    switch (fault)
    {
    case connection_fault::no_address:
        return "Check the spelling of the host in " + peer_key(at)
            + ". If it is right, this machine's DNS does not know it: \"getent hosts " + peer_host(at)
            + "\" prints nothing. Have the name added to DNS or to /etc/hosts.";
    case connection_fault::refused:
        return "The machine is there, but no program listens on port " + std::to_string(peer_port(at))
            + ". Check the port in " + peer_key(at)
            + (at.appliance.proxy ? ", and whether the proxy runs."
                                  : ". An appliance that has just been started needs some minutes.");
    case connection_fault::unreachable:
        return "This machine's network has no way to that address. Check the address in " + peer_key(at)
            + ", and this machine's routes (ip route)." + proxy_may_be_missing(at);
    case connection_fault::connect_timed_out:
        return "There was no answer at all. A firewall drops it, the address is wrong, or the machine is "
               "off. Check host and port in "
            + peer_key(at) + ", and have the firewalls let this machine connect to "
            + with_port(peer_host(at), peer_port(at)) + '.' + proxy_may_be_missing(at);
    case connection_fault::own_limit:
        return "This process may open no more files and sockets. Raise its limit (ulimit -n).";
    default:
        return "Check host and port in " + peer_key(at) + ", and this machine's network.";
    }
}

// A command that shows what is met, by the same way.
std::string look_at_certificates(const fault_place& at)
{
    const appliance_settings& of = at.appliance;
    std::string command = "openssl s_client -showcerts";
    if (of.proxy)
        command += " -proxy " + with_port(of.proxy->host, of.proxy->port);
    command += " -connect " + node_text(at);
    if (!of.server_name.empty())
        command += " -servername " + of.server_name;
    return "To see the certificates: " + command + " </dev/null";
}

std::string advice_on_authority(const fault_place& at)
{
    const std::string& file = at.appliance.ca_file;
    return "Get the certificate of the authority (CA) that signed the appliance's certificate, as a PEM "
           "file; the appliance's web console shows its own authorities under CA, Local. "
        + (file.empty() ? "Name the file in ca_file. " : "Put it into " + file + ". ")
        + "If you do not know the issuer named above, ask first: somebody on the way may be reading along. "
        + look_at_certificates(at);
}

std::string advice_on_name(const fault_place& at)
{
    const std::string& asked = at.appliance.server_name;
    if (!asked.empty())
        return "Set server_name to one of the names in the certificate (it is " + asked
            + " now), or remove it if the host in urls is one of them.";
    return "Use one of the names in the certificate: as the host in urls, or, if the host in urls must stay "
           "as it is, in server_name. Or have a certificate made for "
        + at.node.host + '.';
}

// Of a handshake that the other side breaks off.
std::string advice_on_handshake(const fault_place& at)
{
    return at.appliance.client_certificate_file.empty()
        ? "If the appliance wants a client certificate, name yours in client_certificate_file and "
          "client_key_file. Otherwise check which ciphers its web interface allows. "
            + look_at_certificates(at)
        : "Check that the appliance knows the authority that signed " + at.appliance.client_certificate_file
            + ", that this certificate has not expired, and which ciphers its web interface allows. "
            + look_at_certificates(at);
}

std::string advice_on_tls(connection_fault fault, const fault_place& at)
{
    switch (fault)
    {
    case connection_fault::unknown_authority:
        return advice_on_authority(at);
    case connection_fault::wrong_name:
        return advice_on_name(at);
    case connection_fault::certificate_expired:
        return "Renew the certificate of the appliance's web interface. If the date above is still to come, "
               "this machine's clock is wrong: see timedatectl.";
    case connection_fault::certificate_early:
        return "If the date above has passed, this machine's clock is wrong: see timedatectl. Otherwise have "
               "a new certificate made.";
    case connection_fault::bad_certificate:
        return "Have a new certificate made for the appliance's web interface; OpenSSL's reason stands in "
               "brackets above. "
            + look_at_certificates(at);
    case connection_fault::not_tls:
        return "What listens on this port does not speak https. Check host and port in urls; an appliance "
               "usually listens on 443.";
    case connection_fault::old_tls:
        return "Have the appliance's web interface allow TLS 1.2 or newer.";
    case connection_fault::handshake_closed:
    case connection_fault::handshake_timed_out:
        return "Something accepts the connection, but does not start TLS. The appliance may be starting, or "
               "a load balancer has no appliance behind it. "
            + std::string(later);
    default:
        return advice_on_handshake(at);
    }
}

std::string advice_on_login(const fault_place& at)
{
    const credential_form form = at.appliance.credential;
    switch (form)
    {
    case credential_form::refresh_token_file:
        return what_to_check_of_login(form, at.appliance.refresh_token_file);
    case credential_form::client_certificate:
        return what_to_check_of_login(form, at.appliance.client_certificate_file);
    default:
        return what_to_check_of_login(form, at.appliance.password_file)
            + " One login was refused; nothing was tried again. Be sure of the password before you repeat "
              "this: more refusals may lock the account.";
    }
}

// The token was given a moment ago, or comes from a file.
std::string advice_on_token(connection_fault fault, const fault_place& at)
{
    if (at.appliance.credential == credential_form::token_file)
        return "The token has expired, was revoked, or belongs to another appliance. Put a fresh one into "
            + at.appliance.token_file + "; jobwatchd does not renew it, whoever writes that file must.";
    if (fault == connection_fault::token_expired)
        return "This token was made a moment ago, so a clock is wrong: the one of the node that made it, or "
               "the one of the node that was asked now. Set the clocks of all nodes of this appliance by "
               "NTP.";
    return "The appliance refuses a token that it gave a moment ago. Check that all of urls, and what a load "
           "balancer has behind it, are nodes of one cluster. "
        + std::string(later);
}

std::string advice_on_strange_answer(connection_fault fault, const fault_place& at)
{
    switch (fault)
    {
    case connection_fault::too_large:
        return "jobwatchd reads no answer of this size, and an appliance's are far smaller. Check host, port "
               "and path in urls: another program may be answering.";
    case connection_fault::broken_body:
        return "The body of this answer could not be unpacked, so nobody can say what it means. Often "
               "something in front of the appliance (a proxy, a load balancer) breaks or repacks answers: "
               "see "
               "what leads to this address. "
            + std::string(later);
    case connection_fault::foreign_answer:
        return "A CipherTrust Manager does not answer like this. It is another machine, or a page in front "
               "of the appliance (a login portal, a load balancer). Check host, port and path in urls.";
    case connection_fault::refused_by_other:
        return "These are not the appliance's words. Something in front of it (a gateway, a load balancer) "
               "refuses us, or wants a login of its own. Have it let this machine's requests pass, or check "
               "host, port and "
               "path in urls.";
    default: // no_such_path
        return at.step == connection_step::login
            ? "There is no CipherTrust Manager's login at this address. Check host, port and path in urls."
            : "The login works, but the path of this kind is not known there. Check the path of the kind "
              "(jobwatchctl kinds), and whether CCKM is in use on this appliance.";
    }
}

// The appliance, and not its account, is against it: a 400, a 409.
std::string advice_on_refused_request(const fault_place& at)
{
    const std::string told = "The appliance does not accept this request; its reason stands above. ";
    if (at.step == connection_step::login)
        return told + "Check "
            + (at.appliance.credential == credential_form::client_certificate ? "client_id and " : "")
            + std::string(login_keys);
    return told
        + (at.made_up ? "If it does not like the made-up id, ask for a real job with --job. Otherwise check "
                      : "Check the id, and ")
        + "the path of the kind (jobwatchctl kinds).";
}

std::string advice_on_request(connection_fault fault, const fault_place& at)
{
    switch (fault)
    {
    case connection_fault::answer_timed_out:
        return "The node took the request and did not answer in time (request_timeout). It may be overloaded "
               "or starting. "
            + std::string(later);
    case connection_fault::closed_early:
        return "The node, or something in front of it, broke the connection off. It may be starting. "
            + std::string(later);
    case connection_fault::throttled:
        return "This appliance gets too many requests, from us or from others. " + std::string(later);
    case connection_fault::not_ready:
        return "The node is not ready: it is starting, being upgraded, or waiting for its cluster. "
            + std::string(later);
    case connection_fault::gateway:
        return "A gateway or load balancer in front of the node answered; it cannot reach the node. Check "
               "that the node is up. "
            + std::string(later);
    case connection_fault::server_error:
        return "The appliance failed inside; its own logs say why. " + std::string(later);
    case connection_fault::request_refused:
        return advice_on_refused_request(at);
    default:
        return advice_on_strange_answer(fault, at);
    }
}

} // namespace

std::string what_to_check_of_login(credential_form form, const std::string& file)
{
    switch (form)
    {
    case credential_form::refresh_token_file:
        return "The refresh token has expired, was revoked, or belongs to another appliance or domain. Put a "
               "new one into "
            + file + '.';
    case credential_form::client_certificate:
        return "Check that the client certificate" + (file.empty() ? file : " in " + file)
            + " is registered at the appliance, then client_id and " + std::string(login_keys);
    default:
        return "Check username, the password in " + file + ", and " + std::string(login_keys);
    }
}

std::string advice_for(connection_fault fault, const fault_place& at)
{
    switch (fault)
    {
    case connection_fault::none:
        return {};
    case connection_fault::secret_unusable:
        return "Correct that file, then run this again.";
    case connection_fault::login_refused:
        return advice_on_login(at);
    case connection_fault::token_expired:
    case connection_fault::token_refused:
        return advice_on_token(fault, at);
    case connection_fault::may_not_read:
        return "The login works, but this user may not read these jobs. Give it the right on the appliance "
               "(a group such as CCKM Users), in the domain that it logs in to.";
    case connection_fault::job_unknown:
        return "Login and path are right, but the appliance knows no such job. Check the id, --kind, and the "
               "domain: jobs of other domains are not shown.";
    default:
        break;
    }
    if (fault < connection_fault::no_tunnel)
        return advice_on_connect(fault, at);
    if (fault < connection_fault::unknown_authority)
        return advice_on_proxy(fault, at);
    if (fault < connection_fault::answer_timed_out)
        return advice_on_tls(fault, at);
    return advice_on_request(fault, at);
}

} // namespace jobwatch
