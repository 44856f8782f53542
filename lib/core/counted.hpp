// A number with its noun, for people: "3 polls", "1 poll".
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace jobwatch
{

inline std::string counted(std::uint64_t number, std::string_view what)
{
    std::string text = std::to_string(number) + ' ';
    return text.append(what).append(number == 1 ? "" : "s");
}

} // namespace jobwatch
