// gzip as it should be, and as it should not.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace jobwatch::simulator
{

std::string gzip(std::string_view plain);

// Its second half is a block of a type that there is not.
std::string broken_gzip(std::string_view plain);

// A stream of `text` and then so many blocks of white space, in three parts: `first`, `block` times `repeats`, and
// `last`. It is well formed to its checksum and small: about a thousandth of what it inflates to.
struct gzip_bomb
{
    std::string first;
    std::string block;
    std::uint64_t repeats = 0;
    std::string last;
};
gzip_bomb make_bomb(std::string_view text, std::uint64_t white_space);

} // namespace jobwatch::simulator
