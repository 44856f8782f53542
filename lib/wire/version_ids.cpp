#include "wire/version_ids.hpp"

#include <algorithm>

namespace jobwatch
{

void version_ids::add(std::string_view id)
{
    if (id.empty() || places_.size() == max_version_ids || bytes_.size() + id.size() > max_version_id_bytes)
        spoil();
    if (spoiled_)
        return;
    places_.emplace_back(static_cast<std::uint32_t>(bytes_.size()), static_cast<std::uint32_t>(id.size()));
    bytes_ += id;
}

std::optional<std::uint64_t> version_ids::distinct() const
{
    if (spoiled_)
        return std::nullopt;
    std::vector<std::string_view> ids;
    ids.reserve(places_.size());
    for (const auto& [offset, length] : places_)
        ids.push_back(std::string_view(bytes_).substr(offset, length));
    std::sort(ids.begin(), ids.end());
    return static_cast<std::uint64_t>(std::unique(ids.begin(), ids.end()) - ids.begin());
}

} // namespace jobwatch
