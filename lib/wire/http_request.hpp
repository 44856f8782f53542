// Requests to an appliance as bytes, ready to be sent.
#pragma once

#include "core/kind.hpp"
#include "core/node_name.hpp"

#include <string>
#include <string_view>

namespace jobwatch
{

// A path segment as RFC 3986 wants it: all but unreserved characters are percent-encoded.
std::string encode_segment(std::string_view text);

// The whole GET of one job, headers included; appended to `to`, so that a buffer can be used again.
// `jwt` must hold no line break (parse_grant sees to that).
void append_poll_request(
    std::string& to, const node_address& node, const kind& family, std::string_view job,
    std::string_view jwt);

// The whole POST of a token request with this JSON body.
std::string token_request(const node_address& node, std::string_view body);

} // namespace jobwatch
