// The members of a JSON object, and the elements of an array, as they were written, for what must be echoed to the
// letter.
#pragma once

#include <string_view>
#include <vector>

namespace jobwatch
{

struct raw_member
{
    std::string_view name;  // with its quotes and escapes
    std::string_view value; // without white space around it
};

// `text` must be valid JSON, an object.
std::vector<raw_member> raw_members(std::string_view text);

// The elements of an array, without white space around them. `text` must be valid JSON, an array.
std::vector<std::string_view> raw_elements(std::string_view text);

} // namespace jobwatch
