// What can be wrong on the way to an appliance, told apart as far as it decides what a person must do about it.
#pragma once

#include "core/reading.hpp"

#include <string_view>

namespace jobwatch
{

// In the order in which they are taken. `proxy` only where there is one.
enum class connection_step : unsigned char
{
    resolve,
    connect,
    proxy,
    tls,
    login,
    read,
};

std::string_view to_string(connection_step value);

enum class connection_fault : unsigned char
{
    none,
    // on the way
    no_address, // or no answer from the name service
    refused,    // nobody listens
    unreachable,
    connect_timed_out,
    no_connection,      // any other reason
    own_limit,          // we may open no more sockets
    no_tunnel,          // the proxy refuses to make one
    proxy_wants_login,  // 407
    proxy_cannot_reach, // 502, 503, 504: the node, or its name
    proxy_failed,       // 500
    proxy_silent,
    no_proxy, // what listens there gives no proxy's answer, or a web server's
    // TLS
    unknown_authority,
    wrong_name,
    certificate_expired,
    certificate_early, // not valid yet
    bad_certificate,   // any other reason
    not_tls,
    old_tls,
    handshake_closed,
    handshake_timed_out,
    handshake_failed, // any other reason
    // of either request
    answer_timed_out,
    closed_early,
    too_large,
    broken_body,      // it could not be unpacked
    foreign_answer,   // no appliance answers like this
    refused_by_other, // 401 or 403, but not in the appliance's own words
    no_such_path,     // 404 or 405, likewise
    throttled,
    not_ready, // 503
    gateway,   // 502, 504
    server_error,
    request_refused, // any other status
    // of one of them
    secret_unusable, // our file holds none
    login_refused,   // by the appliance's own words
    token_expired,
    token_refused,
    may_not_read,
    job_unknown,
    last = job_unknown,
};

std::string_view to_string(connection_fault value);

// How a request ended that gave no grant and no reading.
struct exchange_end
{
    trouble what = trouble::unreadable;
    int http_status = 0;       // 0: there was no HTTP answer
    bool own_error = false;    // the answer is the appliance's own error body
    bool says_expired = false; // which says that something has expired
    bool is_html = false;
    bool broken_body = false; // nobody knows what it says
};

// `step` is login or read.
connection_fault fault_of(connection_step step, const exchange_end& end);

// May the same be asked of another node? Never after a refusal: a second one could lock an account.
bool may_ask_next_node(connection_fault fault);

} // namespace jobwatch
