// How many distinct ids a list holds, in bounded memory.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace jobwatch
{

inline constexpr std::size_t max_version_ids = 10'000;
inline constexpr std::size_t max_version_id_bytes = 64 * 1024; // of all ids together

class version_ids
{
public:
    void add(std::string_view id);

    // An element that is no id: nothing can be said about the list any more.
    void spoil() { spoiled_ = true; }

    // None when the list was longer than we keep, or spoiled.
    std::optional<std::uint64_t> distinct() const;

private:
    std::string bytes_;
    std::vector<std::pair<std::uint32_t, std::uint32_t>> places_; // offset and length in bytes_
    bool spoiled_ = false;
};

} // namespace jobwatch
