// How an answer goes out when it does not go out whole and at once. `pack` turns the answer's bytes into what the
// transport is to do; it only obeys.
#pragma once

#include "clock.hpp"

#include <cstdint>
#include <string>
#include <variant>

namespace jobwatch::simulator
{

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

using delivery = std::variant<cut>;

// What the transport does, in this order.
struct parcel
{
    std::string first;
    ending then = ending::usual;
};

// `whole`: the answer as the response writer has it.
parcel pack(const delivery& how, std::string whole);

// Whether anything of the answer's status reaches the client.
bool tells_status(const delivery& how);

} // namespace jobwatch::simulator
