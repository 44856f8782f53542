// Numbers for status words, so that a watch remembers its word in four bytes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace jobwatch
{

// An appliance that invents words could fill memory: words beyond these share one number, `overflow`.
inline constexpr std::size_t max_status_words = 1'024;

class status_words
{
public:
    static constexpr std::uint32_t none = 0;
    static constexpr std::uint32_t overflow = 0xFFFF'FFFF;

    std::uint32_t number_of(std::string_view word);         // none for ""
    const std::string& word_of(std::uint32_t number) const; // "" for none and overflow

private:
    std::vector<std::string> words_{""};
    std::unordered_map<std::string, std::uint32_t> numbers_;
};

} // namespace jobwatch
