#include "core/secret_text.hpp"

#include <doctest/doctest.h>

using namespace jobwatch;

TEST_CASE("a secret that was moved away leaves nothing behind")
{
    secret_text one{std::string("short")};
    const secret_text other = std::move(one);
    CHECK(one.view().empty());
    CHECK(other.view() == "short");
}

TEST_CASE("wiping reaches what stands beyond a string's end")
{
    std::string text(200, 'x');
    text.resize(3);
    const char* const place = text.data();
    wipe(text);
    CHECK(text.empty());
    text.resize(200, 'y');
    CHECK(text.data() == place); // the same memory, which held no x any more
}
