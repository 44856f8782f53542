// What came back from a poll: a reading, or an error while asking. Only a reading can end a watch (and, by a
// rule of its own, the appliance's own 404).
#pragma once

#include "core/error.hpp"
#include "core/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace jobwatch
{

// How much of the job was done, as far as the document gives positive evidence.
enum class done_part : unsigned char
{
    unknown,
    some,
    all,
};

struct reading
{
    std::string
        status; // the word as the appliance wrote it, at most max_status_word bytes; "" when there is none
    bool abort = false; // cancel was requested
    done_part done = done_part::unknown;
    std::optional<std::uint64_t> versions_done; // distinct ids in detailed_status.completed
    std::optional<std::uint64_t> version_count;
    std::optional<wall_time> updated_at;
    std::optional<wall_time> completed_at;
    std::string operation; // "" when absent
    std::string key_id;    // "" when absent
    // The document without insignificant white space, otherwise to the letter. Filled only where the status is
    // not a pending word; "" and document_truncated when it is longer than max_document.
    std::string document;
    bool document_truncated = false;
};

inline constexpr std::size_t max_document = 64 * 1024; // bytes kept in an event
inline constexpr std::size_t max_status_word = 64;     // bytes; longer words are cut
inline constexpr std::size_t max_reading_field = 256;  // bytes of operation and key_id; longer ones are cut

// The class of an error while asking.
enum class trouble : unsigned char
{
    resolve,      // the host name gave no address
    connect,      // refused, unreachable
    tls,          // handshake or certificate
    timed_out,    // one of our deadlines
    closed_early, // reset, or closed before the answer was whole
    kept_closed,  // a kept connection was closed before a byte of the answer came: ask again on a new one
    unauthorized, // 401
    forbidden,    // 403
    not_found,    // 404 with the appliance's own error body
    throttled,    // 429
    unavailable,  // 503
    gateway,      // 502, 504
    server_error, // any other 5xx
    refused,      // any other status, or an error body in a 200
    unreadable,   // 200, but not a reading
    too_large,    // over the header or body limit
    held_back,    // not sent after all: the budget had nothing left when the connection was ready
    own_limit,    // not sent: we may open no more sockets
    no_token,     // we have no token to ask with
};

std::string_view to_string(trouble value);

// In words for a person, where the error's own text was not kept: "HTTP 503: the appliance is not ready".
std::string describe_trouble(trouble what, int http_status, bool foreign = false);

struct asking_error
{
    trouble what = trouble::unreadable;
    int http_status = 0; // 0: there was no HTTP answer
    std::string text;    // for a person; never holds a secret
    std::optional<milliseconds> retry_after;
    bool foreign = false; // a status that blames the request, but not in the appliance's own words
};

[[noreturn]] void throw_exception_from_error(const asking_error& error, const boost::source_location&);

using poll_answer = boost::system::result<reading, asking_error>;

} // namespace jobwatch
