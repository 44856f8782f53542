// Expected failures as values. A function that can fail in an expected way returns `result<T>`, or
// `explained<T>` where a person must be told more than a code can say. Exceptions are for surprises.
#pragma once

#include <boost/system/error_code.hpp>
#include <boost/system/result.hpp>

#include <string>

namespace jobwatch
{

using boost::system::error_code;

template <class T>
using result = boost::system::result<T>;

enum class errc
{
    // values and their texts
    bad_job_id = 1, // not [A-Za-z0-9._~:-]{1,128}
    bad_duration,   // not "200ms", "90s", "5m", "24h", "7d"
    bad_timestamp,  // not RFC 3339
    bad_json,       // not JSON, or nested deeper than we read
    not_a_reading,  // HTTP 200 whose body is not the document of the job that was asked for
    not_a_token,    // a login answer without a usable JWT
    too_large,      // over a named limit
    // state
    state_locked,       // another daemon owns the state directory
    state_corrupt,      // the database is damaged
    state_newer,        // the database was written by a newer version
    state_not_writable, // disk full, read-only, I/O error
    no_such_watch,      // neither open nor ended (or already removed by retention)
    watch_ended,        // terminal is a one-way door
    // network
    certificate_refused, // the peer's certificate is not the one we must see
    closed_early,        // the peer closed before its answer was whole
    timed_out,           // a deadline of ours passed
    stopping,            // we are being stopped
};

inline constexpr errc last_errc = errc::stopping;

const boost::system::error_category& error_category();

inline error_code make_error_code(errc value)
{
    return {static_cast<int>(value), error_category()};
}

// A failure that a person will read: what went wrong, where, and what is allowed.
struct failure
{
    error_code code;
    std::string text;
};

// Found by boost::system::result when value() is called on a failure, which is a bug of ours.
[[noreturn]] void throw_exception_from_error(const failure& error, const boost::source_location&);

template <class T>
using explained = boost::system::result<T, failure>;

} // namespace jobwatch

template <>
struct boost::system::is_error_code_enum<jobwatch::errc> : std::true_type
{
};
