// The client's side of the control protocol: requests as lines, lines as answers and notifications. The server's side
// is lib/wire/control_message.
#pragma once

#include "core/command.hpp"
#include "jobwatchctl/trouble.hpp"

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace jobwatch::ctl
{

namespace json = boost::json;

std::string request_line(std::int64_t id, std::string_view method, const json::object& params);

// One line of the daemon's.
struct message
{
    std::optional<std::int64_t>
        id;             // of the request it answers; none: a notification, or a refusal of the line
    std::string method; // of a notification
    std::optional<trouble> refused; // instead of a value
    std::string raw;                // the result or params, to the letter
    json::object value;             // the same, read
};

// trouble_kind::connection when it is none of the protocol's.
or_trouble<message> parse_message(std::string_view line);

// What a refusal (an "error" object) means for us.
trouble trouble_of_refusal(const json::value& refusal);

// Params for all of them, in portions that each fit a request: at most max_jobs_per_request elements and, with `room`
// bytes for everything else, less than max_control_line. One empty portion when nothing is selected.
std::vector<watch_selection> portions_of(const watch_selection& which, std::size_t room);

// {"jobs":[...],"watches":[...]}, each only if there are any.
json::object selection_params(const watch_selection& which);
json::object labels_params(const watch_labels& labels);

// Fields of the daemon's objects; "" or nothing when absent or of another type.
std::string text_field(const json::object& from, std::string_view name);
std::optional<std::int64_t> number_field(const json::object& from, std::string_view name);
bool flag_field(const json::object& from, std::string_view name);

// An array of objects, each to the letter and read; elements that are no objects are left out.
struct element
{
    std::string raw;
    json::object value;
};
std::vector<element> elements_of(const message& answer, std::string_view name);

} // namespace jobwatch::ctl
