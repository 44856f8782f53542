#include "io/appliance/gzip.hpp"
#include "support/gzip_text.hpp"

#include <doctest/doctest.h>

using namespace jobwatch;

namespace
{
constexpr std::size_t plenty = 1 << 20;
}

TEST_CASE("a gzip body is unpacked, again and again with one decoder")
{
    gzip_decoder decoder;
    std::string text;
    for (const std::string& original : {std::string("first"), std::string(), std::string(100'000, 'x')})
    {
        CHECK(decoder.decode(test::gzip_text(original), text, plenty) == gzip_outcome::whole);
        CHECK(text == original);
    }
}

TEST_CASE("a gzip body of several members is their texts in a row")
{
    gzip_decoder decoder;
    std::string text;
    CHECK(
        decoder.decode(test::gzip_text("one ") + test::gzip_text("two"), text, plenty)
        == gzip_outcome::whole);
    CHECK(text == "one two");
}

TEST_CASE("a gzip body may unpack to the limit, and to no byte more")
{
    gzip_decoder decoder;
    std::string text;
    CHECK(decoder.decode(test::gzip_text(std::string(1'000, 'x')), text, 1'000) == gzip_outcome::whole);
    CHECK(decoder.decode(test::gzip_text(std::string(1'001, 'x')), text, 1'000) == gzip_outcome::too_large);
    CHECK(text.size() <= 1'000);
}

TEST_CASE("a gzip body that is damaged, cut off, followed by something or no gzip at all is broken")
{
    gzip_decoder decoder;
    std::string text;
    const std::string whole = test::gzip_text("a text that is long enough to be cut somewhere in its middle");
    std::string damaged = whole;
    damaged[damaged.size() / 2] ^= 0x55;
    for (const std::string& packed :
         {damaged, whole.substr(0, whole.size() - 1), whole.substr(0, 5), whole + "more", std::string("{}"),
          std::string()})
        CHECK(decoder.decode(packed, text, plenty) == gzip_outcome::broken);
    CHECK(decoder.decode(whole, text, plenty) == gzip_outcome::whole); // and the decoder serves on
}
