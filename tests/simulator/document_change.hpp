// A job document that says something else than it would: the lies, gaps and oddities that a watcher may meet in a
// success. Pure text to text; what is no JSON object stays as it is, but for its shape.
#pragma once

#include "clock.hpp"
#include "json_fields.hpp"

#include <boost/json/value.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace jobwatch::simulator
{

// Values are nested at most so deep.
constexpr std::uint64_t nest_limit = 10'000'000;
constexpr std::uint64_t failed_items_limit = 100'000;

// The changes happen in the order of the members.
struct document_change
{
    std::optional<std::string> text; // instead of it; {id} becomes the job's id
    // How a reading goes backwards: in progress, and last written so much earlier.
    std::optional<duration> back;
    // So many version ids go from `completed` to `failed`, once the job is over.
    std::uint64_t failed_items = 0;
    // Another word or value for a status word, wherever the job is in its life.
    std::vector<std::pair<std::string, boost::json::value>> words;
    std::optional<std::uint64_t> digits; // in the fraction of every time
    std::vector<std::pair<std::string, boost::json::value>> set;
    std::vector<std::string> drop;
    std::uint64_t nest = 0; // one more member, an array in an array in an array ..., in front of the others
    enum : std::uint8_t
    {
        object,
        wrapped, // in {"application/json": ...}
        array,   // in [...]
        half,    // its second half is missing
    } shape = object;
};

document_change read_document_change(json_fields& from);

std::string changed(const document_change& how, const std::string& document, std::string_view job);

} // namespace jobwatch::simulator
