#include "core/outcome.hpp"

#include <array>
#include <cstddef>

namespace jobwatch
{

namespace
{

// In the order of the enum.
constexpr std::array<std::string_view, 7> words{
    "succeeded", "partial", "failed", "cancelled", "lost", "abandoned", "removed",
};
static_assert(words.size() == static_cast<std::size_t>(outcome::removed) + 1);

} // namespace

std::string_view to_string(outcome value)
{
    const auto at = static_cast<std::size_t>(value);
    return at < words.size() ? words[at] : "unknown";
}

std::optional<outcome> parse_outcome(std::string_view word)
{
    for (std::size_t at = 0; at < words.size(); ++at)
    {
        if (words[at] == word)
            return static_cast<outcome>(at);
    }
    return std::nullopt;
}

} // namespace jobwatch
