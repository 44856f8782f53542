// Small readings of header fields and paths.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace jobwatch::simulator
{

// Whether an Accept header admits JSON; an empty one does not: the appliance is strict about that.
bool accepts_json(std::string_view accept);

bool is_json(std::string_view content_type);

// Whether an Accept-Encoding header offers gzip (and not with weight 0).
bool offers_gzip(std::string_view accept_encoding);

std::optional<std::string_view> bearer_token(std::string_view authorization);

// Nothing when an escape is malformed.
std::optional<std::string> percent_decoded(std::string_view text);

// "a=1&b=x" decoded, in its order; what has a malformed escape is left out.
std::vector<std::pair<std::string, std::string>> query_pairs(std::string_view query);

// As a JSON string, quotes included.
std::string quoted(std::string_view text);

} // namespace jobwatch::simulator
