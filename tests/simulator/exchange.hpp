// One request and its answer, without a socket: what the transport hands to the appliance and gets back.
#pragma once

#include "clock.hpp"
#include "delivery.hpp"

#include <boost/beast/http/status.hpp>
#include <boost/beast/http/verb.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace jobwatch::simulator
{

namespace http = boost::beast::http;

// Views into the request's own memory: good until it is answered.
struct request
{
    http::verb method = http::verb::unknown;
    std::string_view path; // without the query, still percent-encoded
    std::string_view accept;
    std::string_view content_type;
    std::string_view authorization;
    std::string_view body;
    std::uint64_t node = 0;         // at which node of the cluster it arrived, from 0
    std::string_view query{};       // without the question mark, still percent-encoded
    std::string_view certificate{}; // fingerprint of the one shown in the handshake; empty: none
};

// Stands for a node where there is none: the listener for the control paths alone.
constexpr std::uint64_t no_node = static_cast<std::uint64_t>(-1);

enum class request_class : std::uint8_t
{
    login,   // password grant
    refresh, // refresh grant
    start,   // POST of a job
    read,    // GET of a job
    other,
    control, // the simulator's own paths: in no count of what the appliance was asked
};
constexpr std::size_t request_class_count = 6;

std::string_view name_of(request_class which);

// In the ledger, where the client was told no status.
constexpr http::status no_status = http::status::unknown;

struct answer
{
    http::status status = http::status::ok;
    request_class kind = request_class::other;
    std::string body;
    std::string_view allow{}; // for the Allow header of a 405
    std::string job{};        // whose it is, by the path; empty when it is of none
    std::string_view content_type = "application/json; charset=UTF-8";
    std::string headers{}; // more header fields: each begins with CR LF
    // How the transport delivers it; weather adds to this.
    duration delay{};
    std::optional<delivery> how{}; // empty: whole and at once
};

// The appliance's own error body: an NCERR name, a number, a sentence.
struct error_name
{
    int code;
    std::string_view description;
};
constexpr error_name bad_request{15, "NCERRBadRequest"};
constexpr error_name invalid_value{9, "NCERRInvalidParamValue"};
constexpr error_name unauthorized{5, "NCERRUnauthorizedAccess"};
constexpr error_name not_found{16, "NCERRResourceNotFound: Resource not found"};
constexpr error_name wrong_method{0, "NCERRMethodNotAllowed: Method not allowed"};

answer refuse(request_class kind, http::status status, const error_name& name, std::string_view message);
answer refuse_method(request_class kind, std::string_view allowed);

} // namespace jobwatch::simulator
