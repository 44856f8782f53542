// A fault by switch: which requests it befalls, and what becomes of their answers. Pure: time and the request come in
// as arguments.
#pragma once

#include "delivery.hpp"
#include "document_change.hpp"
#include "exchange.hpp"
#include "json_fields.hpp"

#include <boost/system/result.hpp>

#include <optional>
#include <string>
#include <variant>

namespace jobwatch::simulator
{

// A step of the weather, with its fault, is at most so many bytes as JSON.
constexpr std::size_t step_text_limit = 1024 * 1024;

// Which requests a fault befalls.
struct selection
{
    std::optional<request_class> kind;  // empty: any but the simulator's own paths
    std::string job = "*";              // one job's id, or all requests
    std::optional<std::uint64_t> node;  // empty: any
    std::uint64_t after = 0;            // so many fitting requests pass first
    std::optional<std::uint64_t> times; // then so many are befallen; empty: for ever
    double chance = 1.0;
    std::uint64_t seed = 1;
    std::optional<duration> lasts; // from when it was added
};

enum class body_form : std::uint8_t
{
    own,   // the appliance's own error body
    empty, //
    html,  // a page of something between
};

enum class retry_form : std::uint8_t
{
    seconds,
    date,
};

// Another answer instead of the fair one.
struct other_answer
{
    http::status status = http::status::service_unavailable;
    body_form body = body_form::own;
    int code = 0;
    std::string code_description;
    std::string message;
    std::optional<duration> retry_after;
    retry_form retry = retry_form::seconds;
    std::string headers; // more header fields, as lines
};

struct slow_start
{
    duration by{};
};

using effect = std::variant<other_answer, document_change, slow_start, delivery>;

struct fault
{
    std::string name;
    selection when;
    effect what;
    std::string written; // the JSON object it was read from
    // Its life so far.
    time_point since{};
    std::uint64_t fitting = 0;
    std::uint64_t befallen = 0;
};

// Reads the members of a fault; the caller asks `from` for the mistake.
fault read_fault(json_fields& from);

bool is_over(const fault& one, time_point now);

// Whether the fault befalls this request; counts it.
bool befalls(fault& one, const request& asked, const answer& fair, time_point now);

// Whether it takes the place of what the answer says.
bool is_other_answer(const fault& one);

// The other answer in full.
answer give(const other_answer& other, const answer& fair, time_point now);

} // namespace jobwatch::simulator
