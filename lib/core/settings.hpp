// The configuration as typed values. Every default stands here and nowhere else; wire/settings_file reads the
// text and reports every mistake; who holds a `settings` may rely on all ranges.
#pragma once

#include "core/duration_text.hpp"
#include "core/kind.hpp"
#include "core/poll_schedule.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace jobwatch
{

// A node of the appliance: https://HOST[:PORT][/BASE]
struct node_address
{
    std::string host;
    std::uint16_t port = 443;
    std::string base_path; // "" or "/x/y" without a slash at its end; "/api" is not part of it

    friend bool operator==(const node_address&, const node_address&) = default;
};

// An HTTP proxy that is asked with CONNECT; the TLS inside is with the node.
struct proxy_address
{
    std::string host;
    std::uint16_t port = 0;

    friend bool operator==(const proxy_address&, const proxy_address&) = default;
};

// Where an appliance's tokens come from.
enum class credential_form : unsigned char
{
    password,           // username and password_file
    token_file,         // a bearer token that somebody else keeps fresh
    refresh_token_file, // the refresh grant, with a refresh token from a file
    client_certificate, // client_certificate_file and client_key_file
};

enum class certificate_check : unsigned char
{
    full, // chain and host name
    none, // neither: loud, and marked in events
};

struct appliance_settings
{
    std::string name;
    std::vector<node_address> nodes;
    // One of the four forms; names of files are absolute once read.
    credential_form credential = credential_form::password;
    std::string username;
    std::string password_file;
    std::string token_file;
    std::string refresh_token_file;
    std::string client_certificate_file; // PEM
    std::string client_key_file;         // PEM, without a passphrase
    std::string client_id;               // of a client certificate's login; "" = not sent
    std::string domain;                  // "" = not sent, as for the next three
    std::string auth_domain;
    std::string auth_domain_path;
    std::string connection;
    std::string ca_file;     // absolute; "" = the system's authorities
    std::string server_name; // "" = the node's host
    std::optional<proxy_address> proxy;
    certificate_check verify = certificate_check::full;
    double requests_per_second = 50;
    std::uint32_t burst = 1;
    std::uint32_t connections = 8;
    milliseconds connect_timeout{5'000}; // for each of resolve, connect, handshake
    milliseconds request_timeout{30'000};
    milliseconds retry_after_limit{300'000};
    milliseconds login_retry_after{1'800'000};
};

struct submit_settings
{
    std::string appliance; // "" = the only one
    std::string kind{default_kind};
};

struct poll_settings
{
    poll_schedule schedule;
    time_limit overdue_after = milliseconds{3'600'000};
    time_limit give_up_after; // never
    milliseconds lost_after_unseen{600'000};
    milliseconds lost_after_seen{3'600'000};
};

struct event_settings
{
    milliseconds retain{30LL * 24 * 3'600'000};
    std::uint64_t rotate_size = 64ULL << 20; // bytes
    std::uint32_t rotate_keep = 10;          // files beside the present one
};

struct control_settings
{
    std::uint32_t clients = 1'000; // connections on both sockets together
    milliseconds heartbeat{15'000};
    milliseconds stalled_reader_after{300'000};
};

enum class log_level : unsigned char
{
    trace,
    debug,
    info,
    warning,
    error,
};

struct path_settings
{
    std::string state = "/var/lib/jobwatchd";
    std::string logs = "/var/log/jobwatchd";
    std::string runtime = "/run/jobwatchd";
};

struct settings
{
    std::map<std::string, appliance_settings> appliances;
    std::map<std::string, kind> kinds; // built-in ones and the configuration's
    submit_settings submit;
    poll_settings poll;
    event_settings events;
    control_settings control;
    log_level level = log_level::info;
    path_settings paths;
};

} // namespace jobwatch
