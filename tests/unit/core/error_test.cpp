#include "core/error.hpp"

#include <doctest/doctest.h>

using jobwatch::errc;

TEST_CASE("every error of ours has a line of meaning of its own")
{
    const auto unknown = jobwatch::error_category().message(-1);
    for (int value = 1; value <= static_cast<int>(jobwatch::last_errc); ++value)
    {
        const auto meaning = jobwatch::error_code(static_cast<errc>(value)).message();
        CHECK_FALSE(meaning.empty());
        CHECK(meaning != unknown);
    }
}
