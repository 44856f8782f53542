// How an answer goes out when it does not go out whole and at once. `pack` turns the answer's bytes into what the
// transport is to do; it only obeys.
#pragma once

#include "clock.hpp"

#include <cstdint>
#include <limits>
#include <string>
#include <variant>

namespace jobwatch::simulator
{

// Headers and bodies grow to at most this, also those "without end".
constexpr std::uint64_t flood_limit = 1'000'000'000'000;

// Where in an answer something happens.
enum class place : std::uint8_t
{
    before, // not a byte is sent
    header, // in the middle of the header
    body,   // in the middle of the body
};

enum class ending : std::uint8_t
{
    usual,   // as HTTP has it
    reset,   // RST
    close,   // FIN, without TLS's own goodbye
    goodbye, // TLS's goodbye, then FIN
    never,   // silence, until the client has enough
};

// The answer stops in a place, and then this.
struct cut
{
    place where = place::before;
    ending then = ending::reset;
};

// A few bytes at a time, from the first byte or from the body on.
struct trickle
{
    place from = place::header;
    std::uint64_t bytes = 1;
    duration every = std::chrono::seconds{1};
};

struct big_header
{
    enum : std::uint8_t
    {
        one,     // field
        many,    // fields
        endless, // fields
    } form = one;
    std::uint64_t bytes = 1024 * 1024;
};

// The body goes on with white space.
struct big_body
{
    enum : std::uint8_t
    {
        counted,
        chunked,
        endless, // in chunks
    } form = counted;
    std::uint64_t bytes = 1'000'000'000;
};

struct bad_gzip
{
    enum : std::uint8_t
    {
        broken,    // its second half is none
        truncated, // its second half is missing, though HTTP says that it is whole
        checksum,  // wrong at the end
        plain,     // not zipped at all
        trailing,  // something behind its end
        bomb,      // the body goes on with so much white space, zipped
    } form = broken;
    std::uint64_t bytes = 10'000'000'000;
};

// A Content-Length that is so much more or less, or no number at all.
struct wrong_length
{
    std::int64_t by = 0;
    std::string text;
};

// Not HTTP; then the connection ends.
struct garbage
{
    std::string text;
};

// More bytes, in front of the answer or behind it; when there is no text, the answer itself once more.
struct extra
{
    enum : std::uint8_t
    {
        before,
        behind,
    } where = behind;
    std::string text;
};

// HTTP/1.0, and a body that ends with the connection.
struct old_http
{
};

using delivery =
    std::variant<cut, trickle, big_header, big_body, bad_gzip, wrong_length, garbage, extra, old_http>;

// What the transport does, in this order.
struct parcel
{
    std::string first;
    std::string block; // so often
    std::uint64_t repeats = 0;
    std::string last;
    ending then = ending::usual;
    // How much of `last` goes out at once; 0: all.
    std::uint64_t step = 0;
    duration every{};
};

// `whole`: the answer as the response writer has it; for all but `cut` and `trickle` it must have a
// Content-Length, and a body that is not zipped.
parcel pack(const delivery& how, std::string whole);

bool wants_plain_body(const delivery& how);

// Whether the client is told the answer's status.
bool tells_status(const delivery& how);

} // namespace jobwatch::simulator
